/** A matrix of a PyTorch file, [rows, columns], by its module's name. */
export interface NamedMatrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/**
 * What was taken for what in a PyTorch file, which names its tensors but not their use; a person confirms or changes
 * it.
 */
export interface TorchChoices {
  /** Recurrent modules in the order in which they are read. */
  readonly recurrent: readonly {
    readonly name: string;
    readonly cell: string;
    readonly inputWidth: number;
    readonly outputWidth: number;
  }[];
  readonly embedding: NamedMatrix | null;
  /** Every matrix that could be the embedding: without bias, as wide as the first recurrent module reads. */
  readonly embeddings: readonly NamedMatrix[];
  /** Linear layers behind the last recurrent module, in order. */
  readonly head: readonly NamedMatrix[];
  /** Every linear layer that could follow the last recurrent module. */
  readonly heads: readonly NamedMatrix[];
  /** Functions that the file does not say: of an RNN's candidate, and between linear layers. */
  readonly activations: readonly {
    readonly name: string;
    readonly of: 'recurrent' | 'linear';
    readonly taken: string | null;
  }[];
}

/** So many files beside a model are looked at for a vocabulary, each up to so many bytes. */
export const mostVocabularyFiles = 200;
export const mostVocabularyBytes = 16 * 2 ** 20;

/** Whether a file beside a model may hold a vocabulary, by its name. */
export function mayHoldVocabulary(name: string): boolean {
  const isListed = /\.(json|txt|vocab|tsv|dict|list|pkl|pickle)$|^[^.]+$/i.test(name);
  return isListed && !/inspector\.json$|lstm-lab\.json$/.test(name);
}

/** A file beside a model that lists its tokens, told by its content. */
export interface VocabularyCandidate {
  /** Name without folder. */
  readonly file: string;
  /** Entries, so V or a little less. */
  readonly size: number;
  readonly level: 'character' | 'word' | 'subword';
  /**
   * Whether the file's own format says how a text is split (Keras Tokenizer, tokenizer.json), so that nothing is to be
   * asked.
   */
  readonly saysHow: boolean;
  readonly lowercase: boolean;
  readonly unknown?: number;
  /** Tokens that stand for no text: unknown, padding, start, with their ids. */
  readonly special: readonly { readonly id: number; readonly text: string }[];
  /**
   * Where the list has another number of tokens than the model has ids: the usual ids of its first words. Absent:
   * nothing is open.
   */
  readonly offsets?: readonly {
    readonly offset: number;
    readonly first: readonly { readonly id: number; readonly text: string }[];
  }[];
  /** The first few tokens, for a person to see. */
  readonly sample: readonly string[];
}

/** What a model file leaves open, and what lies beside it that may answer. */
export interface ModelQuestions {
  readonly vocabularies: readonly VocabularyCandidate[];
  readonly torch?: TorchChoices;
  /** The number of steps that the file itself says. */
  readonly window?: number;
}

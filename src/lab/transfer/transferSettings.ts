/** The `transfer` part of a lab file, defaults filled in. */
export interface TransferSettings {
  readonly source: string;
  readonly sourceVocabulary?: string;
  readonly vocabulary: 'keep' | 'extend';
  readonly freeze: readonly ('embedding' | 'recurrent')[];
  readonly newRecurrentLayers: number;
  readonly fineTune?: {
    readonly epochs: number;
    readonly learning_rate: number;
    readonly rateFall: number;
    readonly gradual: boolean;
  };
  readonly labels?: readonly number[];
  readonly seeds: number;
  readonly adaptLanguage?: {
    readonly epochs: number;
    readonly learning_rate: number;
    readonly sequence_length: number;
  };
  readonly pseudoLabels?: { readonly confidence: number; readonly epochs: number; readonly learning_rate: number };
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly baseline?: { readonly learning_rates: readonly number[]; readonly epochs: number };
  readonly sentence?: string;
}

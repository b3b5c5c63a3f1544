import { Tokenizer as Library } from '@huggingface/tokenizers';
import { InspectorError } from '../../base/errors';
import { type Tally, type TimeLimit, type Tokenizer } from '../../text/tokenizer';
import { type Token } from '../../trace/reading/token';
import { getObject, getString, type JsonObject } from '../untrustedJson';
import { type Piece, placePieces } from './placePieces';
import { type HuggingFaceVocabulary } from '../../text/vocabularySpec';

/** Opening a vocabulary takes about as long as this many characters of text for each of its tokens. */
const charactersForToken = 4;
const tooLong =
  'The tokenizer.json takes too long, so it was stopped: one of its patterns does not come to an end. Use another that splits in the same way, or give token ids (--ids).';

/**
 * A tokenizer.json run by Hugging Face's own library, which gives ids but no places; those are found again in the text.
 */
export function createHuggingFaceTokenizer({ json, size }: HuggingFaceVocabulary, timeLimit: TimeLimit): Tokenizer {
  const library = timeLimit({ length: size * charactersForToken, tooLong }, () => openLibrary(json));
  const unknownId = findUnknown(library, json);
  const special = new Set(library.get_added_tokens_decoder().keys());
  const model = getString(getObject(json, 'model') ?? {}, 'type') ?? 'BPE';
  const unknownIs = /^Word/.test(model) ? 'word' : 'character';
  return {
    level: 'subword',
    vocabularySize: size,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize(text, tally) {
      const { pieces, places } = timeLimit({ length: text.length, tooLong }, () => {
        const found = readPieces(library, text, { special, unknownId, tally });
        return { pieces: found, places: placePieces(text, found, { isByteLevel: isByteLevel(json), unknownIs }) };
      });
      return pieces.map(({ id }, index): Token => {
        const [start, end] = places[index] ?? [0, 0];
        return { text: text.slice(start, end), start, end, id };
      });
    },
    textOf: (id) => library.id_to_token(id) ?? '\ufffd',
  };
}

function openLibrary(json: JsonObject): Library {
  try {
    return new Library(json, {});
  } catch (cause) {
    throw new InspectorError(
      'model-damaged',
      'The tokenizer.json is damaged, or of a kind that its library does not know.',
      { cause },
    );
  }
}

/** What the file names as its unknown token, else the first of the usual names that it has. */
function findUnknown(library: Library, json: JsonObject): number | undefined {
  const model = getObject(json, 'model') ?? {};
  const named = getString(model, 'unk_token');
  for (const text of [...(named === undefined ? [] : [named]), '[UNK]', '<unk>', '<UNK>', '<|unk|>']) {
    const id = library.token_to_id(text);
    if (id !== undefined) return id;
  }
  return undefined;
}

interface Known {
  readonly special: ReadonlySet<number>;
  readonly unknownId: number | undefined;
  readonly tally: Tally | undefined;
}

/**
 * The ids and what each stands for. The library gives no id for a word that WordLevel does not know: that is the
 * unknown one, or left out.
 */
function readPieces(library: Library, text: string, { special, unknownId, tally }: Known): readonly Piece[] {
  const { ids, tokens } = library.encode(text);
  return tokens.flatMap((token, index): readonly Piece[] => {
    const id = (ids as readonly (number | undefined)[])[index] ?? unknownId;
    if (id === undefined && tally !== undefined) tally.leftOut++;
    if (id === undefined) return [];
    if (id === unknownId) return [{ id, kind: 'unknown', form: '' }];
    return special.has(id) ? [{ id, kind: 'special', form: token }] : [{ id, kind: 'text', form: token }];
  });
}

/** Whether the tokens are written in GPT-2's alphabet of bytes. */
function isByteLevel(json: JsonObject): boolean {
  return JSON.stringify([getObject(json, 'pre_tokenizer'), getObject(json, 'decoder')]).includes('"ByteLevel"');
}

import { Tokenizer as Library } from '@huggingface/tokenizers';
import { InspectorError } from '../../base/errors';
import { type Tokenizer } from '../../text/tokenizer';
import { type Token } from '../../trace/token';
import { type HuggingFaceVocabulary } from './vocabularySpec';

/** A tokenizer.json run by Hugging Face's own library, which gives ids but no places; those are found again in the text. */
export function createHuggingFaceTokenizer({ json, size }: HuggingFaceVocabulary): Tokenizer {
  let library: Library;
  try {
    library = new Library(json, {});
  } catch (cause) {
    throw new InspectorError('model-damaged', 'The tokenizer.json is damaged, or of a kind that its library does not know.', { cause });
  }
  const unknownId = findUnknown(library);
  const special = new Set(library.get_added_tokens_decoder().keys());
  return {
    level: 'subword',
    vocabularySize: size,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize(text) {
      const { ids } = library.encode(text);
      return placeTokens(text, ids.map(Number), (id) => (special.has(id) ? null : surfaceOf(library, id)));
    },
    textOf: (id) => library.id_to_token(id) ?? '\ufffd',
  };
}

function findUnknown(library: Library): number | undefined {
  for (const text of ['[UNK]', '<unk>', '<UNK>', '<|unk|>']) {
    const id = library.token_to_id(text);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A token's text without the marks that say where words begin. */
function surfaceOf(library: Library, id: number): string {
  const raw = library.id_to_token(id) ?? '';
  return raw.replace(/^##/, '').replace(/^[\u2581\u0120]+/, '').replace(/<\/w>$/, '').replace(/\u010a/g, '\n');
}

/** Finds each token in the text, one after the other; what a normaliser changed takes the next word or character. */
function placeTokens(text: string, ids: readonly number[], surface: (id: number) => string | null): readonly Token[] {
  const folded = fold(text);
  let cursor = 0;
  return ids.map((id) => {
    const form = surface(id);
    const [start, end] = form === null || form === '' ? [cursor, cursor] : findNext(folded, fold(form), cursor);
    cursor = end;
    return { text: text.slice(start, end), start, end, id };
  });
}

/** Lower case without accents, of the same length as the text. */
function fold(text: string): string {
  return Array.from(text, (character) => {
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === character.length ? plain : character;
  }).join('');
}

function findNext(text: string, form: string, cursor: number): readonly [number, number] {
  const start = cursor + (/^\s*/.exec(text.slice(cursor))?.[0].length ?? 0);
  if (text.startsWith(form, start)) return [start, start + form.length];
  const near = text.slice(start, start + 64).indexOf(form);
  if (near > 0) return [start + near, start + near + form.length];
  const character = [...text.slice(start, start + 2)][0] ?? '';
  return [start, start + character.length];
}

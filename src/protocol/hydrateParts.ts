import { type PackedTokens } from '../trace/reading/tokenList';
import { type Hydrate, type HydratePart } from './viewMessages';

/** UTF-16 units of a text in one message; a million at once hold the extension host for a tenth of a second. */
const partLength = 100_000;
/** The same of packed tokens in bytes, about as many tokens. */
const partBytes = 3 * partLength;

/** How many messages a hydrate takes beside itself; 0 where it is short. */
export function countParts({ text, tokens }: Hydrate): number {
  if (!('codes' in tokens)) return 0;
  const longest = Math.max(
    text.length / partLength,
    (tokens.texts?.length ?? 0) / partLength,
    tokens.codes.byteLength / partBytes,
  );
  return longest <= 1 ? 0 : Math.ceil(longest);
}

/** The part `index` of a hydrate's text and tokens. */
export function partOf({ text, tokens }: Hydrate, index: number): HydratePart {
  const { codes, texts } = tokens as PackedTokens;
  const slice = (whole: string): string => whole.slice(index * partLength, (index + 1) * partLength);
  return {
    type: 'part',
    text: slice(text),
    codes: codes.slice(index * partBytes, (index + 1) * partBytes),
    texts: slice(texts ?? ''),
  };
}

/** The hydrate without what its parts have brought. */
export function withoutParts(hydrate: Hydrate, parts: number): Hydrate {
  const { tokens, stored, text } = hydrate;
  const { codes: _, texts, ...rest } = tokens as PackedTokens;
  return {
    ...hydrate,
    parts,
    text: '',
    tokens: { ...rest, codes: new ArrayBuffer(0), texts: texts === null ? null : '' },
    stored: stored.text === text ? { ...stored, text: '' } : stored,
  };
}

/** The inverse: a hydrate with the parts that came right before it. */
export function joinParts(hydrate: Hydrate, parts: readonly HydratePart[]): Hydrate {
  const tokens = hydrate.tokens as PackedTokens;
  const text = parts.map((part) => part.text).join('');
  const codes = new Uint8Array(parts.reduce((sum, part) => sum + part.codes.byteLength, 0));
  parts.reduce((at, part) => (codes.set(new Uint8Array(part.codes), at), at + part.codes.byteLength), 0);
  const texts = tokens.texts === null ? null : parts.map((part) => part.texts).join('');
  return {
    ...hydrate,
    text,
    tokens: { ...tokens, codes: codes.buffer, texts },
    stored: hydrate.stored.text === '' ? { ...hydrate.stored, text } : hydrate.stored,
  };
}

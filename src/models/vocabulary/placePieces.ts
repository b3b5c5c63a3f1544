/** A token as the library gives it: its id, and its form as the vocabulary writes it. */
export interface Piece {
  readonly id: number;
  /** `special` stands for nothing in the text, `unknown` for something that the vocabulary lacks. */
  readonly kind: 'text' | 'special' | 'unknown';
  readonly form: string;
}

/** How a vocabulary writes its tokens. */
export interface PieceForms {
  /** Each character of a form is a byte, in GPT-2's alphabet. */
  readonly isByteLevel: boolean;
  /** How much of the text an unknown token stands for. */
  readonly unknownIs: 'word' | 'character';
}

type Place = readonly [start: number, end: number];

/** Where each token stands in the text, as UTF-16 ranges in order that do not overlap; a special token's is empty. */
export function placePieces(text: string, pieces: readonly Piece[], forms: PieceForms): readonly Place[] {
  return (forms.isByteLevel ? placeBytes(text, pieces) : null) ?? placeForms(text, pieces, forms);
}

/** Byte-level tokens tile the text; null where a normaliser changed it, so that they do not. */
function placeBytes(text: string, pieces: readonly Piece[]): readonly Place[] | null {
  const offsets = offsetsOfBytes(text);
  const total = pieces.reduce((sum, piece) => sum + byteLength(piece), 0);
  // The tokenizer may have put a space in front.
  const surplus = total - (offsets.length - 1);
  if (surplus !== 0 && !(surplus === 1 && pieces.find(({ kind }) => kind === 'text')?.form.startsWith('\u0120')))
    return null;
  let cursor = -surplus;
  return pieces.map((piece) => {
    const start = offsets[Math.max(0, cursor)] ?? text.length;
    cursor += byteLength(piece);
    return [start, offsets[Math.max(0, cursor)] ?? text.length];
  });
}

/** In that alphabet a character is a byte. */
function byteLength({ kind, form }: Piece): number {
  return kind === 'text' ? form.length : 0;
}

/**
 * For each byte of the UTF-8 form, and for its end, the UTF-16 offset of the first character that begins there or
 * later.
 */
function offsetsOfBytes(text: string): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    offsets.push(at);
    at += character.length;
    const code = character.codePointAt(0) ?? 0;
    for (let more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3; more > 0; more--) offsets.push(at);
  }
  return [...offsets, text.length];
}

/** Finds each token in the text, one after the other; what a normaliser changed takes the next character. */
function placeForms(text: string, pieces: readonly Piece[], { unknownIs }: PieceForms): readonly Place[] {
  const folded = fold(text);
  let cursor = 0;
  const places = pieces.map(({ kind, form }): Place => {
    const surface = fold(surfaceOf(form));
    if (kind === 'special' || (kind === 'text' && surface === '')) return [cursor, cursor];
    const place = kind === 'unknown' ? nextPart(text, cursor, unknownIs) : findNext(folded, surface, cursor);
    cursor = place[1];
    return place;
  });
  return unknownIs === 'word'
    ? places
    : places.map((place, index) =>
        reachOut(text, { place, next: places[index + 1], isUnknown: pieces[index]?.kind === 'unknown' }),
      );
}

/** An unknown token may stand for several characters in a row: it reaches to the next token or white space. */
function reachOut(
  text: string,
  { place, next, isUnknown }: { readonly place: Place; readonly next: Place | undefined; readonly isUnknown: boolean },
): Place {
  if (!isUnknown) return place;
  const between = /^\S*/.exec(text.slice(place[1], next?.[0] ?? text.length))?.[0] ?? '';
  return [place[0], place[1] + between.length];
}

/** A token's text without the marks that say where words begin and end. */
function surfaceOf(form: string): string {
  return form
    .replace(/^##(?=.)/, '')
    .replace(/^[\u2581\u0120]+/, '')
    .replace(/<\/w>$/, '')
    .replace(/\u010a/g, '\n');
}

/** Lower case without accents, of the same length as the text. */
function fold(text: string): string {
  return Array.from(text, (character) => {
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === character.length ? plain : character;
  }).join('');
}

function skipSpace(text: string, cursor: number): number {
  return cursor + (/^\s*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

/** The next word or sign, or the next character alone. */
function nextPart(text: string, cursor: number, what: 'word' | 'character'): Place {
  const start = skipSpace(text, cursor);
  const part = what === 'word' ? /^(?:[\p{L}\p{N}\p{M}]+|[^])/u : /^[^]/u;
  return [start, start + (part.exec(text.slice(start))?.[0].length ?? 0)];
}

/** How far ahead a token is looked for. */
const reach = 64;

function findNext(text: string, surface: string, cursor: number): Place {
  // A token of white space stands where the cursor is; any other behind the white space.
  if (text.startsWith(surface, cursor)) return [cursor, cursor + surface.length];
  const start = skipSpace(text, cursor);
  const near = text.slice(start, start + reach).indexOf(surface);
  return near < 0 ? nextPart(text, start, 'character') : [start + near, start + near + surface.length];
}

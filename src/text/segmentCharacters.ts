/**
 * One character as a person sees it: CRLF; a flag; a syllable of Hangul's letters; or a code point with its combining
 * marks, emoji modifiers, tags (the flags of regions) and joined emoji (the parts of Unicode's UAX 29 that ordinary
 * text needs, with the vowel am of Thai and Lao). A lone surrogate is a character of its own.
 */
const character =
  /\r\n|\p{RI}\p{RI}|[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*|[^](?:[\p{M}\p{EMod}\u0e33\u0eb3\u{e0020}-\u{e007f}]|\u200d\p{ExtPict})*/uy;

/** Below it no code point combines with the one before. */
const firstCombining = 0x300;

/**
 * The end (UTF-16 offset) of the character that starts at `start`; `start` must lie inside the text and not in a
 * surrogate pair.
 */
export function characterEnd(text: string, start: number): number {
  const next = start + 1;
  const code = text.charCodeAt(start);
  const isAlone = code < 0xd800 && code !== 13 && !(code >= 0x1100 && code <= 0x115f);
  if (next >= text.length || (isAlone && text.charCodeAt(next) < firstCombining)) return next;
  character.lastIndex = start;
  return character.test(text) ? character.lastIndex : next;
}

/** Each character of a text, in order. */
export function* eachCharacter(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = characterEnd(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

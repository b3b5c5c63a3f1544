/**
 * One character as a person sees it: CRLF; a flag; or a code point with its combining marks, emoji modifiers and
 * joined emoji (the parts of Unicode's UAX 29 that ordinary text needs). A lone surrogate is a character of its own.
 */
const character = /\r\n|\p{RI}\p{RI}|[^](?:[\p{M}\p{EMod}]|\u200d\p{ExtPict})*/uy;

/** Below it no code point combines with the one before. */
const firstCombining = 0x300;

/** The end (UTF-16 offset) of the character that starts at `start`; `start` must lie inside the text and not in a surrogate pair. */
export function characterEnd(text: string, start: number): number {
  const next = start + 1;
  const code = text.charCodeAt(start);
  const isAlone = code < 0xd800 && code !== 13;
  if (next >= text.length || (isAlone && text.charCodeAt(next) < firstCombining)) return next;
  character.lastIndex = start;
  return character.test(text) ? character.lastIndex : next;
}

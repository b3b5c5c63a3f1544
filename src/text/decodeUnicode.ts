/**
 * UTF-16 by its byte-order mark, or by the zero in every other byte of what is mostly ASCII; else UTF-8. The mark goes.
 */
export function decodeUnicode(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (b === 0 && d === 0)) return new TextDecoder('utf-16le').decode(bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && c === 0)) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

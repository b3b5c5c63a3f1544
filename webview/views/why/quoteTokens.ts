import { showToken } from '../fieldNames';

/** A word or a phrase as it is quoted; a long one by its ends. */
export function quoteTokens(tokens: readonly { readonly text: string }[]): string {
  const isWords = tokens.some(({ text }) => [...text].length > 1);
  const shown = tokens.map(({ text }) => showToken(text));
  const parts = shown.length > 12 ? [...shown.slice(0, 6), '\u2026', ...shown.slice(-5)] : shown;
  return `\u201c${parts.join(isWords ? ' ' : '')}\u201d`;
}

/**
 * A number for a table or a sentence: three significant digits, a real minus sign, no exponent between 0.001 and
 * 10,000. The one format of the views and the hover.
 */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : '\u2212\u221e';
  const size = Math.abs(value);
  const text =
    size === 0
      ? '0'
      : size >= 1e4 || size < 1e-3
        ? size.toExponential(1)
        : size >= 100
          ? size.toFixed(0)
          : size >= 10
            ? size.toFixed(1)
            : size.toFixed(3);
  return value < 0 ? `\u2212${text}` : text;
}

/** A token as a person can see it: line ends, tabs, and spaces at its ends become signs. */
export function showToken(text: string): string {
  return text
    .replace(/\r\n|[\r\n]/g, '\u21b5')
    .replaceAll('\t', '\u21e5')
    .replace(/^ +| +$/g, (spaces) => '\u00b7'.repeat(spaces.length));
}

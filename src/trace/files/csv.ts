import { unparse } from 'papaparse';

/**
 * What a spreadsheet may take for a formula: these signs, also in their full width, at the start or behind white space.
 */
const formula = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * Rows as CSV (RFC 4180, lines end in CR LF). A text that a spreadsheet would run as a formula gets an apostrophe in
 * front; numbers stay numbers, NaN and infinities are written as such.
 */
export function writeCsv(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => [...row]);
  return `${unparse(cells, { escapeFormulae: formula, newline: '\r\n' })}\r\n`;
}

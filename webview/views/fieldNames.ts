import { type Field, fieldName } from '../../src/trace/reading/cellKind';
import { say } from '../theme/strings';

/** The fields from the top down: what is kept, what enters, the candidate, what leaves, then the states. */
export const displayOrder: readonly Field[] = ['f', 'i', 'g', 'o', 'c', 'z', 'r', 'n', 'h'];

/** The reader's name of a field. */
export function nameOfField(field: Field): string {
  return say(fieldName(field));
}

const shortNames: Readonly<Record<Field, string>> = {
  f: 'forget',
  i: 'input',
  g: 'candidate',
  o: 'output',
  c: 'cell',
  z: 'update',
  r: 'reset',
  n: 'candidate',
  h: 'hidden',
};

/** The same in one word, for the margin of a picture. */
export function shortNameOfField(field: Field): string {
  return say(shortNames[field]);
}

/**
 * A number for a table or a sentence: three significant digits, a real minus sign, no exponent between 0.001 and
 * 10,000.
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

/** A token as a person can see it: white space and control characters become signs. */
export function showToken(text: string): string {
  if (text === ' ') return '\u00b7';
  if (text === '\n' || text === '\r\n' || text === '\r') return '\u21b5';
  if (text === '\t') return '\u21e5';
  return text;
}

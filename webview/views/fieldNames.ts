import { type Field, fieldName } from '../../src/trace/reading/cellKind';
import { say } from '../theme/strings';

export { formatValue, showToken } from '../../src/trace/reading/showValue';

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

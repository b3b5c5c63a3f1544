import { type TextFeature } from '../trace/reading/findings';
import { type Token } from '../trace/reading/token';
import { isConstant, type TextFeatures } from './textFeatures';

/** A feature that units may go along with, [T]. */
export interface Feature {
  readonly name: string;
  readonly values: Float32Array;
}

/** Features that occur often enough to be tested, and those that are certainly constant in the text. */
export interface FeatureChoice {
  readonly tested: readonly Feature[];
  readonly absent: readonly TextFeature[];
}

/**
 * Times that a feature has to change: three quotes or brackets, four lines. Features that a token tells, alone or with
 * the one before it (space, digit, upper case, word start), are not tested: a unit that goes along with them need not
 * remember anything, and does so in shuffled text as well.
 */
export const fewestChanges: Readonly<Partial<Record<TextFeature, number>>> = {
  'inside quotes': 6,
  'bracket depth': 6,
  'place in line': 4,
};

/** Lines of text and rows of numbers under which nothing is said. */
export const fewestLines = 2;
export const fewestRows = 40;
const mostColumns = 16;

/** Marks of any kind: with one of them in the text nobody can say that a feature is constant. */
const marks: Readonly<Partial<Record<TextFeature, RegExp>>> = {
  'inside quotes': /["'`\u2018-\u201f\u00ab\u00bb\u2039\u203a\u300c-\u300f]/u,
  'bracket depth': /[()[\]{}<>\uff08\uff09]/u,
  'upper case': /\p{Lu}/u,
  digit: /\p{N}/u,
};

/**
 * Which features of a text are tested: those that a unit must remember and that change often enough. Of one line of
 * text nothing is said.
 */
export function chooseTextFeatures(features: TextFeatures, tokens: readonly Token[]): FeatureChoice {
  const names = Object.keys(features) as TextFeature[];
  const isMarked = (name: TextFeature): boolean => tokens.some(({ text }) => marks[name]?.test(text) === true);
  const absent = names.filter((name) => isConstant(features[name]) && !isMarked(name));
  if (countLines(tokens) < fewestLines) return { tested: [], absent };
  const tested = names
    .filter((name) => changesOf(name, features[name]) >= (fewestChanges[name] ?? Infinity))
    .map((name) => ({ name, values: features[name] }));
  return { tested, absent };
}

/** Of rows of numbers: the input's own columns. */
export function chooseColumns(
  { data, width, columnNames }: { data: Float32Array; width: number; columnNames?: readonly string[] },
  rows: number,
): FeatureChoice {
  if (rows < fewestRows) return { tested: [], absent: [] };
  const columns = Array.from({ length: Math.min(width, mostColumns) }, (_, column) => ({
    name: `input ${columnNames?.[column] ?? column}`,
    values: Float32Array.from({ length: rows }, (_none, t) => data[t * width + column] as number),
  }));
  return { tested: columns.filter(({ values }) => !isConstant(values)), absent: [] };
}

function countLines(tokens: readonly Token[]): number {
  let lines = 1;
  let isEmpty = true;
  for (const { text } of tokens) {
    if (!isEmpty && /[\r\n]/.test(text)) [lines, isEmpty] = [lines + 1, true];
    else if (/\S/.test(text)) isEmpty = false;
  }
  return isEmpty ? lines - 1 : lines;
}

/** How often a feature changes; of the place in a line, how often it falls back. */
function changesOf(name: TextFeature, values: Float32Array): number {
  let changes = 0;
  for (let t = 1; t < values.length; t++) {
    const [before, now] = [values[t - 1] as number, values[t] as number];
    if (name === 'place in line' ? now < before : now !== before) changes++;
  }
  return changes;
}

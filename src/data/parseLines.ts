import { InspectorError } from '../base/errors';
import { type Example, type ExampleFile } from './example';

/** A file of one class: an example a line. */
export interface LinesOptions {
  readonly fileName: string;
  readonly label: string;
  /** A regular expression whose first group is the text; lines that do not match are left out. */
  readonly pattern?: string;
}

/** Reads the lines of a file as examples of one class; empty lines are left out but keep their number. */
export function parseLines(text: string, { fileName, label, pattern }: LinesOptions): ExampleFile {
  const expression = pattern === undefined ? null : compile(pattern, fileName);
  const examples: Example[] = [];
  text.split(/\r?\n/).forEach((row, line) => {
    const content = (expression === null ? row : (expression.exec(row)?.[1] ?? '')).trim();
    if (content !== '') examples.push({ text: content, label, source: fileName, line });
  });
  const remarks = examples.length === 0 ? [`${fileName}: no line holds a text.`] : [];
  return { examples, remarks };
}

function compile(pattern: string, fileName: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (cause) {
    throw new InspectorError('settings-invalid', `The pattern of ${fileName} is not a regular expression: ${pattern}`, {
      cause,
    });
  }
}

import { InspectorError } from '../base/errors';
import { type Example, type ExampleFile } from './example';
import { withTimeLimit } from './timeLimit';

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
  const rows = text.split(/\r?\n/);
  const contents = expression === null ? rows : firstGroups(rows, expression, { fileName, length: text.length });
  const examples = contents.flatMap((content, line): readonly Example[] => {
    const trimmed = content.trim();
    return trimmed === '' ? [] : [{ text: trimmed, label, source: fileName, line }];
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

interface PatternUse {
  readonly fileName: string;
  readonly length: number;
}

/** What the pattern's first group matched in each row; a pattern that never ends on one is given up. */
function firstGroups(rows: readonly string[], pattern: RegExp, { fileName, length }: PatternUse): readonly string[] {
  const tooLong = `The pattern of ${fileName} takes too long on its lines, so it was stopped. Write it without repeats inside repeats.`;
  return withTimeLimit({ length, tooLong }, () => rows.map((row) => pattern.exec(row)?.[1] ?? ''));
}

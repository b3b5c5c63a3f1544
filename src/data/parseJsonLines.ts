import { InspectorError } from '../base/errors';
import { type Example, type ExampleFile } from './example';
import { remarkOnEmpty } from './remarkOnEmpty';

/** The names of the fields that hold text and label. */
export interface JsonLinesOptions {
  readonly fileName: string;
  readonly textColumn?: string;
  readonly labelColumn?: string;
}

/** Reads labelled texts from JSON Lines, one object a line; labels may be strings, numbers or booleans. */
export function parseJsonLines(
  text: string,
  { fileName, textColumn = 'text', labelColumn = 'label' }: JsonLinesOptions,
): ExampleFile {
  const examples: Example[] = [];
  const empty: string[] = [];
  text.split('\n').forEach((row, line) => {
    if (row.trim() === '') return;
    const fields = parseJsonObject(row, `${fileName}, line ${line + 1}`);
    const content = fields[textColumn];
    const label = fields[labelColumn];
    if (!['string', 'number', 'boolean'].includes(typeof label))
      throw invalid(`${fileName}, line ${line + 1}: "${labelColumn}" is missing.`);
    // pandas writes a missing text as null, where a CSV file has an empty cell.
    if (content === null || (typeof content === 'string' && content.trim() === ''))
      return void empty.push(`${fileName}, line ${line + 1}`);
    if (typeof content !== 'string') throw invalid(`${fileName}, line ${line + 1}: "${textColumn}" is not a string.`);
    examples.push({ text: content, label: String(label), source: fileName, line });
  });
  return { examples, remarks: remarkOnEmpty(empty) };
}

/** The object in a row; `data-invalid` with `where` it is for anything else. */
export function parseJsonObject(row: string, where: string): Readonly<Record<string, unknown>> {
  const refusal = `${where}: this is no JSON object; write one a line, with the text and its label.`;
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch (cause) {
    throw new InspectorError('data-invalid', refusal, { cause });
  }
  if (typeof value !== 'object' || value === null) throw invalid(refusal);
  return value as Readonly<Record<string, unknown>>;
}

function invalid(message: string): InspectorError {
  return new InspectorError('data-invalid', message);
}

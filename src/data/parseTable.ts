import Papa from 'papaparse';
import { InspectorError } from '../base/errors';
import { type Example, type ExampleFile } from './example';
import { remarkOnEmpty } from './remarkOnEmpty';

/** How a CSV or TSV file is to be read. Columns are named, or counted from 0. */
export interface TableOptions {
  readonly fileName: string;
  readonly textColumn?: string | number;
  readonly labelColumn?: string | number;
  /** Whether the first row names the columns; `auto` decides by its cells. */
  readonly header?: boolean | 'auto';
  /** Absent: tab for .tsv and .txt, else guessed among comma, semicolon, tab and bar. */
  readonly delimiter?: string;
  /** Whether cells may be quoted; absent: not in .tsv and .txt files. */
  readonly quotes?: boolean;
}

interface Row {
  readonly cells: readonly string[];
  /** Line of the row's first character, from 0. */
  readonly line: number;
}

/** Names that columns of text and of labels usually have. */
export const textNames = ['text', 'sentence', 'review', 'content', 'comment', 'message'];
/** See {@link textNames}. */
export const labelNames = ['label', 'class', 'sentiment', 'category', 'target', 'polarity'];

/**
 * Reads labelled texts from CSV or TSV; refuses, with the line, a quote that never closes and a row without a label.
 */
export function parseTable(text: string, options: TableOptions): ExampleFile {
  const rows = readRows(text, options);
  const remarks: string[] = [];
  const hasHeader = decideHeader(rows, options);
  const columns = chooseColumns(rows, hasHeader, options);
  if (hasHeader && (options.header ?? 'auto') === 'auto')
    remarks.push(`${options.fileName}: the first row was taken as the header.`);
  const examples: Example[] = [];
  const empty: string[] = [];
  for (const row of hasHeader ? rows.slice(1) : rows) {
    const label = row.cells[columns.label]?.trim();
    const content = row.cells[columns.text] ?? '';
    if (label === undefined || label === '') throw wrongRow(row, options, `no label in column ${columns.label + 1}`);
    if (content.trim() === '') empty.push(`${options.fileName}, line ${row.line + 1}`);
    else examples.push({ text: content, label, source: options.fileName, line: row.line });
  }
  return { examples, remarks: [...remarks, ...remarkOnEmpty(empty)] };
}

function readRows(text: string, options: TableOptions): readonly Row[] {
  const isTabbed = /\.(tsv|txt)$/i.test(options.fileName);
  const delimiter = options.delimiter ?? (isTabbed ? '\t' : '');
  const hasQuotes = options.quotes ?? !isTabbed;
  const rows: Row[] = [];
  let line = 0;
  let start = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    ...(hasQuotes ? {} : { fastMode: true }),
    step: ({ data, errors, meta }) => {
      for (const { code } of errors)
        if (code === 'MissingQuotes' || code === 'InvalidQuotes') throw openQuote(line, options);
      if (data.length > 1 || (data[0] ?? '').trim() !== '') rows.push({ cells: data, line });
      line += countNewlines(text, start, meta.cursor);
      start = meta.cursor;
    },
  });
  if (rows.length === 0) throw new InspectorError('data-invalid', `${options.fileName} has no rows.`);
  return rows;
}

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** A header names the wanted columns, or carries a label that no other row has. */
function decideHeader(rows: readonly Row[], { header = 'auto', textColumn, labelColumn }: TableOptions): boolean {
  if (header !== 'auto') return header;
  if (typeof textColumn === 'string' || typeof labelColumn === 'string') return true;
  const first = (rows[0]?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  if (first.some((cell) => labelNames.includes(cell)) && first.some((cell) => textNames.includes(cell))) return true;
  if (labelColumn === undefined) return false;
  const own = rows[0]?.cells[labelColumn];
  return rows.length > 2 && !rows.slice(1).some((row) => row.cells[labelColumn] === own);
}

function chooseColumns(
  rows: readonly Row[],
  hasHeader: boolean,
  options: TableOptions,
): { readonly text: number; readonly label: number } {
  const names = hasHeader ? (rows[0]?.cells ?? []).map((cell) => cell.trim()) : [];
  const find = (wanted: string | number | undefined, usual: readonly string[]): number => {
    if (typeof wanted === 'number') return wanted;
    if (wanted === undefined) {
      const first = names.find((name) => usual.includes(name.toLowerCase()));
      return first === undefined ? -1 : find(first, usual);
    }
    const columns = names.flatMap((name, at) => (name === wanted ? [at] : []));
    if (columns.length > 1) throw duplicateName(wanted, columns, options);
    const [column] = columns;
    if (column === undefined)
      throw new InspectorError(
        'data-invalid',
        `${options.fileName} has no column "${wanted}"; it has ${names.join(', ')}.`,
      );
    return column;
  };
  const text = find(options.textColumn, textNames);
  const label = find(options.labelColumn, labelNames);
  if (text >= 0 && label >= 0) return { text, label };
  if ((rows[0]?.cells.length ?? 0) !== 2) {
    throw new InspectorError(
      'data-invalid',
      `Say which columns of ${options.fileName} hold text and label ("textColumn", "labelColumn").`,
    );
  }
  return guessOfTwo(rows);
}

function duplicateName(name: string, columns: readonly number[], { fileName }: TableOptions): InspectorError {
  return new InspectorError(
    'data-invalid',
    `${fileName} has duplicate columns: ${columns.length} are named "${name}". Give the column's number in its place, counted from 0: ${columns.join(' or ')}.`,
  );
}

/** Of two columns the one with more different cells holds the texts. */
function guessOfTwo(rows: readonly Row[]): { readonly text: number; readonly label: number } {
  const [first, second] = [0, 1].map((column) => new Set(rows.map(({ cells }) => cells[column])).size);
  return (first ?? 0) >= (second ?? 0) ? { text: 0, label: 1 } : { text: 1, label: 0 };
}

function wrongRow(row: Row, { fileName }: TableOptions, why: string): InspectorError {
  return new InspectorError('data-invalid', `${fileName}, line ${row.line + 1}: ${why}.`);
}

function openQuote(line: number, { fileName }: TableOptions): InspectorError {
  const hint = 'close it, or set "quotes": false if quotes have no meaning in this file';
  return new InspectorError(
    'data-invalid',
    `${fileName}, line ${line + 1}: a quote in the row that begins here never closes; ${hint}.`,
  );
}

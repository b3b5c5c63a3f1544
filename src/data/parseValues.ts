import Papa from 'papaparse';
import { InspectorError } from '../base/errors';
import { parseNpy } from './parseNpy';

/** A numeric input: [T, D] row-major, and the names of its rows and columns where the source has them. */
export interface ValueTable {
  readonly data: Float32Array;
  readonly width: number;
  readonly rowNames?: readonly string[];
  /** [D], as the header says them, units included. */
  readonly columnNames?: readonly string[];
  /** [T], where each row stands in a table of text, in UTF-16 offsets. */
  readonly rowRanges?: readonly TextRange[];
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads [T, D] numbers from .npy, .json (a list of rows, of numbers for D = 1, or of records with the same keys) or .csv / .tsv,
 * by the name's ending.
 */
export function parseValues(bytes: Uint8Array, fileName: string): ValueTable {
  if (/\.npy$/i.test(fileName)) {
    const { shape, data } = parseNpy(bytes, fileName);
    const sizes = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
    if (sizes.length === 0 || sizes.length > 2)
      throw invalid(`${fileName} has shape [${shape.join(', ')}]; [T, D] is wanted.`);
    return { data, width: sizes[1] ?? 1 };
  }
  const text = new TextDecoder().decode(bytes);
  return /\.json$/i.test(fileName) ? parseJsonRows(text, fileName) : parseNumberTable(text, fileName);
}

function parseJsonRows(text: string, fileName: string): ValueTable {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (cause) {
    throw new InspectorError('data-invalid', `${fileName} is not JSON.`, { cause });
  }
  if (!Array.isArray(rows) || rows.length === 0) throw invalid(`${fileName} must hold a list of rows of numbers.`);
  const columnNames = isRecord(rows[0]) ? Object.keys(rows[0]) : undefined;
  const cells = (row: unknown): readonly unknown[] =>
    isRecord(row) && columnNames !== undefined
      ? columnNames.map((name) => (Object.hasOwn(row, name) ? row[name] : ''))
      : [row];
  const table = tableOf(
    rows.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : cells(row))),
    fileName,
    1,
  );
  return columnNames === undefined ? table : { ...table, columnNames };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A first row without any number is a header; a first column without any number names the rows. */
function parseNumberTable(text: string, fileName: string): ValueTable {
  const { rows, ranges } = splitRows(text);
  const isNumber = (cell: string | undefined): boolean =>
    cell !== undefined && cell.trim() !== '' && parseNumber(cell) !== undefined;
  const hasHeader = rows.length > 1 && (rows[0] ?? []).every((cell) => !isNumber(cell));
  const body = hasHeader ? rows.slice(1) : rows;
  const hasNames = body.length > 0 && body.every((row) => row.length > 1 && !isNumber(row[0]));
  const ofNumbers = (row: readonly string[]): readonly string[] => (hasNames ? row.slice(1) : row);
  const table = tableOf(body.map(ofNumbers), fileName, hasHeader ? 2 : 1);
  const header = hasHeader ? ofNumbers(rows[0] ?? []).map((cell) => cell.trim()) : [];
  return {
    ...table,
    ...(hasNames && { rowNames: body.map((row) => row[0] ?? '') }),
    ...(header.length === table.width && { columnNames: header }),
    rowRanges: hasHeader ? ranges.slice(1) : ranges,
  };
}

/** The cells of every row that is not blank, and where the row stands, without its line end. */
function splitRows(text: string): { readonly rows: readonly string[][]; readonly ranges: readonly TextRange[] } {
  const rows: string[][] = [];
  const ranges: TextRange[] = [];
  const first = text.length - text.trimStart().length;
  let at = first;
  Papa.parse<string[]>(text.trim(), {
    skipEmptyLines: true,
    step: ({ data, meta }) => {
      const end = first + meta.cursor;
      const row = text.slice(at, end);
      if (data.length > 1 || (data[0] ?? '') !== '') {
        rows.push(data);
        ranges.push({ start: at + row.length - row.trimStart().length, end: at + row.trimEnd().length });
      }
      at = end;
    },
  });
  return { rows, ranges };
}

function tableOf(rows: readonly (readonly unknown[])[], fileName: string, firstLine: number): ValueTable {
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw invalid(`${fileName} holds no numbers.`);
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    if (row.length !== width)
      throw invalid(`${fileName}, line ${index + firstLine}: ${row.length} numbers where ${width} are wanted.`);
    row.forEach((cell, column) => {
      const value = typeof cell === 'number' ? cell : parseNumber(String(cell));
      if (value === undefined)
        throw invalid(`${fileName}, line ${index + firstLine}: "${String(cell)}" is not a number.`);
      data[index * width + column] = value;
    });
  });
  return { data, width };
}

/** A number as people and Python write it; NaN and infinities are numbers here. */
function parseNumber(cell: string): number | undefined {
  const trimmed = cell.trim();
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return trimmed === '' || Number.isNaN(value) ? undefined : value;
}

function invalid(message: string): InspectorError {
  return new InspectorError('data-invalid', message);
}

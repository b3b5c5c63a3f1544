import Papa from 'papaparse';
import { InspectorError } from '../base/errors';
import { parseNpy } from './parseNpy';

/** A numeric input: [T, D] row-major, and the name of each row where the source has one. */
export interface ValueTable {
  readonly data: Float32Array;
  readonly width: number;
  readonly rowNames?: readonly string[];
}

/** Reads [T, D] numbers from .npy, .json (a list of rows, or of numbers for D = 1) or .csv / .tsv, by the name's ending. */
export function parseValues(bytes: Uint8Array, fileName: string): ValueTable {
  if (/\.npy$/i.test(fileName)) {
    const { shape, data } = parseNpy(bytes, fileName);
    const sizes = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
    if (sizes.length === 0 || sizes.length > 2) throw invalid(`${fileName} has shape [${shape.join(', ')}]; [T, D] is wanted.`);
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
  return tableOf(rows.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : [row])), fileName, 1);
}

/** A first row without any number is a header; a first column without any number names the rows. */
function parseNumberTable(text: string, fileName: string): ValueTable {
  const rows = Papa.parse<string[]>(text.trim(), { skipEmptyLines: true }).data;
  const isNumber = (cell: string | undefined): boolean => cell !== undefined && cell.trim() !== '' && parseNumber(cell) !== undefined;
  const hasHeader = rows.length > 1 && (rows[0] ?? []).every((cell) => !isNumber(cell));
  const body = hasHeader ? rows.slice(1) : rows;
  const hasNames = body.length > 0 && body.every((row) => row.length > 1 && !isNumber(row[0]));
  const table = tableOf(body.map((row) => (hasNames ? row.slice(1) : row)), fileName, hasHeader ? 2 : 1);
  return hasNames ? { ...table, rowNames: body.map((row) => row[0] ?? '') } : table;
}

function tableOf(rows: readonly (readonly unknown[])[], fileName: string, firstLine: number): ValueTable {
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw invalid(`${fileName} holds no numbers.`);
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    if (row.length !== width) throw invalid(`${fileName}, line ${index + firstLine}: ${row.length} numbers where ${width} are wanted.`);
    row.forEach((cell, column) => {
      const value = typeof cell === 'number' ? cell : parseNumber(String(cell));
      if (value === undefined) throw invalid(`${fileName}, line ${index + firstLine}: "${String(cell)}" is not a number.`);
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

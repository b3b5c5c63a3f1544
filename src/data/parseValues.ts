import { InspectorError } from '../base/errors';
import { decodeUnicode } from '../text/decodeUnicode';
import { chooseOfNpz } from './chooseOfNpz';
import { type NumberArray, parseNpy } from './parseNpy';
import { parseNumberTable } from './parseNumberTable';
import { tableOfRows, type ValueTable } from './valueTable';

/**
 * Reads [T, D] numbers from .npy, .npz, .json (a list of rows, of numbers for D = 1, or of records with the same keys),
 * else from a table of text, by the name's ending. Of several arrays in an .npz the name says which: `data.npz#x`.
 */
export function parseValues(bytes: Uint8Array, fileName: string): ValueTable {
  const [, npz, key] = /^(.*\.npz)(?:#(.+))?$/is.exec(fileName) ?? [];
  if (npz !== undefined) return tableOfArray(chooseOfNpz(bytes, npz, key), fileName);
  if (/\.npy$/i.test(fileName)) return tableOfArray(parseNpy(bytes, fileName), fileName);
  const text = decodeUnicode(bytes);
  return /\.json$/i.test(fileName) ? parseJsonRows(text, fileName) : parseNumberTable(text, fileName);
}

/** A batch of one is taken off. */
function tableOfArray({ shape, data }: NumberArray, fileName: string): ValueTable {
  const sizes = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  if (sizes.length === 0 || sizes.length > 2)
    throw invalid(`${fileName} has shape [${shape.join(', ')}]; [T, D] is wanted.`);
  return { data, width: sizes[1] ?? 1 };
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
  const table = tableOfRows(
    rows.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : cells(row))),
    (row) => `${fileName}, row ${row + 1}`,
  );
  return columnNames === undefined ? table : { ...table, columnNames };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): InspectorError {
  return new InspectorError('data-invalid', message);
}

import { InspectorError } from '../base/errors';
import { shorten } from '../base/foreignText';

/** A numeric input: [T, D] row-major, and the names of its rows and columns where the source has them. */
export interface ValueTable {
  readonly data: Float32Array;
  readonly width: number;
  readonly rowNames?: readonly string[];
  /** [D], as the header says them, units included. */
  readonly columnNames?: readonly string[];
  /** [T], where each row stands in a table of text, in UTF-16 offsets. */
  readonly rowRanges?: readonly TextRange[];
  /** What was guessed of the file, a sentence each. */
  readonly notes?: readonly string[];
}

/** A stretch of a text, in UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Turns rows of as many cells each into numbers; `whereIs` names a row (from 0) that is wrong. */
export function tableOfRows(
  rows: readonly (readonly unknown[])[],
  whereIs: (row: number) => string,
): Pick<ValueTable, 'data' | 'width'> {
  const width = rows[0]?.length ?? 0;
  if (width === 0) throw new InspectorError('data-invalid', `${whereIs(0)}: there is no number.`);
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    if (row.length !== width)
      throw new InspectorError('data-invalid', `${whereIs(index)}: ${row.length} numbers where ${width} are wanted.`);
    row.forEach((cell, column) => {
      const value = typeof cell === 'number' ? cell : isNested(cell) ? undefined : parseNumber(String(cell));
      if (value === undefined)
        throw new InspectorError('data-invalid', `${whereIs(index)}: "${showCell(cell)}" is not a number.`);
      data[index * width + column] = value;
    });
  });
  return { data, width };
}

function isNested(cell: unknown): boolean {
  return typeof cell === 'object' && cell !== null;
}

/** A cell as an error names it: short, and a list or an object by its kind alone. */
function showCell(cell: unknown): string {
  if (!isNested(cell)) return shorten(String(cell), 80);
  return Array.isArray(cell) ? '[...]' : '{...}';
}

/** A number as people and Python write it; NaN and infinities are numbers here, an empty cell is none. */
export function parseNumber(cell: string): number | undefined {
  const trimmed = cell.trim();
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return trimmed === '' || Number.isNaN(value) ? undefined : value;
}

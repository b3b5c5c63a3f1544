import Papa from 'papaparse';
import { InspectorError } from '../base/errors';
import { parseNumber, tableOfRows, type TextRange, type ValueTable } from './valueTable';

interface Row {
  readonly cells: readonly string[];
  /** Where the row stands, without its line end. */
  readonly range: TextRange;
}

/**
 * Reads a table of numbers, separated by commas, semicolons, tabs or bars, else by white space (np.savetxt). A first
 * row of names is the header, as is a comment (#) of as many names before the first row, or pandas' 0, 1, 2...; a first
 * column of names, or one that the header does not name, names the rows. What was guessed stands in `notes`.
 */
export function parseNumberTable(text: string, fileName: string): ValueTable {
  const { rows, comment } = splitRows(text);
  const [first] = rows;
  if (first === undefined) throw new InspectorError('data-invalid', `${fileName} holds no numbers.`);
  const isCounted = isCountedHeader(rows);
  const hasHeader = rows.length > 1 && (isCounted || first.cells.every((cell) => !isNumber(cell)));
  const body = hasHeader ? rows.slice(1) : rows;
  const width = body[0]?.cells.length ?? 0;
  const named = hasHeader ? first.cells : comment.length === width ? comment : [];
  const header = named.map((cell) => cell.trim());
  const index = indexColumn(header, body);
  const ofNumbers = ({ cells }: Row): readonly string[] => (index === 'none' ? cells : cells.slice(1));
  const table = tableOfRows(body.map(ofNumbers), (row) => {
    const line = lineOf(text, body[row]?.range.start ?? 0);
    return `${fileName}, line ${line}`;
  });
  const names = header.slice(header.length - table.width);
  const hasNames = header.length >= table.width && header.length <= table.width + (index === 'none' ? 0 : 1);
  return {
    ...table,
    ...(index !== 'none' && { rowNames: body.map(({ cells }) => (cells[0] ?? '').trim()) }),
    ...(hasNames && { columnNames: names }),
    ...noteGuesses(isCounted, index),
    rowRanges: body.map(({ range }) => range),
  };
}

function isNumber(cell: string): boolean {
  return parseNumber(cell) !== undefined;
}

/**
 * Whether the first row counts the columns, as pandas names those of a frame without names: after the empty name of an
 * index column; or from three columns on, or before numbers with fractions. Two whole numbers may as well be the first
 * two values.
 */
function isCountedHeader([first, ...body]: readonly Row[]): boolean {
  const cells = first?.cells.map((cell) => cell.trim()) ?? [];
  const hasIndex = cells[0] === '' && cells.length > 1;
  const counted = hasIndex ? cells.slice(1) : cells;
  if (!counted.every((cell, at) => cell === String(at))) return false;
  if (hasIndex) return true;
  const next = body[0]?.cells.map((cell) => cell.trim()) ?? [];
  const goesOn = next.every((cell, at) => cell === String(at + 1));
  const hasFractions = body.some((row) => row.cells.some((cell) => !Number.isInteger(Number(cell))));
  return counted.length > 1 && !goesOn && (counted.length > 2 || hasFractions);
}

/** `names`: no cell of the first column is a number; `index`: the header has an empty name for it, or none. */
function indexColumn(header: readonly string[], body: readonly Row[]): 'names' | 'index' | 'none' {
  const width = body[0]?.cells.length ?? 0;
  if (width < 2) return 'none';
  if (body.every(({ cells }) => cells.length > 1 && !isNumber(cells[0] ?? ''))) return 'names';
  const isUnnamed = header.length === width && /^(Unnamed: 0)?$/.test(header[0] ?? '');
  return isUnnamed || (header.length > 0 && header.length === width - 1) ? 'index' : 'none';
}

function noteGuesses(isCounted: boolean, index: 'names' | 'index' | 'none'): { readonly notes?: readonly string[] } {
  const notes = [
    ...(isCounted
      ? [
          'The first row counts the columns (0, 1, ...) and was taken as their names; if it is data, put a row of names first.',
        ]
      : []),
    ...(index === 'index'
      ? ['The first column has no name and was taken as the index of the rows; if it is data, give it a name.']
      : []),
  ];
  return notes.length > 0 ? { notes } : {};
}

/** From 1. */
function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}

interface Split {
  readonly rows: readonly Row[];
  /** The cells of the last comment before the first row; none: empty. */
  readonly comment: readonly string[];
}

/** The cells of every row that is not blank. */
function splitRows(text: string): Split {
  // Comments become blanks, so that all places stay.
  const bare = text.replace(/^[ \t]*#.*$/gm, (found) => ' '.repeat(found.length));
  const isSpaced = !/[,;\t|]/.test(bare);
  const rows = isSpaced ? splitAtSpaces(bare) : splitAtSigns(bare);
  const before = text.slice(0, rows[0]?.range.start ?? text.length);
  const comment = /^[ \t]*#(.*)$/.exec(before.trimEnd().split('\n').at(-1) ?? '')?.[1] ?? '';
  const named = comment.trim() === '' ? [] : isSpaced ? splitAtSpaces(comment) : splitAtSigns(comment);
  return { rows, comment: named[0]?.cells ?? [] };
}

function splitAtSpaces(text: string): readonly Row[] {
  return [...text.matchAll(/[^\r\n]+/g)].flatMap(({ 0: line, index }) => {
    const content = line.trim();
    const start = index + line.length - line.trimStart().length;
    return content === '' ? [] : [{ cells: content.split(/\s+/), range: { start, end: start + content.length } }];
  });
}

function splitAtSigns(text: string): readonly Row[] {
  const rows: Row[] = [];
  // The delimiter and the line ends are guessed by the beginning, which must be no blank lines.
  const first = text.length - text.replace(/^\s*\n/, '').length;
  let at = first;
  Papa.parse<string[]>(text.slice(first).trimEnd(), {
    skipEmptyLines: true,
    step: ({ data, meta }) => {
      const end = first + meta.cursor;
      const row = text.slice(at, end);
      if (data.length > 1 || (data[0] ?? '').trim() !== '')
        rows.push({
          cells: data,
          range: { start: at + row.length - row.trimStart().length, end: at + row.trimEnd().length },
        });
      at = end;
    },
  });
  return rows;
}

import path from 'node:path';
import Papa from 'papaparse';
import { InspectorError } from '../base/errors';
import { isFolderWithin, listFolder } from '../files/foreignFiles';
import { readHead } from '../files/regularFile';
import { type DataSuggestion, type SuggestedColumn } from '../trace/lab/dataSuggestion';
import { decodeText } from './decodeText';
import { parseJsonObject } from './parseJsonLines';
import { labelNames, textNames } from './parseTable';

/** Only the beginning of a file is looked at. */
const headBytes = 512 * 1024;
const headRows = 400;
const mostClasses = 100;

/** Finds out by its beginning what form the data at a path has, and which columns may hold text and label. */
export async function suggestData(target: string): Promise<DataSuggestion> {
  await Promise.resolve();
  if (isFolderWithin(target, [target])) return suggestFolder(target);
  const { text, isWhole } = readHeadText(target);
  if (/\.(jsonl|ndjson)$/i.test(target)) return suggestJsonLines(text, target);
  if (/\.(csv|tsv)$/i.test(target)) return suggestTable(text, target, isWhole);
  return { format: 'text', files: [{ path: path.basename(target) }], columns: [] };
}

function suggestFolder(folder: string): DataSuggestion {
  const entries = listFolder(folder, [folder]);
  const names = (isFitting: (entry: (typeof entries)[number]) => boolean): string[] =>
    entries
      .filter((entry) => isFitting(entry) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  const classes = names((entry) => entry.isDirectory());
  if (classes.length >= 2)
    return { format: 'folders', files: [{ path: path.basename(folder) }], columns: [], labels: classes };
  const texts = names((entry) => entry.isFile() && /\.(txt|pos|neg|tok)$/i.test(entry.name));
  if (texts.length < 2)
    throw new InspectorError(
      'data-invalid',
      `${path.basename(folder)} holds neither a folder for each class nor a text file for each class.`,
    );
  const labels = texts.map((name) => path.basename(name, path.extname(name)));
  const isClear = new Set(labels).size === labels.length;
  const files = texts.map((name, k) => ({
    path: `${path.basename(folder)}/${name}`,
    label: isClear ? (labels[k] ?? name) : name,
  }));
  return { format: 'lines', files, columns: [], labels: files.map(({ label }) => label) };
}

/** The text of a file's beginning, cut at its last whole line. */
function readHeadText(file: string): { readonly text: string; readonly isWhole: boolean } {
  const { bytes, isWhole } = readHead(file, headBytes);
  const end = isWhole ? bytes.length : lastLineEnd(bytes, bytes.length);
  return { text: decodeText(bytes.subarray(0, end), path.basename(file)), isWhole };
}

/** After the last newline, which takes two bytes in UTF-16. */
function lastLineEnd(bytes: Uint8Array, length: number): number {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  let end = length;
  while (end > 0 && bytes[end - 1] !== 10) end--;
  return isWide ? end + (end % 2) : end;
}

function suggestTable(text: string, target: string, isWhole: boolean): DataSuggestion {
  const isTabbed = /\.tsv$/i.test(target);
  const { data } = Papa.parse<string[]>(text, {
    preview: headRows,
    skipEmptyLines: true,
    delimiter: isTabbed ? '\t' : '',
    ...(isTabbed ? { fastMode: true } : {}),
  });
  // The last row of a cut beginning may lack its end.
  const rows = isWhole || data.length >= headRows ? data : data.slice(0, -1);
  const [first = [], ...rest] = rows;
  if (first.length < 2)
    throw new InspectorError(
      'data-invalid',
      `${path.basename(target)} has only one column; a classifier needs a text and a label.`,
    );
  const unnamed = first.map((_, index) =>
    describeColumn(
      index,
      null,
      rest.map((row) => row[index] ?? ''),
    ),
  );
  const hasHeader = looksLikeHeader(first, unnamed, rest);
  const columns = hasHeader
    ? unnamed.map((column, index) => ({ ...column, name: first[index]?.trim() ?? null }))
    : unnamed;
  return {
    format: 'table',
    files: [{ path: path.basename(target) }],
    hasHeader,
    columns,
    ...choose(columns, rest.length),
  };
}

function suggestJsonLines(text: string, target: string): DataSuggestion {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, headRows)
    .map((line, at) => parseJsonObject(line, `${path.basename(target)}, line ${at + 1}`));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name, index) =>
    describeColumn(
      index,
      name,
      rows.map((row) => (typeof row[name] === 'object' ? '' : String(row[name] ?? ''))),
    ),
  );
  return { format: 'jsonl', files: [{ path: path.basename(target) }], columns, ...choose(columns, rows.length) };
}

function describeColumn(index: number, name: string | null, values: readonly string[]): SuggestedColumn {
  const meanLength = values.reduce((sum, value) => sum + value.length, 0) / Math.max(1, values.length);
  return {
    index,
    name,
    distinct: new Set(values.map((value) => value.trim())).size,
    meanLength,
    samples: [...new Set(values)].slice(0, 3),
  };
}

/** A first row with usual names, or of which no short column (a label) repeats the cell. */
function looksLikeHeader(
  first: readonly string[],
  columns: readonly SuggestedColumn[],
  rest: readonly (readonly string[])[],
): boolean {
  const names = first.map((cell) => cell.trim().toLowerCase());
  if (names.some((name) => labelNames.includes(name) || textNames.includes(name))) return true;
  const label = columns.find(({ distinct }) => distinct >= 2 && distinct <= Math.min(mostClasses, rest.length / 3));
  return label !== undefined && !rest.some((row) => row[label.index]?.trim() === first[label.index]?.trim());
}

/** By usual names, else the longest cells are the text, and of the rest the fewest different values the label. */
function choose(
  columns: readonly SuggestedColumn[],
  rows: number,
): { readonly textColumn?: number; readonly labelColumn?: number } {
  const named = (usual: readonly string[]): SuggestedColumn | undefined =>
    columns.find(({ name }) => usual.includes(name?.toLowerCase() ?? ''));
  const text = named(textNames) ?? [...columns].sort((a, b) => b.meanLength - a.meanLength)[0];
  const fitting = columns.filter(
    ({ index, distinct }) =>
      index !== text?.index && distinct >= 2 && distinct <= Math.min(mostClasses, Math.max(2, rows / 2)),
  );
  const label = named(labelNames) ?? fitting.sort((a, b) => a.distinct - b.distinct)[0];
  return {
    ...(text === undefined ? {} : { textColumn: text.index }),
    ...(label === undefined ? {} : { labelColumn: label.index }),
  };
}

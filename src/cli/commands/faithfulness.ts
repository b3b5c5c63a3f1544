import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { decodeText } from '../../data/decodeText';
import { parseTable } from '../../data/parseTable';
import { readRegular } from '../../files/regularFile';
import { writeWhole } from '../../files/writeWhole';
import { type FaithfulnessReport, type FaithfulnessRow } from '../../trace/reading/shares';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';
import { modelOptions, parseOneModel } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { toReportJson } from '../reportJson';
import { parseMethods } from '../shareOptions';
import { withoutAbsent } from '../withoutAbsent';

/** Larger data would take many times its size of memory. */
const mostBytes = 256e6;

/** Prints the table of methods against chance over a data set. */
export const faithfulnessCommand: Command = {
  name: 'faithfulness',
  usage: 'faithfulness MODEL --data FILE.txt|.csv|.tsv|.jsonl|.json [--method M,...] [--limit N] [--out FILE.json]',
  summary: 'what taking out the tokens that each method names does, against random tokens',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      data: 'string',
      method: 'string',
      limit: 'string',
      seed: 'string',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const data = parsed.text('data');
    if (data === undefined || data === '') throw new UsageError('--data is missing: a file of texts, one a line.');
    const out = parsed.text('out');
    if (out !== undefined) formatOf(out, ['json']);
    const methods = parseMethods(parsed);
    const limit = parsed.number('limit', (value) => Number.isInteger(value) && value >= 1);
    const report = await ask(
      context,
      'faithfulness',
      withoutAbsent({
        model,
        texts: evenly(readTexts(data), limit),
        methods: methods === 'all' ? undefined : methods,
        seed: parsed.number('seed', Number.isInteger),
      }),
    );
    if (out !== undefined) writeWhole(out, toReportJson(report));
    for (const line of tableOf(report)) context.print(line);
  },
};

/** The texts of a file, by its ending: a table with its usual columns, JSON Lines, a JSON list, else one a line. */
function readTexts(file: string): readonly string[] {
  const text = decodeText(readRegular(file, mostBytes), file);
  const texts = parseTexts(text, file).filter((each) => each.trim() !== '');
  if (texts.length === 0) throw new InspectorError('data-invalid', `${file} holds no text; give a file of texts.`);
  return texts;
}

function parseTexts(text: string, file: string): readonly string[] {
  switch (path.extname(file).toLowerCase()) {
    case '.csv':
    case '.tsv':
      return parseTable(text, { fileName: file }).examples.map((example) => example.text);
    case '.jsonl':
      return text
        .split('\n')
        .flatMap((row, line) => (row.trim() === '' ? [] : [textOf(row, `${file}, line ${line + 1}`)]));
    case '.json':
      return parseList(text, file);
    default:
      return text.split(/\r?\n/);
  }
}

/** A string, or an object with a `text`. */
function textOf(row: string, where: string): string {
  const value = parseJson(row, where);
  const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : value;
  if (typeof text === 'string') return text;
  throw new InspectorError('data-invalid', `${where}: there is no "text"; give strings, or objects with a "text".`);
}

function parseList(text: string, file: string): readonly string[] {
  const value = parseJson(text, file);
  if (Array.isArray(value)) return value.map((each, k) => textOf(JSON.stringify(each), `${file}, entry ${k}`));
  throw new InspectorError('data-invalid', `${file} must hold a list of texts.`);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new InspectorError('data-invalid', `${where} is not JSON.`, { cause });
  }
}

/** At most so many texts, evenly over the file. */
function evenly(texts: readonly string[], limit = texts.length): readonly string[] {
  if (texts.length <= limit) return texts;
  return Array.from({ length: limit }, (_, k) => texts[Math.floor((k * texts.length) / limit)] as string);
}

function tableOf({ model, texts, leftOut, rows, refused }: FaithfulnessReport): readonly string[] {
  const width = Math.max(...rows.map(({ method }) => method.length));
  return [
    `${model}, ${texts} texts${leftOut === 0 ? '' : ` (${leftOut} left out)`}: change of the score when 20 % of the tokens are taken out`,
    `${'method'.padEnd(width)}  largest in size   minus random      highest   rank correlation with leave-one-out`,
    ...rows.map((row) => rowOf(row, width)),
    ...refused.map(({ method, why }) => `${method}: ${why}`),
  ];
}

function rowOf({ method, unsigned, signed, rankCorrelation }: FaithfulnessRow, width: number): string {
  const [size, high] = [unsigned, signed].map((figures) => figures.find(({ fraction }) => fraction === 0.2));
  const mean = `${size?.mean.toFixed(3)} +- ${size?.standardError.toFixed(3)}`;
  const against =
    method === 'random' ? '' : `${signOf(size?.minusRandom ?? 0)} +- ${size?.minusRandomStandardError.toFixed(3)}`;
  const correlation = rankCorrelation === null ? '' : rankCorrelation.toFixed(2);
  return `${method.padEnd(width)}  ${mean.padEnd(16)}  ${against.padEnd(16)}  ${(high?.mean ?? 0).toFixed(3).padEnd(8)}  ${correlation}`.trimEnd();
}

function signOf(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}

import path from 'node:path';
import { writeWhole } from '../../files/writeWhole';
import { type FindReport, type PatternMatch } from '../../trace/causes/findAgain';
import { type Direction } from '../../trace/reading/cellKind';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { parseArguments, type ParsedArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext, UsageError } from '../command';
import { inputOptions, modelOptions, parseInput, parseModel, readTextInput } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { toReportJson } from '../reportJson';
import { parsePhrase } from '../shareOptions';
import { withoutAbsent } from '../withoutAbsent';

const inspection = 1;
const mostShown = 10;

/** A text that is looked through, and how it is called. */
interface SearchedText {
  readonly name: string;
  readonly input: InputSpec;
}

/** Looks for the places where the units that are on throughout a phrase are on again. */
export const findCommand: Command = {
  name: 'find',
  usage:
    'find MODEL INPUT --phrase FROM..TO [--in FILE ...] [--threshold X] [--at-layer N[.forward|.backward]] --out FILE.json',
  summary: 'where the units that are on throughout a phrase are on again, in this text or in files',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      phrase: 'string',
      in: 'strings',
      threshold: 'string',
      'at-layer': 'string',
      out: 'string',
    });
    const [modelName, ...files] = parsed.positionals;
    const model = parseModel(modelName, parsed);
    const phrase = parsePhrase(parsed);
    if (phrase === undefined) throw new UsageError('--phrase is missing: the steps whose pattern is looked for.');
    const out = parsed.text('out');
    formatOf(out, ['json']);
    const input = parseInput(parsed);
    const threshold = parsed.number('threshold', (value) => value > 0);
    const texts = searchedTexts(parsed, files, input);
    const where = parseLayer(parsed);
    await ask(context, 'read', { inspection, model, input, stream: false });
    const request = withoutAbsent({
      inspection,
      ...where,
      ...phrase,
      threshold,
      texts: texts.map((each) => each.input),
    });
    const report = await ask(context, 'find', request);
    const matches = report.matches.map((match) => ({ file: texts[match.text]?.name, ...match }));
    writeWhole(out as string, toReportJson({ ...report, matches }));
    print(out as string, { report, texts }, context);
  },
};

/** The files of `--in` and those after MODEL; the text itself where there are none. */
function searchedTexts(parsed: ParsedArguments, files: readonly string[], input: InputSpec): readonly SearchedText[] {
  const names = [...parsed.texts('in'), ...files];
  if (names.length === 0) return [{ name: 'this text', input }];
  return names.map((name) => ({ name, input: readTextInput(name) }));
}

function parseLayer(parsed: ParsedArguments): { readonly layer?: number; readonly direction?: Direction } {
  const given = parsed.text('at-layer');
  if (given === undefined) return {};
  const match = /^(\d{1,3})(?:\.(forward|backward))?$/.exec(given);
  if (match === null) throw new UsageError(`--at-layer takes a layer from 0, as 1 or 1.backward, not "${given}".`);
  return { layer: Number(match[1]), direction: (match[2] ?? 'forward') as Direction };
}

function print(
  out: string,
  { report, texts }: { readonly report: FindReport; readonly texts: readonly SearchedText[] },
  { print: say }: CommandContext,
): void {
  const { units, threshold, length } = report.pattern;
  const counted = units.length === 1 ? '1 unit stays' : `${units.length} units stay`;
  say(
    `${out}: ${counted} at ${threshold} or over throughout the ${length} steps${units.length === 0 ? '' : `: ${units.join(' ')}`}.`,
  );
  for (const sentence of report.relaxed) say(`Relaxed: ${sentence}`);
  say(`${report.count} places in ${report.steps} steps, the best first.`);
  for (const match of report.matches.slice(0, mostShown)) say(sayMatch(match, texts[match.text] as SearchedText));
  for (const { feature, inMatches, everywhere } of report.common)
    say(`${feature}: ${percent(inMatches)} of the steps that match, ${percent(everywhere)} of all.`);
}

function sayMatch(
  { from, to, start, end, unitsOn, others, cosine }: PatternMatch,
  { name, input }: SearchedText,
): string {
  const figures = cosine === undefined ? `${unitsOn} units, ${others} others` : `cosine ${cosine.toFixed(3)}`;
  const text = input.kind === 'text' ? `  ${JSON.stringify(input.text.slice(start, end))}` : '';
  const line = input.kind === 'text' ? `:${input.text.slice(0, start).split('\n').length}` : '';
  return `${path.basename(name)}${line}  steps ${from}..${to}  ${figures}${text}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

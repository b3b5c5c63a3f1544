import { writeWhole } from '../../files/writeWhole';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { parseArguments, type OptionTypes, type ParsedArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';
import { inputOptions, modelOptions, parseOneModel, parseOptionalInput } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { toReportJson } from '../reportJson';
import { withoutAbsent } from '../withoutAbsent';

const [clean, inspection] = [1, 2];
const mostShown = 8;

/** Puts the states of one text into the reading of another and says how much of the first one's answer comes back. */
export const patchCommand: Command = {
  name: 'patch',
  usage: 'patch MODEL --clean TEXT --corrupt TEXT [--target K] [--against J] [--units N] --out FILE.json',
  summary: 'which states carry the difference between two texts of equal length',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...optionsOf('clean'),
      ...optionsOf('corrupt'),
      target: 'string',
      against: 'string',
      units: 'string',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    formatOf(out, ['json']);
    await ask(context, 'read', { inspection: clean, model, input: inputOf('clean', parsed), stream: false });
    await ask(context, 'read', { inspection, model, input: inputOf('corrupt', parsed), stream: false });
    const request = withoutAbsent({
      clean,
      inspection,
      target: parsed.text('target'),
      against: parsed.text('against'),
      units: parsed.number('units', (value) => Number.isInteger(value) && value >= 0 && value <= 10_000),
    });
    const report = await ask(context, 'patch', request);
    writeWhole(out as string, toReportJson(report));
    context.print(
      `${out}: ${report.quantity} is ${report.clean.toFixed(3)} for the clean text, ${report.corrupt.toFixed(3)} for the other.`,
    );
    for (const { layer, direction, whole } of report.layers) {
      const best = whole.indexOf(Math.max(...whole));
      context.print(
        `All of ${layer}.${direction} before step ${best}: ${share(whole[best] as number)} comes back (read again).`,
      );
    }
    for (const { layer, direction, unit, step, estimate, measured } of report.units.slice(0, mostShown))
      context.print(
        `Unit ${layer}.${direction}[${unit}] before step ${step}: ${share(measured)} (read again), ${share(estimate)} (estimated).`,
      );
  },
};

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** --clean TEXT, or --clean-file, --clean-ids, --clean-values. */
function optionsOf(name: string): OptionTypes {
  const long = Object.entries(inputOptions).map(([option, type]) => [`${name}-${option}`, type]);
  return { ...(Object.fromEntries(long) as OptionTypes), [name]: 'string' };
}

function inputOf(name: string, parsed: ParsedArguments): InputSpec {
  const text = parsed.text(name);
  const other = parseOptionalInput(parsed, `${name}-`);
  if (text !== undefined && other !== undefined) throw new UsageError(`Give one --${name}, not two.`);
  if (text !== undefined) return { kind: 'text', text };
  if (other === undefined)
    throw new UsageError(`--${name} is missing: --${name} TEXT, or --${name}-file, --${name}-ids, --${name}-values.`);
  return other;
}

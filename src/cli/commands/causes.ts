import { writeWhole } from '../../files/writeWhole';
import { type CausesReport } from '../../trace/causes/causes';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext, UsageError } from '../command';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { toReportJson } from '../reportJson';
import { parseSteps } from '../stepOptions';
import { withoutAbsent } from '../withoutAbsent';

const inspection = 1;
const mostShown = 8;

/** Takes every unit out of a reading, one at a time, and says what that does to the answer. */
export const causesCommand: Command = {
  name: 'causes',
  usage: 'causes MODEL INPUT [--at STEP|STEP,...|FROM..TO] [--by zero|mean] [--steer] --out FILE.json',
  summary: 'what the answer loses when each unit is taken out, against units drawn at random',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      at: 'string',
      by: 'string',
      steer: 'boolean',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const by = parsed.text('by') ?? 'zero';
    if (by !== 'zero' && by !== 'mean') throw new UsageError(`--by is zero or mean, not "${by}".`);
    const out = parsed.text('out');
    formatOf(out, ['json']);
    const at = parseSteps(parsed);
    await ask(context, 'read', { inspection, model, input: parseInput(parsed), stream: false });
    const request = withoutAbsent({ inspection, at, by, isSteered: parsed.flag('steer') } as const);
    const report = await ask(context, 'causes', request);
    writeWhole(out as string, toReportJson(report));
    print(out as string, report, context);
  },
};

function print(out: string, { score, steps, unit, layers, chance, by }: CausesReport, context: CommandContext): void {
  const units = layers.flatMap(({ layer, direction, effect, elsewhere }) =>
    Array.from(effect, (value, k) => ({ name: `${layer}.${direction}.h[${k}]`, value, rest: elsewhere[k] as number })),
  );
  const place = steps.length === 1 ? `step ${steps[0]}` : `${steps.length} steps`;
  context.print(`${out}: ${units.length} units, each taken out (h = ${by}); ${score} after ${place}, ${unit}.`);
  const ranked = [...units].sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
  for (const { name, value, rest } of ranked.slice(0, mostShown))
    context.print(`${name}  ${value.toFixed(4)}${Number.isNaN(rest) ? '' : `  elsewhere ${rest.toFixed(4)}`}`);
  context.print(
    `By chance: ${chance.count} units drawn at random change it by ${chance.mean.toFixed(4)} on average, at most ${chance.largest.toFixed(4)}.`,
  );
}

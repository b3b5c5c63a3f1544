import { writeWhole } from '../../files/writeWhole';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command } from '../command';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { toReportJson } from '../reportJson';
import { parseSteps } from '../stepOptions';
import { withoutAbsent } from '../withoutAbsent';

const inspection = 1;

/**
 * Replaces earlier tokens by others, one at a time, and says how far the prediction moves by how long ago they were.
 */
export const recallCommand: Command = {
  name: 'recall',
  usage: 'recall MODEL INPUT [--at STEP|STEP,...|FROM..TO] [--lags K] [--others N|all] [--seed N] --out FILE.json',
  summary: 'how far a prediction moves when the token k steps ago is another one, by k',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      at: 'string',
      lags: 'string',
      others: 'string',
      seed: 'string',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    formatOf(out, ['json']);
    const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1e6;
    const others = parsed.text('others') === 'all' ? ('all' as const) : parsed.number('others', isCount);
    const request = withoutAbsent({
      inspection,
      at: parseSteps(parsed),
      lags: parsed.number('lags', isCount),
      others,
      seed: parsed.number('seed', Number.isInteger),
    });
    await ask(context, 'read', { inspection, model, input: parseInput(parsed), stream: false });
    const report = await ask(context, 'recall', request);
    writeWhole(out as string, toReportJson(report));
    const which = report.isEveryOther ? 'every other token' : `${report.others} other tokens`;
    context.print(
      `${out}: lags 0 to ${report.lags - 1} before ${report.steps.length} steps, each token replaced by ${which}.`,
    );
    for (const lag of [0, 1, 2, 5, 10, 20, 50, 100, 200, 500].filter((each) => each < report.lags))
      context.print(
        `${lag} steps ago: ${(report.changed[lag] as number).toExponential(2)} nats; with nothing before it read: ${(report.fromScratch[lag] as number).toExponential(2)}.`,
      );
  },
};

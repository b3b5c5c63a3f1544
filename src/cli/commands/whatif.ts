import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext, UsageError } from '../command';
import { editOptions, parseEdits } from '../editOptions';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { writeWhole } from '../../files/writeWhole';
import { unpackPredictionTrack } from '../../trace/reading/predictionTrack';
import { formatOf } from '../outputFormat';

/** Numbers of the reading as it is and of the changed one. */
const untouched = 1;
const changed = 2;

/** Reads an input with gates and states set by hand, and says what that did to the answer. */
export const whatifCommand: Command = {
  name: 'whatif',
  usage: 'whatif MODEL INPUT --edit E [--edit E ...] [--other-text T] --out FILE.npz|FILE.json',
  summary: 'a trace in which gates and states are set by hand, and what that changes',
  async run(args, context) {
    const parsed = parseArguments(args, { ...modelOptions, ...inputOptions, ...editOptions, out: 'string' });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    const format = formatOf(out, ['npz', 'json']);
    const reading = { model, input: parseInput(parsed), stream: false };
    const edits = parseEdits(parsed);
    if (edits.edits === undefined)
      throw new UsageError('EDIT is missing: at least one --edit, as in --edit "f[27]@41..=0".');
    const before = await ask(context, 'read', { inspection: untouched, ...reading });
    const after = await ask(context, 'read', { inspection: changed, previous: untouched, ...reading, ...edits });
    writeWhole(out as string, await ask(context, 'exportTrace', { inspection: changed, format }));
    context.print(`${out}: ${after.steps} steps, computed in ${after.computeMs.toFixed(0)} ms (${after.path}).`);
    const losses = await meanLosses(context);
    if (losses !== null) context.print(`Mean loss: ${losses.before} before, ${losses.after} after (nats a token).`);
    else if (before.output && after.output)
      context.print(`Answer: ${listNumbers(before.output.data)} before, ${listNumbers(after.output.data)} after.`);
    for (const note of after.notes) context.print(`Note: ${note}`);
  },
};

/** The mean -ln p of the next token without and with the edits, written out; null for a model that predicts none. */
async function meanLosses(
  context: CommandContext,
): Promise<{ readonly before: string; readonly after: string } | null> {
  const [before, after] = [await meanLoss(context, untouched), await meanLoss(context, changed)];
  return before === null || after === null ? null : { before: before.toFixed(4), after: after.toFixed(4) };
}

async function meanLoss(context: CommandContext, inspection: number): Promise<number | null> {
  const { surprise } = unpackPredictionTrack(await ask(context, 'predictions', { inspection }));
  const rest = surprise.subarray(1);
  if (rest.length === 0 || rest.every(Number.isNaN)) return null;
  return rest.reduce((sum, value) => sum + value, 0) / rest.length;
}

const mostShown = 8;

function listNumbers(data: Float32Array): string {
  const shown = Array.from(data.subarray(0, mostShown), (value) => value.toFixed(4)).join(' ');
  return data.length > mostShown ? `${shown} ...` : shown;
}

import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command } from '../command';
import { editOptions, parseEdits } from '../editOptions';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { writeWhole } from '../../files/writeWhole';
import { formatOf } from '../outputFormat';

const inspection = 1;

/** Writes every gate and state of a model that reads an input. */
export const traceCommand: Command = {
  name: 'trace',
  usage: 'trace MODEL INPUT [--edit E ...] --out FILE.npz|FILE.json',
  summary: 'every gate and state of every layer, step by step',
  async run(args, context) {
    const parsed = parseArguments(args, { ...modelOptions, ...inputOptions, ...editOptions, out: 'string' });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    const format = formatOf(out, ['npz', 'json']);
    const input = parseInput(parsed);
    const edits = parseEdits(parsed);
    const { steps, path, computeMs, notes, outputKind } = await ask(context, 'read', {
      inspection,
      model,
      input,
      ...edits,
      stream: false,
    });
    writeWhole(out as string, await ask(context, 'exportTrace', { inspection, format }));
    context.print(`${out}: ${steps} steps, computed in ${computeMs.toFixed(0)} ms (${path}).`);
    if (outputKind !== undefined) context.print(`Output: ${outputKind}.`);
    for (const note of notes) context.print(`Note: ${note}`);
  },
};

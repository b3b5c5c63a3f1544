import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';
import { lossOptions, parseLoss } from '../lossOptions';
import { inputOptions, modelOptions, parseInput, parseModel } from '../modelAndInput';
import { formatOf, writeOutput } from '../writeOutput';

const inspection = 1;

/** Writes the gradients of one loss with respect to every state, input and gate. */
export const gradientsCommand: Command = {
  name: 'gradients',
  usage: 'gradients MODEL INPUT [--loss last|all|STEP] [--target K | --label 0|1] --out FILE.npz|FILE.json',
  summary: 'dL/dh, dL/dc, dL/dx and the gradient before each gate, step by step',
  async run(args, context) {
    const parsed = parseArguments(args, { ...modelOptions, ...inputOptions, ...lossOptions, out: 'string' });
    if (parsed.positionals.length > 1) throw new UsageError(`One MODEL is enough; "${parsed.positionals[1]}" is too much.`);
    const model = parseModel(parsed.positionals[0], parsed);
    const out = parsed.text('out');
    const format = formatOf(out, ['npz', 'json']);
    const loss = parseLoss(parsed);
    const { notes } = await ask(context, 'read', { inspection, model, input: parseInput(parsed), stream: false });
    writeOutput(out as string, await ask(context, 'exportTrace', { inspection, format, gradientsOf: loss }));
    const norms = await ask(context, 'gradients', { inspection, loss }); // kept by the worker since the line before
    context.print(`${out}: gradients of ${norms.lossName}, ${norms.lossValue}.`);
    for (const note of [...notes, ...norms.notes]) context.print(`Note: ${note}`);
  },
};

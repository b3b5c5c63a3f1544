import { InspectorError } from '../../base/errors';
import { type ReadingStarted } from '../../protocol/summaries';
import { type WorkerRequests } from '../../protocol/workerRequests';
import { estimateGradients, sayCost, stepsOffered, stepsUnasked } from '../../trace/reading/gradientCost';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext } from '../command';
import { lossOptions, parseLoss } from '../lossOptions';
import { editOptions, parseEdits } from '../editOptions';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { writeWhole } from '../../files/writeWhole';
import { formatOf } from '../outputFormat';

const inspection = 1;

/** Writes the gradients of one loss with respect to every state, input and gate. */
export const gradientsCommand: Command = {
  name: 'gradients',
  usage:
    'gradients MODEL INPUT [--edit E ...] [--loss last|all|STEP] [--target K | --label 0|1] [--from STEP] --out FILE.npz|FILE.json',
  summary: 'dL/dh, dL/dc, dL/dx and the gradient before each gate, step by step',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      ...lossOptions,
      ...editOptions,
      from: 'string',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    const format = formatOf(out, ['npz', 'json']);
    const loss = parseLoss(parsed);
    const from = parsed.number('from', (step) => Number.isInteger(step) && step >= 0) ?? 0;
    const { notes, started } = await readWhole(context, { model, input: parseInput(parsed), ...parseEdits(parsed) });
    if (started && from === 0) offerPart(context, started);
    writeWhole(out as string, await ask(context, 'exportTrace', { inspection, format, gradientsOf: loss, from }));
    const norms = await ask(context, 'gradients', { inspection, loss, from }); // kept by the worker since the line before
    context.print(`${out}: gradients of ${norms.lossName}, ${norms.lossValue}.`);
    for (const note of [...notes, ...norms.notes]) context.print(`Note: ${note}`);
  },
};

type Order = Pick<WorkerRequests['read']['params'], 'model' | 'input' | 'edits' | 'other'>;

/** Reads an input, and hears what was found of it. */
async function readWhole(
  { link, signal, progress }: CommandContext,
  order: Order,
): Promise<{ readonly notes: readonly string[]; readonly started: ReadingStarted | undefined }> {
  let started: ReadingStarted | undefined;
  const read = await link.request(
    'read',
    { inspection, ...order, stream: false },
    { signal, onProgress: progress, onStarted: (event) => (started = event) },
  );
  if (!read.ok) throw new InspectorError(read.error.code, read.error.message);
  return { notes: read.value.notes, started };
}

/** Says what many steps will cost, and how to have a part of them. */
function offerPart(context: CommandContext, { model, steps }: ReadingStarted): void {
  if (steps <= stepsUnasked) return;
  const part = model.layers.some(({ direction }) => direction === 'backward')
    ? ''
    : `; --from ${steps - stepsOffered} computes the last ${stepsOffered} alone, Ctrl-C stops`;
  context.print(`Going back through ${steps} steps: ${sayCost(estimateGradients(model.layers, steps))}${part}.`);
}

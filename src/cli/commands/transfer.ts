import { InspectorError } from '../../base/errors';
import { type LabEvent } from '../../trace/labEvents';
import { type TransferEvent } from '../../trace/transferEvents';
import { type Command } from '../command';
import { labUsage, parseLabOrder } from '../labArguments';

/** Transfers a trained model to the data of a lab file. */
export const transferCommand: Command = {
  name: 'transfer',
  usage: `transfer ${labUsage}`,
  summary: 'transfer a trained model to new data as a lab file says; JSON lines in a pipe',
  async run(args, { link, signal, print }) {
    const order = parseLabOrder(args);
    const isTerminal = process.stdout.isTTY;
    const onLab = (told: LabEvent): void => {
      const event = told as TransferEvent;
      for (const line of isTerminal ? sayEvent(event) : [JSON.stringify(event)]) print(line);
    };
    const result = await link.request('transfer', order, { onLab, signal });
    if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
    if (isTerminal) print(`Written to ${order.outFolder}.`);
  },
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What a person reads of an event. */
function sayEvent(event: TransferEvent): readonly string[] {
  switch (event.type) {
    case 'transfer-started': {
      const { source, target, shared, added, unknownShare } = event.vocabulary;
      return [
        `${event.source}: ${event.frozenWeights.toLocaleString('en')} of ${event.weights.toLocaleString('en')} weights frozen (${event.frozen.join(', ')})`,
        `vocabulary: the source knows ${source} tokens; of the target's ${target} it knows ${shared}, ${added} are added; ${percent(unknownShare)} of the text is unknown`,
      ];
    }
    case 'phase':
      return [`${event.way}, ${event.labels} examples, seed ${event.seed}: training ${event.trained.join(', ')} for ${event.epochs} epochs`];
    case 'transfer-result':
      return [`${event.way}, ${event.labels} examples, seed ${event.seed}: ${percent(event.test.accuracy)} right on test, ${percent(event.validation.accuracy)} on validation, ${Math.round(event.seconds)} s`];
    case 'transfer-finished':
      return [
        'examples  way            right on test (mean, standard deviation over seeds)',
        ...event.table.map(({ way, labels, mean, deviation, seeds }) => `${String(labels).padStart(8)}  ${way.padEnd(14)} ${percent(mean)}, ${percent(deviation)} (${seeds})`),
        `Gates that moved, share of their norm: ${event.moved.map(({ layer, direction, gate, relative }) => `${layer}.${direction}.${gate} ${percent(relative)}`).join(', ')}`,
      ];
  }
}

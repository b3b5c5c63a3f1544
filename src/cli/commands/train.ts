import { InspectorError } from '../../base/errors';
import { shorten } from '../../base/foreignText';
import { type LabOrder } from '../../protocol/requestParams';
import { type LabEvent } from '../../trace/lab/labEvents';
import { type TrainingEvent } from '../../trace/lab/trainingEvents';
import { type Command, type CommandContext } from '../command';
import { labUsage, parseLabOrder } from '../labArguments';
import { isTerminal } from '../terminal';

/**
 * Trains as a lab file says. Ctrl-C stops it and keeps the best weights so far; the next run goes on from its
 * checkpoint.
 */
export const trainCommand: Command = {
  name: 'train',
  usage: `train ${labUsage}`,
  summary: 'train a model as a lab file says; JSON lines in a pipe',
  run: (args, context) => train(parseLabOrder(args), context),
};

async function train(order: LabOrder, { link, signal, print, printJson, progress }: CommandContext): Promise<void> {
  const training = 1;
  signal.addEventListener('abort', () => void link.request('controlTraining', { training, action: 'stop' }), {
    once: true,
  });
  const isWatched = isTerminal();
  let steps = 0;
  const onLab = (told: LabEvent): void => {
    const event = told as TrainingEvent;
    if (event.type === 'started') steps = event.steps;
    if (!isWatched) return printJson(event);
    if (event.type === 'step') progress(event.step, steps, sayStep(event));
    else for (const line of sayEvent(event)) print(line);
  };
  const result = await link.request('train', { training, ...order }, { onLab });
  if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
  if (isWatched) print(`Written to ${order.outFolder}.`);
}

function sayStep({ step, epoch, loss, secondsLeft }: Extract<TrainingEvent, { type: 'step' }>): string {
  return `step ${step}, epoch ${epoch.toFixed(2)}: loss ${loss.toFixed(4)}, ${Math.ceil(secondsLeft)} s left`;
}

/** What a person reads of an event. */
function sayEvent(event: TrainingEvent): readonly string[] {
  switch (event.type) {
    case 'started':
      return [
        `${event.name}: ${event.parameters.toLocaleString('en')} weights, ${event.steps} steps (${event.stepsPerEpoch} an epoch)` +
          (event.firstStep > 1 ? `, going on at step ${event.firstStep}` : ''),
        `training, validation, test: ${event.sizes.join(', ')} ${event.task === 'classify' ? 'examples' : 'tokens'}`,
        ...event.remarks,
      ];
    case 'validated': {
      const { step, epoch, training, validation, isBest } = event;
      const accuracy = (100 * validation.accuracy).toFixed(1);
      return [
        `step ${step}, epoch ${epoch.toFixed(2)}: training ${training.loss.toFixed(4)}, validation ${validation.loss.toFixed(4)}, ${accuracy} % right${isBest ? ', best so far' : ''}`,
      ];
    }
    case 'finished':
      return sayEnd(event);
    case 'epoch-kept':
      return [`epoch ${event.epoch} kept in ${event.folder}`];
    case 'paused':
    case 'resumed':
    case 'step':
      return [event.type];
  }
}

function sayEnd({
  why,
  step,
  seconds,
  best,
  test,
  testParts,
  labels,
  confusion,
}: Extract<TrainingEvent, { type: 'finished' }>): readonly string[] {
  const ends = { complete: 'Complete', early: 'Stopped early: no improvement', stopped: 'Stopped' };
  const names = labels.map((label) => shorten(label, 30));
  const width = names.reduce((most, name) => Math.max(most, name.length), 6) + 2;
  const row = (name: string, cells: readonly unknown[]): string =>
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(width)).join('');
  return [
    `${ends[why]} after ${step} steps, ${Math.round(seconds)} s; best at step ${best.step} (validation ${best.validation.loss.toFixed(4)}).`,
    `Test: loss ${test.loss.toFixed(4)} nats, ${(100 * test.accuracy).toFixed(1)} % of ${test.count} right.`,
    ...testParts.map(({ name, figures }) => `  ${name}: ${figures.loss.toFixed(4)}`),
    ...(confusion === undefined
      ? []
      : [
          'Rows: label; columns: answer.',
          row('', names),
          ...confusion.map((counts, at) => row(names[at] ?? '', counts)),
        ]),
  ];
}

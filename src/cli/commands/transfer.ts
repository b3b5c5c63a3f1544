import { InspectorError } from '../../base/errors';
import { type LabEvent } from '../../trace/lab/labEvents';
import {
  type GateMovement,
  type LayerPlan,
  type SentenceMovement,
  type TransferEvent,
  type TransferRow,
} from '../../trace/lab/transferEvents';
import { type Command } from '../command';
import { labUsage, parseLabOrder } from '../labArguments';
import { isTerminal } from '../terminal';

/** Transfers a trained model to the data of a lab file. */
export const transferCommand: Command = {
  name: 'transfer',
  usage: `transfer ${labUsage}`,
  summary: 'transfer a trained model to new data as a lab file says; JSON lines in a pipe',
  async run(args, { link, signal, print, printJson }) {
    const order = parseLabOrder(args, 'transfer');
    const isWatched = isTerminal();
    const onLab = (told: LabEvent): void => {
      const event = told as TransferEvent;
      if (!isWatched) printJson(event);
      else for (const line of sayTransferEvent(event)) print(line);
    };
    const result = await link.request('transfer', order, { onLab, signal });
    if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
    if (isWatched) print(`Written to ${order.outFolder}.`);
  },
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const count = (value: number): string => value.toLocaleString('en');

/** What a person reads of an event, a line each; nothing of a curve's points. */
export function sayTransferEvent(event: TransferEvent): readonly string[] {
  switch (event.type) {
    case 'transfer-started':
      return sayStart(event);
    case 'transfer-phase': {
      const { way, stage, examples, seed, layers, epochs } = event;
      const learning = layers
        .filter(({ rate }) => rate > 0)
        .map(({ name, rate }) => `${name} at ${Number(rate.toPrecision(2))}`);
      return [
        `seed ${seed}, ${way} (${stage}), ${count(examples)} examples: ${learning.join(', ')}; at most ${Number(epochs.toPrecision(3))} epochs`,
      ];
    }
    case 'transfer-curve':
      return [];
    case 'transfer-result': {
      const { way, labels, seed, test, validation, seconds, converged, epoch } = event;
      const end = epoch === undefined ? '' : `, epoch ${epoch.toFixed(0)}${converged === true ? ', converged' : ''}`;
      return [
        `seed ${seed}, ${way}, ${labels} labels: test ${test.loss.toFixed(3)} nats, ${percent(test.accuracy)} right; validation ${percent(validation.accuracy)}; ${Math.round(seconds)} s${end}`,
      ];
    }
    case 'transfer-finished':
      return [...sayTable(event.table), ...sayMovement(event.moved, event.texts), ...saySentence(event.sentence)];
  }
}

function sayStart({
  source,
  kinds,
  layers,
  weights,
  frozenWeights,
  vocabulary,
  remarks,
}: Extract<TransferEvent, { type: 'transfer-started' }>): readonly string[] {
  const { shared, added, target, keptShare, addedShare, unknownShare } = vocabulary;
  return [
    `${source}, ${kinds.join(' and ')} transfer: ${count(frozenWeights)} of ${count(weights)} weights frozen`,
    ...layers.map(sayLayer),
    `vocabulary: of the target's ${count(target)} tokens the source knows ${count(shared)} (kept: ${percent(keptShare)} of the text), ` +
      `${count(added)} are added (${percent(addedShare)}), ${count(target - shared - added)} stay unknown (${percent(unknownShare)})`,
    ...remarks,
  ];
}

function sayLayer({ name, kind, width, isNew, weights, frozen }: LayerPlan): string {
  const state = frozen === weights ? 'frozen' : frozen > 0 ? `${count(frozen)} frozen` : 'learns';
  const title = name === kind ? name : `${name} ${kind}`;
  return `  ${title.padEnd(12)} ${String(width).padStart(5)} wide ${count(weights).padStart(10)} weights  ${state}${isNew ? ', new' : ''}`;
}

function sayTable(table: readonly TransferRow[]): readonly string[] {
  return [
    '  labels  way                        test accuracy: mean, standard deviation over seeds; test loss; seeds in which it beats scratch',
    ...table.map(
      ({ way, labels, mean, deviation, seeds, loss, wins }) =>
        `${String(labels).padStart(8)}  ${way.padEnd(25)}  ${percent(mean)}, ${percent(deviation)}; ${loss.toFixed(3)}${wins === undefined ? '' : `; ${wins} of ${seeds}`}`,
    ),
  ];
}

function sayMovement(moved: readonly GateMovement[], texts: number): readonly string[] {
  return [
    `Gates that moved: change of their weights (share of their norm), and of their value (mean over ${texts} test texts):`,
    ...moved.map(({ layer, direction, gate, relative, activation }) => {
      const changed = activation?.changed ?? [];
      const mean = changed.reduce((sum, value) => sum + value, 0) / changed.length;
      const most = changed.indexOf(Math.max(...changed));
      const value =
        activation === undefined
          ? ''
          : `, value ${mean.toFixed(3)}, most in unit ${most} (${(activation.before[most] ?? NaN).toFixed(2)} -> ${(activation.after[most] ?? NaN).toFixed(2)})`;
      return `  ${layer}.${direction}.${gate}: weights ${percent(relative)}${value}`;
    }),
  ];
}

function saySentence(sentence: SentenceMovement | null): readonly string[] {
  if (sentence === null) return [];
  const say = (probabilities: readonly number[] | undefined): string =>
    probabilities === undefined
      ? 'other labels'
      : (sentence.labels ?? []).map((label, k) => `${label} ${percent(probabilities[k] ?? NaN)}`).join(', ');
  const answers =
    sentence.answers === undefined
      ? []
      : [`  before: ${say(sentence.answers.before)}; after: ${say(sentence.answers.after)}`];
  return [`On "${sentence.text}":`, ...answers];
}

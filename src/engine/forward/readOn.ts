import { type Stage } from '../../network/recurrentModel';
import { type BlockCache } from './blockCache';
import { type SequenceState } from './cellRunner';
import { DirectionReading } from './directionReading';
import { type Reading } from './reading';
import { createIdNode, nothingUnchanged, type SequenceNode } from '../../network/sequenceNode';
import { buildStageChain } from './stageChain';

/** Stages that look at one step only, so that a text can go on from the states alone. */
const stepwise: readonly Stage['kind'][] = [
  'oneHot',
  'embedding',
  'recurrent',
  'dense',
  'activation',
  'scaleShift',
  'layerNorm',
  'logSoftmax',
  'identity',
];

/** Whether a reading can go on from the states before any step: no window, nothing that looks at several steps. */
export function canReadOn({ prepared, stages, directions }: Reading): boolean {
  return (
    prepared.model.window === undefined &&
    stages.every(({ kind }) => stepwise.includes(kind)) &&
    directions.every(({ direction }) => direction === 'forward')
  );
}

/** What follows some states. */
export interface ReadOn {
  readonly directions: readonly DirectionReading[];
  /** The head at every step, where there is one; computes what it is asked for. */
  readonly overTime: SequenceNode | null;
  dispose(): void;
}

/**
 * Reads ids with a reading's layers from states of its directions, in their order. Only where {@link canReadOn} holds.
 */
export function readOn(reading: Reading, states: readonly SequenceState[], ids: Int32Array, cache: BlockCache): ReadOn {
  const layers = reading.directions.map(({ shape, runner }) => ({ shape, runner }));
  const made: DirectionReading[] = [];
  const createDirections: Parameters<typeof buildStageChain>[0]['createDirections'] = (_stage, input) => {
    const k = made.length;
    const layer = layers[k];
    if (layer === undefined) throw new Error(`${reading.model.name} has no recurrent layer ${k}.`);
    const direction = new DirectionReading({ ...layer, input, cache, initial: states[k] as SequenceState });
    made.push(direction);
    return [direction];
  };
  const start = createIdNode(ids, nothingUnchanged);
  const { overTime } = buildStageChain({ stages: reading.stages, start, ids, createDirections });
  return {
    directions: made,
    overTime,
    dispose: () => {
      for (const direction of made) direction.release();
    },
  };
}

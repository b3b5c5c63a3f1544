import { InspectorError } from '../../base/errors';
import { type RecurrentModel, type Stage } from '../../network/recurrentModel';
import { BlockCache } from '../forward/blockCache';
import { type PreparedModel } from '../forward/preparedModel';
import { canReadOn, readOn } from '../forward/readOn';
import { Reading } from '../forward/reading';

/** What a model expects next, token by token. */
export interface NextLogits {
  /** log p of the token after the text so far, up to a constant, [V]; a fresh array. */
  logits(): Float32Array;
  /** Appends a token to the text. */
  append(id: number): void;
}

/** Bytes of fields that a step or a window needs for a moment. */
const cacheBytes = 1 << 24;

/** Throws a sentence where a model does not write: a classifier, a backward layer, a head that is not understood. */
export function checkWrites({ prepared, chain, input }: Reading): void {
  const { model } = prepared;
  if (model.task !== 'next-token')
    throw new InspectorError(
      'model-unsupported',
      `${model.name} does not write: it ${tasks[model.task]} and does not predict the next token.`,
    );
  if (input.ids === undefined || chain.overTime?.isCausal !== true)
    throw new InspectorError(
      'model-unsupported',
      `${model.name} does not write: what it expects after each token cannot be computed (a backward layer, or a head that is not understood).`,
    );
}

const tasks: Readonly<Record<Exclude<RecurrentModel['task'], 'next-token'>, string>> = {
  classify: 'classifies a text',
  regress: 'gives a number for a text',
  states: 'has states only',
};

/**
 * Goes on from a reading that is computed. The states are carried, one step a token; a model with a fixed window, or
 * with a stage that looks at several steps, reads its window (or the whole text) anew for each token, as it was
 * trained.
 */
export function goOn(reading: Reading): NextLogits {
  return canReadOn(reading) ? carryStates(reading) : readAnew(reading);
}

function carryStates(reading: Reading): NextLogits {
  const { directions, stages, chain, steps } = reading;
  const cache = new BlockCache(cacheBytes);
  let states = directions.map((direction) => direction.stateAfter(steps - 1));
  let row = (chain.overTime as NonNullable<typeof chain.overTime>).rows(steps - 1, steps);
  return {
    logits: () => toLogits(row, stages),
    append: (id) => {
      const step = readOn(reading, states, Int32Array.of(id), cache);
      row = (step.overTime as NonNullable<typeof step.overTime>).rows(0, 1);
      states = step.directions.map((direction) => direction.stateAfter(0));
      step.dispose();
    },
  };
}

function readAnew({ prepared, input, stages }: Reading): NextLogits {
  const ids = [...(input.ids ?? [])];
  const { window = Infinity } = prepared.model;
  return {
    logits: () => toLogits(lastRow(prepared, ids.slice(Math.max(0, ids.length - window))), stages),
    append: (id) => void ids.push(id),
  };
}

function lastRow(prepared: PreparedModel, ids: readonly number[]): Float32Array {
  const reading = new Reading(prepared, { kind: 'ids', ids }, new BlockCache(cacheBytes));
  const { overTime } = reading.chain;
  const row = overTime?.rows(overTime.steps - 1, overTime.steps) ?? new Float32Array(0);
  reading.dispose();
  return row;
}

/** The head's row as logarithms: a softmax's probabilities are turned back, anything else is taken for logits. */
function toLogits(row: Float32Array, stages: readonly Stage[]): Float32Array {
  const last = stages.filter(({ kind }) => kind !== 'identity').at(-1);
  const isSoftmax = (last?.kind === 'dense' || last?.kind === 'activation') && last.activation === 'softmax';
  return isSoftmax ? row.map((probability) => Math.log(probability)) : row.slice();
}

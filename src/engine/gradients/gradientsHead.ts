import { largestOf } from '../../base/extremes';
import { type PoolStage, type RecurrentStage, type RowStage, type Stage } from '../../network/recurrentModel';
import { createMergedOutput, type MergedOutput, type Place } from './gradientsMerge';
import { type GradientSource, layersOfStage } from './gradientsSource';
import { backActivation } from '../../network/stages/activation';
import { backAffine } from '../../network/stages/dense';
import { backPool, pooledSteps, poolVectors } from '../../network/stages/pool';
import { type RowResult } from '../../network/stages/rowRule';
import { applyRowStage, backRowStage, isRowStage } from '../../network/stages/rowStages';
import { type Activation } from '../../cells/cellWeights';

/** Which output: of a step, or the one that a model gives once a sequence. */
export type OutputPlace = number | 'whole';

/** A gradient with respect to what the last recurrent stage hands on. */
export interface HeadGradient {
  readonly place: Place;
  readonly vector: Float64Array;
}

/** The head's answer at one place and the way back from it. */
export interface HeadAnswer {
  /** Before the last activation (softmax, sigmoid...). */
  readonly logits: Float64Array;
  readonly output: Float64Array;
  /** From d / d logits. */
  back(gradient: Float64Array): readonly HeadGradient[];
  /** From d / d output. */
  backOutput(gradient: Float64Array): readonly HeadGradient[];
}

/** What stands behind the last recurrent stage. */
export interface Head {
  readonly kind: 'softmax' | 'sigmoid' | 'linear' | 'states';
  readonly outputs: number;
  /** The model gives an output at every step, and not one a sequence. */
  readonly isPerStep: boolean;
  /** It can be applied at every step all the same, as if the text ended there. */
  readonly canGoOverTime: boolean;
  /** Steps of the last recurrent stage. */
  readonly steps: number;
  readonly note?: string;
  answer(place: OutputPlace): HeadAnswer;
}

interface HeadStages {
  readonly beforePool: readonly RowStage[];
  readonly pool: PoolStage | null;
  readonly afterPool: readonly RowStage[];
}

/** The head of a model; without one that can be computed the states of the last layer take its place. */
export function createHead(source: GradientSource): Head {
  const { stages } = source.model;
  const computed = source.layers.reduce((last, layer) => Math.max(last, layer.stage), -1);
  const last = stages[computed];
  if (last?.kind !== 'recurrent') throw new Error('Expected a model with a recurrent layer.');
  const behind = stages.slice(computed + 1).filter(({ kind }) => kind !== 'identity' && kind !== 'masking');
  const merged = createMergedOutput(last, layersOfStage(source, computed));
  const obstacle = behind.find((stage) => !isRowStage(stage) && stage.kind !== 'pool');
  const head = obstacle === undefined ? splitHead(behind) : null;
  if (head === null || source.model.task === 'states' || head.beforePool.length + head.afterPool.length === 0) {
    const note =
      obstacle === undefined
        ? undefined
        : `The output cannot be computed (${obstacle.name}); the loss is taken of the states.`;
    return createStatesHead(merged, note);
  }
  return createStagesHead(source, last, { merged, head });
}

function splitHead(behind: readonly Stage[]): HeadStages {
  const at = behind.findIndex(({ kind }) => kind === 'pool');
  const rows = (from: number, to?: number): RowStage[] => behind.slice(from, to).filter(isRowStage);
  if (at < 0) return { beforePool: [], pool: null, afterPool: rows(0) };
  return { beforePool: rows(0, at), pool: behind[at] as PoolStage, afterPool: rows(at + 1) };
}

function createStatesHead(merged: MergedOutput, note: string | undefined): Head {
  const answer = (place: OutputPlace): HeadAnswer => {
    const step = place === 'whole' ? merged.steps - 1 : place;
    const h = merged.row(step);
    const back = (vector: Float64Array): readonly HeadGradient[] => [{ place: step, vector }];
    return { logits: h, output: h, back, backOutput: back };
  };
  const base = {
    kind: 'states',
    outputs: merged.width,
    isPerStep: true,
    canGoOverTime: true,
    steps: merged.steps,
    answer,
  } as const;
  return note === undefined ? base : { ...base, note };
}

interface HeadParts {
  readonly merged: MergedOutput;
  readonly head: HeadStages;
}

function createStagesHead(source: GradientSource, last: RecurrentStage, parts: HeadParts): Head {
  const { merged, head } = parts;
  // A pool behind a stage that hands on one vector only has nothing to pool.
  const pool = last.returnSequences ? head.pool : null;
  const rows = last.returnSequences ? head.afterPool : [...head.beforePool, ...head.afterPool];
  const isPerStep = last.returnSequences && pool === null;
  const isCausal =
    source.layers.every(({ direction }) => direction === 'forward') && (last.returnSequences || pool === null);
  const activation = lastActivation(pool === null ? rows : [...head.beforePool, ...rows]);
  const answer = (place: OutputPlace): HeadAnswer => {
    if (pool !== null) return answerPooled(source, { ...parts, pool }, place);
    const at: Place = place === 'whole' ? (last.returnSequences ? merged.steps - 1 : 'last') : place;
    return answerRow(rows, merged.row(at), (vector) => [{ place: at, vector }]);
  };
  return {
    kind: activation === 'softmax' || activation === 'sigmoid' ? activation : 'linear',
    outputs: answer(isPerStep ? 0 : 'whole').output.length,
    isPerStep,
    canGoOverTime: isPerStep || (isCausal && pool?.how !== 'flatten'),
    steps: merged.steps,
    answer,
  };
}

function lastActivation(rows: readonly RowStage[]): Activation {
  const final = rows.at(-1);
  return final?.kind === 'dense' || final?.kind === 'activation' ? final.activation : 'linear';
}

/**
 * Runs row stages over one vector, keeping what the way back needs; the last activation stays apart, for the logits.
 */
function answerRow(
  rows: readonly RowStage[],
  x: Float64Array,
  finish: (gradient: Float64Array) => readonly HeadGradient[],
): HeadAnswer {
  const inputs: Float64Array[] = [];
  const results: RowResult[] = [];
  let current = x;
  for (const stage of rows) {
    inputs.push(current);
    const result = applyRowStage(stage, current);
    results.push(result);
    current = result.y;
  }
  const final = rows.at(-1);
  const end = results.at(-1) ?? { before: x, y: x };
  const backRows = (from: number, gradient: Float64Array): Float64Array => {
    let d = gradient;
    for (let k = from; k >= 0; k--)
      d = backRowStage(rows[k] as RowStage, inputs[k] as Float64Array, results[k] as RowResult, d);
    return d;
  };
  const back = (gradient: Float64Array): readonly HeadGradient[] => {
    if (final?.kind === 'dense') return finish(backRows(rows.length - 2, backAffine(final, gradient)));
    return finish(backRows(rows.length - (final?.kind === 'activation' ? 2 : 1), gradient));
  };
  const backOutput = (gradient: Float64Array): readonly HeadGradient[] => {
    const isActivated = final?.kind === 'dense' || final?.kind === 'activation';
    return back(isActivated ? backActivation(final.activation, end, gradient) : gradient);
  };
  return { logits: end.before, output: end.y, back, backOutput };
}

function answerPooled(
  source: GradientSource,
  parts: HeadParts & { readonly pool: PoolStage },
  place: OutputPlace,
): HeadAnswer {
  const { merged, head, pool } = parts;
  const first = head.afterPool.find((stage) => stage.kind === 'dense');
  const mask = layersOfStage(source, largestOf(source.layers.map(({ stage }) => stage)))[0]?.mask;
  const end = place === 'whole' ? merged.steps : place + 1;
  const width = head.beforePool.length === 0 ? merged.width : applyAll(head.beforePool, merged.row(0)).length;
  const steps = pooledSteps(pool.how, {
    end,
    ...(mask !== undefined && { mask }),
    flattened: first?.kind === 'dense' ? first.inputWidth / width : end,
  });
  const rows = steps.map((t) => answerRow(head.beforePool, merged.row(t), (vector) => [{ place: t, vector }]));
  const vectors = rows.map(({ output }) => output);
  return answerRow(head.afterPool, poolVectors(pool.how, vectors, width), (gradient) =>
    backPool(pool.how, vectors, gradient).flatMap((vector, k) =>
      vector === null ? [] : (rows[k] as HeadAnswer).backOutput(vector),
    ),
  );
}

function applyAll(rows: readonly RowStage[], x: Float64Array): Float64Array {
  return rows.reduce((vector, stage) => applyRowStage(stage, vector).y, x);
}

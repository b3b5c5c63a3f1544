import { outputWidthOf } from '../../cells/initialStates';
import { type RowProduct } from '../../cells/backwardProduct';
import { type GradientBatch } from '../../cells/backwardCell';
import { backwardThroughTime, type BackwardOptions, type BackwardView } from '../../cells/backwardThroughTime';
import {
  addSequences,
  addToSequence,
  createGradientSequence,
  type GradientSequence,
} from '../../cells/gradientSequence';
import { type RecurrentStage } from '../../network/recurrentModel';
import { type ReferenceNode } from '../../network/referenceNode';
import { createReference } from '../../network/stages/referenceStage';
import { type HeadGradient } from './gradientsHead';
import { createMergedNode, createMergedOutput, splitGradient } from './gradientsMerge';
import { createRowReader, type GradientSource, layersOfStage, type SourceLayer } from './gradientsSource';

/** How the gradients of some losses go back through a model. */
export interface ModelBackwardOptions {
  /** For each loss, what reaches the output of the last recurrent stage. Later losses first is fastest. */
  readonly losses: readonly (readonly HeadGradient[])[];
  /** Called at every step of every layer and direction that a loss reaches. */
  readonly record?: (layer: SourceLayer, view: BackwardView) => void;
  /** Called at every step with dL/d(the state with which it began), by way of the step itself. */
  readonly recordBefore?: (layer: SourceLayer, t: number, batch: GradientBatch) => void;
  /** The lowest recurrent layer that is asked for; 0 by default. */
  readonly downTo?: number;
  /** Whether dL/dx of the lowest layer is recorded. */
  readonly skipsInput?: boolean;
  /** Receives dL/dx of the lowest layer, its directions added up; yields between slices. */
  readonly takeInput?: (gradient: GradientSequence) => Generator<void, void>;
  readonly cutAt?: (t: number) => boolean;
  /** The first step that is asked for, of a model that reads forward only; 0 by default. */
  readonly downToStep?: number;
  readonly clipNorm?: number;
  readonly product?: RowProduct;
}

/**
 * Backpropagation of B losses through all recurrent layers of a model, last to first, with what stands between them.
 * Yields the share done in [0, 1] after each step of each layer; returns how many rows were clipped.
 */
export function* backpropagateModel(
  source: GradientSource,
  options: ModelBackwardOptions,
): Generator<number, { readonly clipped: number }> {
  const recurrent = [...new Set(source.layers.map(({ stage }) => stage))].sort((a, b) => b - a);
  const lowest = source.layers.find(({ layer }) => layer === (options.downTo ?? 0))?.stage ?? 0;
  const wanted = recurrent.filter((index) => index >= lowest);
  let outer = seedLastStage(source, recurrent[0] as number, options.losses);
  let clipped = 0;
  for (const [k, index] of wanted.entries()) {
    const below = wanted[k + 1];
    const directions = layersOfStage(source, index);
    let inputGradient: GradientSequence | null = null;
    for (const [d, layer] of directions.entries()) {
      const own =
        below === undefined && options.takeInput === undefined
          ? null
          : createGradientSequence(layer.steps, options.losses.length, layer.weights.inputWidth);
      const run = backwardThroughTime(
        keptOf(layer),
        layerOptions(layer, options, { outer: outer[d] as GradientSequence, inputGradient: own }),
      );
      let next = run.next();
      for (; next.done !== true; next = run.next())
        yield (k + (d + next.value / layer.steps) / directions.length) / wanted.length;
      clipped += next.value.clipped;
      if (own === null) continue;
      if (inputGradient === null) inputGradient = own;
      else yield* at(addSequences(inputGradient, own), (k + 1) / wanted.length);
    }
    if (inputGradient === null) continue;
    if (below === undefined) {
      if (options.takeInput !== undefined) yield* at(options.takeInput(inputGradient), (k + 1) / wanted.length);
      continue;
    }
    outer = yield* at(throughBetween(source, { from: below, to: index }, inputGradient), (k + 1) / wanted.length);
  }
  return { clipped };
}

/** Yields the same share while some work goes on. */
function* at<T>(work: Generator<void, T>, share: number): Generator<number, T> {
  let next = work.next();
  for (; next.done !== true; next = work.next()) yield share;
  return next.value;
}

/** From what enters the recurrent stage `to` back to the directions of the recurrent stage `from`. */
function* throughBetween(
  source: GradientSource,
  span: { from: number; to: number },
  gradient: GradientSequence,
): Generator<void, readonly GradientSequence[]> {
  const { stages } = source.model;
  const below = layersOfStage(source, span.from);
  const merged = createMergedOutput(stages[span.from] as RecurrentStage, below);
  const nodes = [createMergedNode(merged, below[0]?.mask)];
  for (const stage of stages.slice(span.from + 1, span.to))
    if (stage.kind !== 'recurrent') nodes.push(createReference(stage, nodes.at(-1) as ReferenceNode));
  let own = gradient;
  for (const node of nodes.reverse()) own = yield* node.back(own);
  return yield* splitGradient(merged, own);
}

function seedLastStage(
  source: GradientSource,
  index: number,
  losses: ModelBackwardOptions['losses'],
): readonly GradientSequence[] {
  const stage = source.model.stages[index] as RecurrentStage;
  const directions = layersOfStage(source, index);
  const merged = createMergedOutput(stage, directions);
  const outer = directions.map((layer) =>
    createGradientSequence(layer.steps, losses.length, outputWidthOf(layer.weights)),
  );
  losses.forEach((gradients, b) => {
    for (const { place, vector } of gradients) {
      for (const part of merged.split(place, vector)) {
        addToSequence(outer[part.index] as GradientSequence, part.t, b, { data: part.vector, at: 0, exponent: 0 });
      }
    }
  });
  return outer;
}

function keptOf(layer: SourceLayer) {
  const readers = new Map<string, ReturnType<typeof createRowReader>>();
  return {
    weights: layer.weights,
    row: (field: Parameters<SourceLayer['field']>[0], t: number, into: Float64Array) => {
      let reader = readers.get(field);
      if (reader === undefined)
        readers.set(field, (reader = createRowReader((from, to) => layer.field(field, from, to), layer.steps)));
      reader(t, into);
    },
    ...(layer.edits !== undefined && { edits: layer.edits }),
    input: createRowReader((from, to) => layer.input(from, to), layer.steps),
  };
}

function layerOptions(
  layer: SourceLayer,
  options: ModelBackwardOptions,
  { outer, inputGradient }: { outer: GradientSequence; inputGradient: GradientSequence | null },
): BackwardOptions {
  return {
    outer,
    reversed: layer.direction === 'backward',
    record: (view) => options.record?.(layer, view),
    recordBefore: (t, batch) => options.recordBefore?.(layer, t, batch),
    ...(inputGradient !== null && { inputGradient }),
    ...(layer.mask !== undefined && { mask: layer.mask }),
    ...(layer.startsAt !== undefined && { startsAt: layer.startsAt }),
    ...(options.skipsInput !== undefined && { skipsInput: options.skipsInput }),
    ...(options.cutAt !== undefined && { cutAt: options.cutAt }),
    ...(options.downToStep !== undefined && { downToStep: options.downToStep }),
    ...(options.clipNorm !== undefined && { clipNorm: options.clipNorm }),
    ...(options.product !== undefined && { product: options.product }),
  };
}

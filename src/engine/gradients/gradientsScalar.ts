import { addRows } from '../../cells/cellSums';
import { outputWidthOf } from '../../cells/initialStates';
import { type ForwardHook, referenceForward, type ReferenceFields } from '../../cells/referenceForward';
import { activateBlock } from '../../cells/scalarActivation';
import {
  type ConvolutionStage,
  type RecurrentModel,
  type RecurrentStage,
  type Stage,
  type WindowPoolStage,
} from '../../network/recurrentModel';
import { type Direction } from '../../trace/reading/cellKind';
import { findStepSpans, idsOfSpans } from '../forward/stepSpans';
import { placeWindows } from '../forward/stepWindows';
import { createMergedOutput } from './gradientsMerge';
import { poolVectors, pooledSteps } from './gradientsPool';
import { type GradientSource, layersOfStage, type SourceLayer } from './gradientsSource';
import { applyRowStage, isRowStage } from './gradientsStages';

/** What a scalar forward pass reads: token ids, or vectors [T, width]. */
export type ScalarInput =
  | { readonly kind: 'ids'; readonly ids: Int32Array }
  | {
      readonly kind: 'values';
      readonly data: Float64Array | Float32Array;
      readonly width: number;
      /** [T], 0 where a step is padding and skipped; without it every step is read. */
      readonly mask?: Uint8Array;
    };

/** Sees (and may add to) what a layer computes. */
export type LayerProbe = (layer: number, direction: Direction, ...seen: Parameters<ForwardHook>) => void;

interface Rows {
  readonly steps: number;
  readonly width: number;
  readonly row: (t: number) => Float64Array;
  readonly mask?: Uint8Array;
}

/**
 * Reads an input with all recurrent layers of a model in float64: the reference for gradients, and what untrained
 * networks are read with. Yields the number of steps done in all layers so far.
 */
export function* readScalar(
  model: RecurrentModel,
  input: ScalarInput,
  probe?: LayerProbe,
): Generator<number, GradientSource> {
  const layers: SourceLayer[] = [];
  const source = { model, layers, ...stepsOf(model, input) };
  let rows: Rows = startRows(input);
  let done = 0;
  for (const [index, stage] of model.stages.entries()) {
    if (stage.kind === 'unsupported') break;
    if (stage.kind !== 'recurrent') {
      if (layers.length === 0 || model.stages.slice(index).some(({ kind }) => kind === 'recurrent'))
        rows = applyStage(stage, rows, input);
      continue;
    }
    const layer = new Set(layers.map(({ stage: at }) => at)).size;
    for (const direction of ['forward', 'backward'] as const) {
      const run = runDirection(stage, rows, { layer, stage: index, direction }, probe);
      if (run === null) continue;
      let next = run.next();
      for (; next.done !== true; next = run.next()) yield done + next.value;
      done += rows.steps;
      layers.push(next.value);
    }
    rows = outputRows(stage, layersOfStage(source, index), rows.mask);
  }
  return source;
}

/** Steps and their ids, as the first recurrent layer reads them. */
function stepsOf({ stages }: RecurrentModel, input: ScalarInput): Pick<GradientSource, 'steps' | 'ids'> {
  const T = input.kind === 'ids' ? input.ids.length : input.data.length / input.width;
  const spans = findStepSpans(stages, T);
  const ids = input.kind === 'values' ? undefined : spans === null ? input.ids : idsOfSpans(spans, input.ids);
  return { steps: spans?.from.length ?? T, ...(ids !== undefined && { ids }) };
}

function startRows(input: ScalarInput): Rows {
  if (input.kind === 'ids')
    return { steps: input.ids.length, width: 1, row: (t) => Float64Array.of(input.ids[t] as number) };
  const { data, width, mask } = input;
  return {
    steps: data.length / width,
    width,
    ...(mask !== undefined && { mask }),
    row: (t) => Float64Array.from(data.subarray(t * width, (t + 1) * width)),
  };
}

function applyStage(stage: Exclude<Stage, RecurrentStage>, rows: Rows, input: ScalarInput): Rows {
  if (isRowStage(stage)) {
    const width = stage.kind === 'dense' ? stage.outputWidth : rows.width;
    return { ...rows, width, row: remember((t) => applyRowStage(stage, rows.row(t)).y) };
  }
  switch (stage.kind) {
    case 'embedding':
    case 'oneHot':
      return tokenRows(stage, input);
    case 'masking':
      return {
        ...rows,
        mask: Uint8Array.from({ length: rows.steps }, (_, t) =>
          rows.row(t).some((value) => value !== stage.value) ? 1 : 0,
        ),
      };
    case 'repeat': {
      const last = rows.row(rows.steps - 1);
      return { steps: stage.count, width: rows.width, row: () => last };
    }
    case 'pool': {
      if (rows.steps === 1) return rows;
      const span = { end: rows.steps, flattened: rows.steps, ...(rows.mask !== undefined && { mask: rows.mask }) };
      const pooled = poolVectors(stage.how, pooledSteps(stage.how, span).map(rows.row), rows.width);
      return { steps: 1, width: pooled.length, row: () => pooled };
    }
    case 'convolution':
      return convolutionRows(stage, rows);
    case 'windowPool':
      return windowPoolRows(stage, rows);
    case 'identity':
    case 'unsupported':
      return rows;
  }
}

function convolutionRows(stage: ConvolutionStage, rows: Rows): Rows {
  const { kernel, bias, window, inputWidth, outputWidth, activation } = stage;
  const { count, first } = placeWindows(window, rows.steps);
  const row = (t: number): Float64Array => {
    const y = bias === undefined ? new Float64Array(outputWidth) : Float64Array.from(bias);
    for (let k = 0; k < window.size; k++) {
      const at = t * window.stride + first + k * window.dilation;
      if (at < 0 || at >= rows.steps) continue;
      const span = { width: outputWidth, from: 0, count: outputWidth };
      addRows(y, rows.row(at), kernel.subarray(k * inputWidth * outputWidth), span);
    }
    activateBlock(activation, y, 0, outputWidth);
    return y;
  };
  return { steps: count, width: outputWidth, row: remember(row) };
}

function windowPoolRows({ how, window }: WindowPoolStage, rows: Rows): Rows {
  const { count, first } = placeWindows(window, rows.steps);
  const row = (t: number): Float64Array => {
    const at = t * window.stride + first;
    const [from, to] = [Math.max(0, at), Math.min(rows.steps, at + window.size)];
    return poolVectors(
      how,
      Array.from({ length: to - from }, (_, k) => rows.row(from + k)),
      rows.width,
    );
  };
  return { steps: count, width: rows.width, row: remember(row) };
}

function tokenRows(stage: Extract<Stage, { kind: 'embedding' | 'oneHot' }>, input: ScalarInput): Rows {
  if (input.kind !== 'ids') throw new Error(`Layer ${stage.name} reads token ids, got values.`);
  const { ids } = input;
  const { width } = stage;
  const table = stage.kind === 'embedding' ? stage.table : null;
  const row = (t: number): Float64Array => {
    const id = ids[t] as number;
    const vector = new Float64Array(width);
    if (table === null) vector[id] = 1;
    else vector.set(table.subarray(id * width, (id + 1) * width));
    return vector;
  };
  const mask =
    stage.kind === 'embedding' && stage.maskZero === true
      ? Uint8Array.from(ids, (id) => (id === 0 ? 0 : 1))
      : undefined;
  return { steps: ids.length, width, row, ...(mask !== undefined && { mask }) };
}

function remember(compute: (t: number) => Float64Array): (t: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (t) => {
    const found = known.get(t) ?? compute(t);
    known.set(t, found);
    return found;
  };
}

type LayerPlace = Pick<SourceLayer, 'layer' | 'stage' | 'direction'>;

function runDirection(
  stage: RecurrentStage,
  rows: Rows,
  place: LayerPlace,
  probe?: LayerProbe,
): Generator<number, SourceLayer> | null {
  const weights = stage[place.direction];
  if (weights === undefined) return null;
  const forward = referenceForward(weights, {
    steps: rows.steps,
    input: (t, into) => into.set(rows.row(t)),
    reversed: place.direction === 'backward',
    ...(rows.mask !== undefined && { mask: rows.mask }),
    ...(probe !== undefined && { hook: (what, t, values) => probe(place.layer, place.direction, what, t, values) }),
  });
  return toLayer(forward, rows, { ...place, weights });
}

function* toLayer(
  forward: Generator<number, ReferenceFields>,
  rows: Rows,
  place: LayerPlace & Pick<SourceLayer, 'weights'>,
): Generator<number, SourceLayer> {
  const fields = yield* forward;
  const { weights } = place;
  const concatenate = (from: number, to: number): Float64Array => {
    const out = new Float64Array((to - from) * rows.width);
    for (let t = from; t < to; t++) out.set(rows.row(t), (t - from) * rows.width);
    return out;
  };
  return {
    ...place,
    steps: rows.steps,
    ...(rows.mask !== undefined && { mask: rows.mask }),
    field: (name, from, to) => {
      const width = name === 'h' ? outputWidthOf(weights) : weights.units;
      return (fields[name] ?? new Float64Array(0)).subarray(from * width, to * width);
    },
    input: concatenate,
  };
}

function outputRows(stage: RecurrentStage, layers: readonly SourceLayer[], mask: Uint8Array | undefined): Rows {
  const merged = createMergedOutput(stage, layers);
  if (!stage.returnSequences) return { steps: 1, width: merged.width, row: () => merged.row('last') };
  return {
    steps: merged.steps,
    width: merged.width,
    row: remember((t) => merged.row(t)),
    ...(mask !== undefined && { mask }),
  };
}

import { outputWidthOf } from '../../cells/initialStates';
import { type ForwardHook, referenceForward, type ReferenceFields } from '../../cells/referenceForward';
import { type RecurrentModel, type RecurrentStage } from '../../network/recurrentModel';
import { backUnchanged, type ReferenceNode } from '../../network/referenceNode';
import { createReference } from '../../network/stages/referenceStage';
import { type Direction } from '../../trace/reading/cellKind';
import { findStepSpans, idsOfSpans } from '../forward/stepSpans';
import { createMergedNode, createMergedOutput } from './gradientsMerge';
import { type GradientSource, layersOfStage, type SourceLayer } from './gradientsSource';

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
  let rows: ReferenceNode = startRows(input);
  let done = 0;
  for (const [index, stage] of model.stages.entries()) {
    if (stage.kind === 'unsupported') break;
    if (stage.kind !== 'recurrent') {
      if (layers.length === 0 || model.stages.slice(index).some(({ kind }) => kind === 'recurrent'))
        rows = createReference(stage, rows, input.kind === 'ids' ? input.ids : undefined);
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
    rows = createMergedNode(createMergedOutput(stage, layersOfStage(source, index)), rows.mask);
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

function startRows(input: ScalarInput): ReferenceNode {
  if (input.kind === 'ids')
    return {
      steps: input.ids.length,
      width: 1,
      row: (t) => Float64Array.of(input.ids[t] as number),
      back: backUnchanged,
    };
  const { data, width, mask } = input;
  return {
    steps: data.length / width,
    width,
    ...(mask !== undefined && { mask }),
    row: (t) => Float64Array.from(data.subarray(t * width, (t + 1) * width)),
    back: backUnchanged,
  };
}

type LayerPlace = Pick<SourceLayer, 'layer' | 'stage' | 'direction'>;

function runDirection(
  stage: RecurrentStage,
  rows: ReferenceNode,
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
  rows: ReferenceNode,
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

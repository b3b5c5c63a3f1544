import { largestOf } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { createScaledNorms, timesPowerOfTwo, writeNorm } from '../../cells/backwardScale';
import { initialStates } from '../../cells/initialStates';
import { type BackwardView } from '../../cells/backwardThroughTime';
import { type Gate, gatesOf, mapStates } from '../../trace/reading/cellKind';
import {
  type GradientNorms,
  type GradientThresholds,
  type LayerGradientNorms,
  type LossChoice,
  type ScaledNorms,
} from '../../trace/reading/gradients';
import { arrayKey, type NumericArray } from '../../trace/reading/trace';
import { createHead } from './gradientsHead';
import { evaluateTerm, resolveLoss, type ResolvedLoss } from './gradientsLoss';
import { backpropagateModel } from './gradientsModel';
import { type GradientSource, type SourceLayer } from './gradientsSource';
import { isForwardOnly } from './gradientsWindow';

/** A thousandth and a thousandfold of the gradient at the loss step: where the picture says vanishing and exploding. */
export const gradientThresholds: GradientThresholds = { vanishingLog10: -3, explodingLog10: 3 };

/** Norms of a loss and, on request, the arrays they are the norms of. */
export interface GradientResult {
  readonly norms: GradientNorms;
  /** Keys `LAYER.DIRECTION.dLdh` and so on, [T, width] in text order; float64, so that a check loses nothing. */
  readonly arrays: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;
}

export interface GradientRequest {
  readonly loss: LossChoice;
  readonly keepsArrays?: boolean;
  /** Backpropagation is cut every so many steps, counted back from the last loss step. */
  readonly truncateAfter?: number;
  /**
   * The first step that is asked for: what lies before it is not computed, and NaN. Only for a model that reads
   * forward.
   */
  readonly from?: number;
}

/** Backpropagation of one chosen loss through a whole model. Yields the share done in [0, 1]. */
export function* computeGradients(source: GradientSource, request: GradientRequest): Generator<number, GradientResult> {
  const head = createHead(source);
  const resolved = resolveLoss(source, head, request.loss);
  const from = checkFrom(source, resolved, request.from ?? 0);
  const evaluated = [];
  for (const term of resolved.terms) {
    evaluated.push(evaluateTerm(head, term));
    yield 0;
  }
  const recorders = new Map(
    source.layers.map((layer) => [layer, createRecorder(layer, { keepsArrays: request.keepsArrays === true, from })]),
  );
  const last = largestOf(resolved.terms.map(({ step }) => step));
  const { truncateAfter } = request;
  yield* backpropagateModel(source, {
    losses: [evaluated.flatMap(({ gradients }) => gradients)],
    record: (layer, view) => recorders.get(layer)?.take(view),
    downToStep: from,
    ...(truncateAfter !== undefined && { cutAt: (t: number) => t < last && (last - t) % truncateAfter === 0 }),
  });
  const all = [...recorders.values()];
  return {
    norms: describe(request, resolved, {
      value: evaluated.reduce((sum, { value }) => sum + value, 0),
      layers: all.map(({ norms }) => norms),
    }),
    arrays: new Map(all.flatMap(({ arrays }) => [...arrays])),
  };
}

/** The first step to compute; refused where the answer would not be exact, or would hold nothing. */
function checkFrom(source: GradientSource, { terms }: ResolvedLoss, from: number): number {
  const last = largestOf(terms.map(({ step }) => step));
  if (!Number.isInteger(from) || from < 0 || from > last)
    throw new InspectorError('out-of-range', `Step ${from} is not one from 0 to the loss at step ${last}.`);
  if (from === 0 || isForwardOnly(source)) return from;
  throw new InspectorError(
    'out-of-range',
    'This model reads backward too, so the gradient of a step depends on those before it; ask for all steps.',
  );
}

function describe(
  request: GradientRequest,
  resolved: ResolvedLoss,
  found: { value: number; layers: readonly LayerGradientNorms[] },
): GradientNorms {
  const { truncateAfter, from = 0 } = request;
  const begun = from === 0 ? [] : [`Computed from step ${from} on.`];
  const cut =
    truncateAfter === undefined
      ? []
      : [`Backpropagation is cut every ${truncateAfter} steps, counted from the last loss step.`];
  return {
    loss: request.loss,
    lossValue: found.value,
    lossSteps: resolved.terms.map(({ step }) => step),
    lossName: resolved.name,
    thresholds: gradientThresholds,
    layers: found.layers,
    notes: [...resolved.notes, ...cut, ...begun],
  };
}

interface Recorder {
  readonly norms: LayerGradientNorms;
  readonly arrays: readonly (readonly [string, { readonly shape: readonly number[]; readonly data: Float64Array }])[];
  take(view: BackwardView): void;
}

interface Plane {
  readonly name: string;
  readonly width: number;
  readonly norms: ScaledNorms;
  readonly data: Float64Array;
  /** Where the values of this plane stand in a view, or null where the step has none. */
  read(view: BackwardView): { readonly data: Float64Array; readonly at: number } | null;
}

/** Keeps the norms of one layer and direction, and its arrays on request; of the first row of a batch. */
function createRecorder(layer: SourceLayer, { keepsArrays, from }: { keepsArrays: boolean; from: number }): Recorder {
  const { weights, steps } = layer;
  const H = weights.units;
  const plane = (name: string, width: number, read: Plane['read']): Plane => ({
    name,
    width,
    norms: createNorms(steps, from),
    data: new Float64Array(keepsArrays ? steps * width : 0),
    read,
  });
  const states = mapStates(initialStates(weights), ({ length }, state) =>
    plane(`dLd${state}`, length, ({ batch }) => ({ data: batch.states[state] as Float64Array, at: 0 })),
  );
  const x = plane('dLdx', weights.inputWidth, ({ isSkipped, dx, dxAt }) => (isSkipped ? null : { data: dx, at: dxAt }));
  const gates = gatesOf(weights.cell).map((gate, block) =>
    plane(`dLd${gate}`, H, ({ isSkipped, batch }) => (isSkipped ? null : { data: batch.da, at: block * H })),
  );
  const planes = [...Object.values(states), x, ...gates];
  const gateNorms = Object.fromEntries(gates.map((gate, k) => [gatesOf(weights.cell)[k], gate.norms])) as Partial<
    Record<Gate, ScaledNorms>
  >;
  const norms = {
    layer: layer.layer,
    direction: layer.direction,
    dLdh: states.h.norms,
    dLdx: x.norms,
    dLdGate: gateNorms,
  };
  return {
    norms: states.c === undefined ? norms : { ...norms, dLdc: states.c.norms },
    arrays: keepsArrays
      ? planes.map(({ name, width, data }) => [arrayKey(layer, name), { shape: [steps, width], data }] as const)
      : [],
    take: (view) => planes.forEach((each) => takePlane(each, view, keepsArrays)),
  };
}

/** Norms of all steps; those before `from` are not computed and NaN. */
function createNorms(steps: number, from: number): ScaledNorms {
  const norms = createScaledNorms(steps);
  norms.mantissa.fill(NaN, 0, from);
  return norms;
}

function takePlane({ width, norms, data, read }: Plane, view: BackwardView, keepsArrays: boolean): void {
  const values = read(view);
  if (values === null) return;
  const exponent = view.batch.exponent[0] as number;
  writeNorm(norms, view.t, { data: values.data, at: values.at, count: width, exponent });
  if (!keepsArrays) return;
  for (let j = 0; j < width; j++)
    data[view.t * width + j] = timesPowerOfTwo(values.data[values.at + j] as number, exponent);
}

/** The arrays as they are written to npz and json files, from a step on. Yields between slices. */
export function* toFloat32Arrays(result: GradientResult, from = 0): Generator<void, ReadonlyMap<string, NumericArray>> {
  const arrays = new Map<string, NumericArray>();
  for (const [
    key,
    {
      shape: [steps = 0, width = 0],
      data: whole,
    },
  ] of result.arrays) {
    const data = whole.subarray(from * width);
    const single = new Float32Array(data.length);
    for (let at = 0; at < data.length; at += numbersAtOnce) {
      single.set(data.subarray(at, at + numbersAtOnce), at);
      yield;
    }
    arrays.set(key, { shape: [steps - from, width], data: single });
  }
  return arrays;
}

const numbersAtOnce = 2 ** 20;

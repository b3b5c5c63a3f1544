import { createScaledNorms, timesPowerOfTwo, writeNorm } from '../cells/backwardScale';
import { outputWidthOf } from '../cells/backwardCell';
import { type BackwardView } from '../cells/backwardThroughTime';
import { type Gate, gatesOf } from '../trace/cellKind';
import { type GradientNorms, type GradientThresholds, type LayerGradientNorms, type LossChoice, type ScaledNorms } from '../trace/gradients';
import { arrayKey, type NumericArray } from '../trace/trace';
import { createHead } from './gradientsHead';
import { evaluateTerm, resolveLoss, type ResolvedLoss } from './gradientsLoss';
import { backpropagateModel } from './gradientsModel';
import { type GradientSource, type SourceLayer } from './gradientsSource';

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
}

/** Backpropagation of one chosen loss through a whole model. Yields the share done in [0, 1]. */
export function* computeGradients(source: GradientSource, request: GradientRequest): Generator<number, GradientResult> {
  const head = createHead(source);
  const resolved = resolveLoss(source, head, request.loss);
  const evaluated = [];
  for (const term of resolved.terms) {
    evaluated.push(evaluateTerm(head, term));
    yield 0;
  }
  const recorders = new Map(source.layers.map((layer) => [layer, createRecorder(layer, request.keepsArrays === true)]));
  const last = Math.max(...resolved.terms.map(({ step }) => step));
  const { truncateAfter } = request;
  yield* backpropagateModel(source, {
    losses: [evaluated.flatMap(({ gradients }) => gradients)],
    record: (layer, view) => recorders.get(layer)?.take(view),
    ...(truncateAfter !== undefined && { cutAt: (t: number) => t < last && (last - t) % truncateAfter === 0 }),
  });
  const all = [...recorders.values()];
  return {
    norms: describe(request, resolved, { value: evaluated.reduce((sum, { value }) => sum + value, 0), layers: all.map(({ norms }) => norms) }),
    arrays: new Map(all.flatMap(({ arrays }) => [...arrays])),
  };
}

function describe(request: GradientRequest, resolved: ResolvedLoss, found: { value: number; layers: readonly LayerGradientNorms[] }): GradientNorms {
  const { truncateAfter } = request;
  const cut = truncateAfter === undefined ? [] : [`Backpropagation is cut every ${truncateAfter} steps, counted from the last loss step.`];
  return {
    loss: request.loss,
    lossValue: found.value,
    lossSteps: resolved.terms.map(({ step }) => step),
    lossName: resolved.name,
    thresholds: gradientThresholds,
    layers: found.layers,
    notes: [...resolved.notes, ...cut],
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
function createRecorder(layer: SourceLayer, keepsArrays: boolean): Recorder {
  const { weights, steps } = layer;
  const H = weights.units;
  const plane = (name: string, width: number, read: Plane['read']): Plane => ({
    name,
    width,
    norms: createScaledNorms(steps),
    data: new Float64Array(keepsArrays ? steps * width : 0),
    read,
  });
  const h = plane('dLdh', outputWidthOf(weights), ({ batch }) => ({ data: batch.dh, at: 0 }));
  const c = plane('dLdc', H, ({ batch }) => ({ data: batch.dc, at: 0 }));
  const x = plane('dLdx', weights.inputWidth, ({ isSkipped, dx, dxAt }) => (isSkipped ? null : { data: dx, at: dxAt }));
  const gates = gatesOf(weights.cell).map((gate, block) =>
    plane(`dLd${gate}`, H, ({ isSkipped, batch }) => (isSkipped ? null : { data: batch.da, at: block * H })),
  );
  const planes = [h, ...(weights.cell === 'lstm' ? [c] : []), x, ...gates];
  const gateNorms = Object.fromEntries(gates.map((gate, k) => [gatesOf(weights.cell)[k], gate.norms])) as Partial<Record<Gate, ScaledNorms>>;
  const norms = { layer: layer.layer, direction: layer.direction, dLdh: h.norms, dLdx: x.norms, dLdGate: gateNorms };
  return {
    norms: weights.cell === 'lstm' ? { ...norms, dLdc: c.norms } : norms,
    arrays: keepsArrays ? planes.map(({ name, width, data }) => [arrayKey(layer, name), { shape: [steps, width], data }] as const) : [],
    take: (view) => planes.forEach((each) => takePlane(each, view, keepsArrays)),
  };
}

function takePlane({ width, norms, data, read }: Plane, view: BackwardView, keepsArrays: boolean): void {
  const values = read(view);
  if (values === null) return;
  const exponent = view.batch.exponent[0] as number;
  writeNorm(norms, view.t, { data: values.data, at: values.at, count: width, exponent });
  if (!keepsArrays) return;
  for (let j = 0; j < width; j++) data[view.t * width + j] = timesPowerOfTwo(values.data[values.at + j] as number, exponent);
}

/** The arrays as they are written to npz and json files. Yields between slices. */
export function* toFloat32Arrays(result: GradientResult): Generator<void, ReadonlyMap<string, NumericArray>> {
  const arrays = new Map<string, NumericArray>();
  for (const [key, { shape, data }] of result.arrays) {
    const single = new Float32Array(data.length);
    for (let from = 0; from < data.length; from += numbersAtOnce) {
      single.set(data.subarray(from, from + numbersAtOnce), from);
      yield;
    }
    arrays.set(key, { shape, data: single });
  }
  return arrays;
}

const numbersAtOnce = 2 ** 20;

import { largestOf } from '../../base/extremes';
import { createScaledNorms, excessExponent, scaleBlock, writeNorm, zeroExponent } from '../../cells/backwardScale';
import { initialStates } from '../../cells/initialStates';
import { type MemoryPath } from '../../trace/cells/cellDescription';
import { cellDescriptions, type Field, type Gate, mapStates, type StateName } from '../../trace/reading/cellKind';
import { type ScaledNorms } from '../../trace/reading/gradients';
import { type RowProduct } from '../../cells/backwardProduct';
import { type HeadGradient } from '../gradients/gradientsHead';
import { backpropagateModel } from '../gradients/gradientsModel';
import { type GradientSource, type SourceLayer } from '../gradients/gradientsSource';

/** log10(norm at lag k / norm at lag 0) of one network and one loss, k = 0 ... K. */
export interface DecayMeasurement {
  readonly h: Float64Array;
  /** Of the cell state, where there is one. */
  readonly c?: Float64Array;
  /** Along the memory alone, where the cell's description shows it. */
  readonly direct?: Float64Array;
  /** With `direct`: log10 of whole over direct at the last lag at which both are finite. */
  readonly gap?: number;
  readonly clipped: number;
}

export interface MeasureOptions {
  readonly gradients: readonly HeadGradient[];
  readonly lossStep: number;
  readonly clipNorm?: number;
  readonly truncateAfter?: number;
  readonly product?: RowProduct;
}

/** The layer that decay is measured at: the last recurrent one, reading forward where it does. */
export function measuredLayer({ layers }: GradientSource): SourceLayer {
  const last = largestOf(layers.map(({ layer }) => layer));
  return layers.find(({ layer }) => layer === last) as SourceLayer;
}

/** Backpropagates one loss and follows the norms back from its step. Yields the share done. */
export function* measureDecay(source: GradientSource, options: MeasureOptions): Generator<number, DecayMeasurement> {
  const layer = measuredLayer(source);
  const { lossStep, clipNorm, truncateAfter } = options;
  const { memory, showsDirectPath } = cellDescriptions[layer.weights.cell];
  const path = showsDirectPath === true ? memory : undefined;
  const norms = mapStates(initialStates(layer.weights), () => createScaledNorms(layer.steps));
  const start = { vector: new Float64Array(layer.weights.units), exponent: zeroExponent };
  const { clipped } = yield* backpropagateModel(source, {
    losses: [options.gradients],
    downTo: layer.layer,
    skipsInput: true,
    record: (of, { t, batch }) => {
      if (of !== layer) return;
      const exponent = batch.exponent[0] as number;
      mapStates(batch.states, (data, state) =>
        writeNorm(norms[state] as ScaledNorms, t, { data, at: 0, count: data.length, exponent }),
      );
      if (path === undefined || t !== lossStep) return;
      start.vector.set(batch.states[path.state] as Float64Array);
      start.exponent = exponent;
    },
    ...(options.product !== undefined && { product: options.product }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(truncateAfter !== undefined && {
      cutAt: (t: number) => t !== lossStep && Math.abs(lossStep - t) % truncateAfter === 0,
    }),
  });
  const { h, c } = mapStates(norms, (each) => byLag(each, layer, lossStep));
  const measured = { h, ...(c !== undefined && { c }), clipped };
  if (path === undefined) return measured;
  const direct = byLag(directPath(layer, path, { lossStep, ...start }), layer, lossStep);
  const gap = gapOf((path.state === 'c' ? c : h) as Float64Array, direct);
  return { ...measured, direct, ...(gap !== null && { gap }) };
}

/** Norms by lag, relative to lag 0, in log10. */
function byLag(norms: ScaledNorms, { direction, steps }: SourceLayer, lossStep: number): Float64Array {
  const log10 = Float64Array.from(
    norms.mantissa,
    (mantissa, t) => Math.log10(mantissa) + (norms.exponent[t] as number) * Math.log10(2),
  );
  const count = direction === 'forward' ? lossStep + 1 : steps - lossStep;
  const at = (lag: number): number => log10[direction === 'forward' ? lossStep - lag : lossStep + lag] as number;
  return Float64Array.from({ length: count }, (_, lag) => at(lag) - at(0));
}

/**
 * The memory's gradient at the loss step times the shares kept between: what reaches the memory of step t along itself
 * alone.
 */
function directPath(
  layer: SourceLayer,
  path: MemoryPath<Gate, StateName>,
  from: { readonly lossStep: number; readonly vector: Float64Array; readonly exponent: number },
): ScaledNorms {
  const { direction, steps, weights, field, mask } = layer;
  const norms = createScaledNorms(steps);
  const H = weights.units;
  const carried = from.vector.slice();
  let { exponent } = from;
  const step = direction === 'forward' ? -1 : 1;
  for (let t = from.lossStep; t >= 0 && t < steps; t += step) {
    writeNorm(norms, t, { data: carried, at: 0, count: H, exponent });
    if (mask?.[t] === 0) continue;
    const gate = field(path.gate as Field, t, t + 1);
    for (let j = 0; j < H; j++) {
      const share = path.keeps === 'open' ? (gate[j] as number) : 1 - (gate[j] as number);
      carried[j] = (carried[j] as number) * share;
    }
    const excess = excessExponent([{ data: carried, at: 0, count: H }]);
    if (excess === 0 || excess === zeroExponent) continue;
    scaleBlock(carried, 0, H, -excess);
    exponent += excess;
  }
  return norms;
}

function gapOf(whole: Float64Array, direct: Float64Array): number | null {
  for (let lag = whole.length - 1; lag > 0; lag--) {
    const gap = (whole[lag] as number) - (direct[lag] as number);
    if (Number.isFinite(gap)) return gap;
  }
  return null;
}

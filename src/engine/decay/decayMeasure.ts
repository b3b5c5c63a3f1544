import { createScaledNorms, excessExponent, scaleBlock, writeNorm, zeroExponent } from '../../cells/backwardScale';
import { type ScaledNorms } from '../../trace/reading/gradients';
import { type RowProduct } from '../../cells/backwardProduct';
import { type HeadGradient } from '../gradients/gradientsHead';
import { backpropagateModel } from '../gradients/gradientsModel';
import { type GradientSource, type SourceLayer } from '../gradients/gradientsSource';

/** log10(norm at lag k / norm at lag 0) of one network and one loss, k = 0 ... K. */
export interface DecayMeasurement {
  readonly h: Float64Array;
  /** LSTM only. */
  readonly c?: Float64Array;
  readonly direct?: Float64Array;
  /** LSTM only: log10 of whole over direct at the last lag at which both are finite. */
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
  const last = Math.max(...layers.map(({ layer }) => layer));
  return layers.find(({ layer }) => layer === last) as SourceLayer;
}

/** Backpropagates one loss and follows the norms back from its step. Yields the share done. */
export function* measureDecay(source: GradientSource, options: MeasureOptions): Generator<number, DecayMeasurement> {
  const layer = measuredLayer(source);
  const { lossStep, clipNorm, truncateAfter } = options;
  const H = layer.weights.units;
  const dh = createScaledNorms(layer.steps);
  const dc = layer.weights.cell === 'lstm' ? createScaledNorms(layer.steps) : null;
  const start = { vector: new Float64Array(H), exponent: zeroExponent };
  const { clipped } = yield* backpropagateModel(source, {
    losses: [options.gradients],
    downTo: layer.layer,
    skipsInput: true,
    record: (of, { t, batch }) => {
      if (of !== layer) return;
      const exponent = batch.exponent[0] as number;
      writeNorm(dh, t, { data: batch.dh, at: 0, count: batch.dh.length, exponent });
      if (dc === null) return;
      writeNorm(dc, t, { data: batch.dc, at: 0, count: H, exponent });
      if (t !== lossStep) return;
      start.vector.set(batch.dc);
      start.exponent = exponent;
    },
    ...(options.product !== undefined && { product: options.product }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(truncateAfter !== undefined && {
      cutAt: (t: number) => t !== lossStep && Math.abs(lossStep - t) % truncateAfter === 0,
    }),
  });
  const h = byLag(dh, layer, lossStep);
  if (dc === null) return { h, clipped };
  const direct = byLag(directPath(layer, lossStep, start), layer, lossStep);
  const c = byLag(dc, layer, lossStep);
  const gap = gapOf(c, direct);
  return { h, c, direct, clipped, ...(gap !== null && { gap }) };
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

/** dL/dc of the loss step times the forget gates between: what reaches c(t) along c alone. */
function directPath(
  layer: SourceLayer,
  lossStep: number,
  start: { vector: Float64Array; exponent: number },
): ScaledNorms {
  const { direction, steps, weights, field, mask } = layer;
  const norms = createScaledNorms(steps);
  const H = weights.units;
  const carried = start.vector.slice();
  let { exponent } = start;
  const step = direction === 'forward' ? -1 : 1;
  for (let t = lossStep; t >= 0 && t < steps; t += step) {
    writeNorm(norms, t, { data: carried, at: 0, count: H, exponent });
    if (mask?.[t] === 0) continue;
    const f = field('f', t, t + 1);
    for (let j = 0; j < H; j++) carried[j] = (carried[j] as number) * (f[j] as number);
    const excess = excessExponent(carried, null, { hAt: 0, hCount: H, cAt: 0, cCount: 0 });
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

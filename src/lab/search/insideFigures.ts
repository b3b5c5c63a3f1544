import { largestOf } from '../../base/extremes';
import { runAtOnce } from '../../base/runAtOnce';
import { joinCurves } from '../../analysis/decayFit';
import { measureSaturation } from '../../analysis/unitActivity';
import { measureDecay } from '../../engine/decay/decayMeasure';
import { createHead } from '../../engine/gradients/gradientsHead';
import { evaluateTerm, resolveLoss } from '../../engine/gradients/gradientsLoss';
import { readScalar } from '../../engine/gradients/gradientsScalar';
import { type GradientSource } from '../../engine/gradients/gradientsSource';
import { type RecurrentModel } from '../../network/recurrentModel';
import { hasCellState } from '../../trace/reading/cellKind';

/** What a trained network does inside while it reads; an absent figure cannot be had of this cell or these texts. */
export interface InsideFigures {
  /**
   * Steps in which the norm of dL/dh of the last recurrent layer halves, L the loss of the last step: by the straight
   * line through log10(norm at lag k / norm at lag 0), averaged over the texts. At most {@link longestHalfLife}, which
   * also stands for a gradient that does not fall.
   */
  readonly gradient_half_life?: number;
  /**
   * Share in [0, 1] of the forget gates' values, over steps, units, layers and texts, under 0.1 or over 0.9 (LSTM
   * only).
   */
  readonly saturated_forget_gates?: number;
}

export const longestHalfLife = 1000;

/**
 * Measures the inside of a network on texts, each ids [T] with T > 1; the engine's reference path in float64 reads
 * them.
 */
export async function measureInside(
  model: RecurrentModel,
  texts: readonly Int32Array[],
  breathe: () => Promise<void>,
): Promise<InsideFigures> {
  const curves: Float64Array[] = [];
  const saturated = { values: 0, count: 0 };
  for (const ids of texts) {
    const source = finish(readScalar(model, { kind: 'ids', ids }));
    addSaturation(source, saturated);
    curves.push(decayOf(source));
    await breathe();
  }
  const halfLife = halfLifeOf(curves);
  return {
    ...(halfLife === null ? {} : { gradient_half_life: halfLife }),
    ...(saturated.count === 0 ? {} : { saturated_forget_gates: saturated.values / saturated.count }),
  };
}

/** log10(norm of dL/dh at lag k / at lag 0), [T]; of the answer that the network itself gives. */
function decayOf(source: GradientSource): Float64Array {
  const head = createHead(source);
  const { terms } = resolveLoss(source, head, { at: 'last' });
  const gradients = terms.flatMap((term) => evaluateTerm(head, term).gradients);
  return finish(measureDecay(source, { gradients, lossStep: largestOf(terms.map(({ step }) => step)) })).h;
}

/** Over the lags that all texts reach; null where no gradient comes through at all. */
function halfLifeOf(curves: readonly Float64Array[]): number | null {
  const finite = curves.filter((curve) => curve.length > 1 && Number.isFinite(curve[1] ?? NaN));
  if (finite.length === 0) return null;
  const { slope, halfLife } = joinCurves(finite).fit;
  if (slope === null) return null;
  return Math.min(longestHalfLife, halfLife ?? longestHalfLife);
}

function addSaturation({ layers }: GradientSource, sum: { values: number; count: number }): void {
  for (const { weights, steps, mask, field } of layers) {
    if (!hasCellState(weights.cell)) continue;
    const { low, high } = runAtOnce(measureSaturation(Float32Array.from(field('f', 0, steps)), weights.units, mask));
    for (let unit = 0; unit < weights.units; unit++) {
      const share = (low[unit] as number) + (high[unit] as number);
      if (Number.isNaN(share)) continue;
      sum.values += share * steps;
      sum.count += steps;
    }
  }
}

function finish<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

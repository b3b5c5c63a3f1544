import { type Finding } from '../trace/reading/findings';
import { type GradientNorms, log10Norms, reachOf } from '../trace/reading/gradients';

/**
 * Where the gradient with respect to h has vanished or exploded, for each layer, by its norm relative to that at the
 * loss.
 */
export function findInGradients({ layers, lossSteps, lossName, thresholds }: GradientNorms): readonly Finding[] {
  const lossStep = lossSteps.at(-1);
  if (lossStep === undefined) return [];
  return layers.flatMap(({ layer, direction, dLdh }) => {
    const log10 = log10Norms(dLdh);
    const from = direction === 'forward' ? lossStep : firstFinite(log10, lossStep);
    const start = log10[from] as number;
    if (!Number.isFinite(start)) return [];
    const step = direction === 'forward' ? -1 : 1;
    const relative = (t: number): number => (log10[t] as number) - start;
    const place = { layer, direction, units: [], field: 'h' } as const;
    return [
      ...reaching({ T: log10.length, from, step, relative, limit: thresholds.vanishingLog10 }).map(
        ({ steps, isNothing }): Finding => ({
          ...place,
          kind: 'vanishing',
          severity: isNothing ? 'problem' : 'interest',
          title: isNothing
            ? 'No gradient goes back from the loss step'
            : `Learning reaches ${steps} ${steps === 1 ? 'step' : 'steps'} back here (to a thousandth)`,
          evidence: `Of ${lossName}, the norm of dL/dh is ${isNothing ? 'exactly 0' : 'under a thousandth of that at the loss'} at every step farther than ${steps} from step ${from}.`,
          figure: 1 / (1 + steps),
          step: from + step * (steps + 1),
          range: direction === 'forward' ? { from: from - steps, to: from + 1 } : { from, to: from + steps + 1 },
        }),
      ),
      ...exploding({ T: log10.length, from, step, relative, limit: thresholds.explodingLog10 }).map(
        ({ first, most }): Finding => ({
          ...place,
          kind: 'exploding',
          severity: 'problem',
          title: `The gradient explodes: ${formatPower(relative(most))} times larger ${Math.abs(most - from)} steps back`,
          evidence: `Of ${lossName}, the norm of dL/dh passes ${formatPower(thresholds.explodingLog10)} times that at step ${from} at step ${first}, and is largest at step ${most}.`,
          figure: relative(most),
          step: first,
        }),
      ),
    ];
  });
}

/** 10 to a power, in figures a person reads: "1,500", "3.2e12". */
function formatPower(log10: number): string {
  if (log10 < 6) return Math.round(10 ** log10).toLocaleString('en-US');
  const exponent = Math.floor(log10);
  return `${(10 ** (log10 - exponent)).toFixed(1)}e${exponent}`;
}

/** A layer that reads from the end begins where the loss reaches it. */
function firstFinite(log10: Float32Array, lossStep: number): number {
  const found = log10.findIndex(Number.isFinite);
  return found < 0 ? lossStep : found;
}

interface Course {
  readonly T: number;
  readonly from: number;
  readonly step: number;
  readonly relative: (t: number) => number;
  readonly limit: number;
}

/**
 * How far back the norm stays over the limit; none where it does so up to the end. A gradient of exact zeros is nothing
 * at all.
 */
function reaching({ T, from, step, relative, limit }: Course): readonly { steps: number; isNothing: boolean }[] {
  const lags = step < 0 ? from + 1 : T - from;
  const course = Float64Array.from({ length: lags }, (_, lag) => relative(from + step * lag));
  const { steps, isWhole } = reachOf(course, limit);
  return isWhole ? [] : [{ steps, isNothing: course.subarray(1).every((value) => value === -Infinity) }];
}

function exploding({
  T,
  from,
  step,
  relative,
  limit,
}: Course): readonly { readonly first: number; readonly most: number }[] {
  let first: number | null = null;
  let most = from;
  for (let t = from; t >= 0 && t < T; t += step) {
    if (relative(t) > limit) first ??= t;
    if (relative(t) > relative(most)) most = t;
  }
  return first === null ? [] : [{ first, most }];
}

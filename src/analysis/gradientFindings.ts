import { type Finding } from '../trace/reading/findings';
import { type GradientNorms, log10Norms } from '../trace/reading/gradients';

/** Where the gradient with respect to h has vanished or exploded, for each layer, by its norm relative to that at the loss. */
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
      ...vanishing({ T: log10.length, from, step, relative, limit: thresholds.vanishingLog10 }).map((t): Finding => ({
        ...place,
        kind: 'vanishing',
        severity: 'problem',
        title: `The gradient has vanished after ${Math.abs(t - from)} steps`,
        evidence: `Of ${lossName}, the norm of dL/dh at step ${t} and all before it is under 10^${thresholds.vanishingLog10} of that at step ${from}.`,
        figure: 1 / (1 + Math.abs(t - from)),
        step: t,
        range: direction === 'forward' ? { from: 0, to: t + 1 } : { from: t, to: log10.length },
      })),
      ...exploding({ T: log10.length, from, step, relative, limit: thresholds.explodingLog10 }).map(
        ({ first, most }): Finding => ({
          ...place,
          kind: 'exploding',
          severity: 'problem',
          title: `The gradient explodes: 10^${relative(most).toFixed(1)} times larger ${Math.abs(most - from)} steps back`,
          evidence: `Of ${lossName}, the norm of dL/dh passes 10^${thresholds.explodingLog10} of that at step ${from} at step ${first}, and is largest at step ${most}.`,
          figure: relative(most),
          step: first,
        }),
      ),
    ];
  });
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

/** The step from which on the norm stays under the limit until the end; none where it does not, or where it is only the end itself. */
function vanishing({ T, from, step, relative, limit }: Course): readonly number[] {
  let since: number | null = null;
  for (let t = from; t >= 0 && t < T; t += step) {
    if (!(relative(t) < limit)) since = null;
    else since ??= t;
  }
  return since === null ? [] : [since];
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

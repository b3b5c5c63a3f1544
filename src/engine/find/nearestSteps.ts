import { type StateName } from '../../trace/reading/cellKind';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';

/** A step and the cosine of its state with the one wanted, in [-1, 1]. */
export interface NearStep {
  readonly step: number;
  readonly cosine: number;
}

const rowsAtOnce = 512;

/** The steps of the largest cosines, largest first; a state of zeros or of what is not finite has none. */
export async function nearestSteps(
  direction: DirectionReading,
  { field, wanted, most }: { readonly field: StateName; readonly wanted: Float32Array; readonly most: number },
  pace: Pace,
): Promise<readonly NearStep[]> {
  const width = wanted.length;
  const length = norm(wanted, 0, width);
  let best: NearStep[] = [];
  for (let from = 0; from < direction.steps; from += rowsAtOnce) {
    const to = Math.min(direction.steps, from + rowsAtOnce);
    const rows = direction.field(field, from, to);
    for (let t = 0; t < to - from; t++) {
      let product = 0;
      for (let k = 0; k < width; k++) product += (rows[t * width + k] as number) * (wanted[k] as number);
      const cosine = product / (length * norm(rows, t * width, width));
      if (Number.isFinite(cosine)) best.push({ step: from + t, cosine });
    }
    best = best.sort((one, other) => other.cosine - one.cosine).slice(0, most);
    await pace.breathe(to, direction.steps);
  }
  return best;
}

function norm(values: Float32Array, at: number, count: number): number {
  let sum = 0;
  for (let k = at; k < at + count; k++) sum += (values[k] as number) ** 2;
  return Math.sqrt(sum);
}

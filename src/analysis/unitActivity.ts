/** Thresholds of the findings; all of them are shown with the figures. */
export const activityThresholds = {
  /** |h| under this at all steps: dead. */
  dead: 0.01,
  /** A gate under `shut` or over `open` is saturated (Karpathy et al. 2015). */
  shut: 0.1,
  open: 0.9,
  /** This share of the steps on one side makes a unit's gate saturated. */
  saturatedShare: 0.9,
  /** f over and i under these for so many steps on end: latched. */
  latchedForget: 0.95,
  latchedInput: 0.05,
  latchedSteps: 20,
  /** What c holds halves within so many steps on its own: leaky. */
  leakyHalfLife: 1,
} as const;

/** Values that are looked at between two yields of the functions here: a few milliseconds. */
export const valuesAtOnce = 2 ** 19;

/** Whether it is time to yield before step t of rows of so many values. */
export function isPause(t: number, units: number): boolean {
  const every = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, units)));
  return t > 0 && t % every === 0;
}

/** Which steps count: masked steps hold no gates. */
export type StepMask = Uint8Array | undefined;

/** Units whose |h| stays under the threshold at all steps; none where there is no step. */
export function* findDead(h: Float32Array, units: number): Generator<void, readonly number[]> {
  const isDead = new Uint8Array(units).fill(h.length > 0 ? 1 : 0);
  for (let t = 0; t * units < h.length; t++) {
    if (isPause(t, units)) yield;
    for (let j = 0; j < units; j++)
      if (!(Math.abs(h[t * units + j] as number) < activityThresholds.dead)) isDead[j] = 0;
  }
  return indicesOf(isDead);
}

/** Fraction of steps with a value under 0.1 and over 0.9, each [H]; NaN without a step that counts. */
export function* measureSaturation(
  gate: Float32Array,
  units: number,
  mask: StepMask,
): Generator<void, { readonly low: Float32Array; readonly high: Float32Array }> {
  const low = new Float32Array(units);
  const high = new Float32Array(units);
  let count = 0;
  for (let t = 0; t * units < gate.length; t++) {
    if (isPause(t, units)) yield;
    if (mask?.[t] === 0) continue;
    count++;
    for (let j = 0; j < units; j++) {
      const value = gate[t * units + j] as number;
      if (value < activityThresholds.shut) low[j] = (low[j] as number) + 1;
      else if (value > activityThresholds.open) high[j] = (high[j] as number) + 1;
    }
  }
  return { low: low.map((n) => n / count), high: high.map((n) => n / count) };
}

/** The longest stretch of steps [from, to) in which a unit's cell is held: f near 1 and i near 0. */
export interface Latch {
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

/** Units latched for at least the threshold's number of steps, longest first. */
export function* findLatched(f: Float32Array, i: Float32Array, units: number): Generator<void, readonly Latch[]> {
  const { latchedForget, latchedInput, latchedSteps } = activityThresholds;
  const T = units === 0 ? 0 : f.length / units;
  const found: Latch[] = [];
  for (let unit = 0; unit < units; unit++) {
    if (isPause(unit, T)) yield;
    let best: Latch = { unit, from: 0, to: 0 };
    let from = 0;
    for (let t = 0; t <= T; t++) {
      const at = t * units + unit;
      if (t < T && (f[at] as number) > latchedForget && (i[at] as number) < latchedInput) continue;
      if (t - from > best.to - best.from) best = { unit, from, to: t };
      from = t + 1;
    }
    if (best.to - best.from >= latchedSteps) found.push(best);
  }
  return found.sort((a, b) => b.to - b.from - (a.to - a.from));
}

/**
 * Steps in which what a cell holds halves along the direct path: ln 2 / -mean(ln f), [H]; NaN without a step that
 * counts.
 */
export function* cellHalfLives(f: Float32Array, units: number, mask: StepMask): Generator<void, Float32Array> {
  const sums = new Float64Array(units);
  let count = 0;
  for (let t = 0; t * units < f.length; t++) {
    if (isPause(t, units)) yield;
    if (mask?.[t] === 0) continue;
    count++;
    for (let j = 0; j < units; j++) sums[j] = (sums[j] as number) + Math.log(f[t * units + j] as number);
  }
  return Float32Array.from(sums, (sum) => (count === 0 ? NaN : sum === 0 ? Infinity : (-Math.LN2 * count) / sum));
}

interface NotFinite {
  readonly step: number;
  readonly unit: number;
  readonly value: number;
}

/** Where the first value that is not finite stands, in the order of reading; masked steps do not count. */
export function* firstNotFinite(
  values: Float32Array,
  units: number,
  of: { readonly mask: StepMask; readonly reversed: boolean },
): Generator<void, NotFinite | null> {
  const T = units === 0 ? 0 : values.length / units;
  for (let s = 0; s < T; s++) {
    if (isPause(s, units)) yield;
    const step = of.reversed ? T - 1 - s : s;
    if (of.mask?.[step] === 0) continue;
    for (let unit = 0; unit < units; unit++) {
      const value = values[step * units + unit] as number;
      if (!Number.isFinite(value)) return { step, unit, value };
    }
  }
  return null;
}

function indicesOf(flags: Uint8Array): readonly number[] {
  return [...flags.keys()].filter((k) => flags[k] === 1);
}

import { countBits, countCommon, type OnBits, onThroughout, toMask } from './onBits';

/** What a run must have: at least `least` of the units on at each step, over at least `length` steps. */
export interface RunRule {
  readonly units: readonly number[];
  readonly least: number;
  readonly length: number;
}

/** Steps `from` to `to`, both included. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Units of the pattern, and others, that are on at every step. */
  readonly unitsOn: number;
  readonly others: number;
}

const stepsAtOnce = 1 << 16;

/**
 * The longest runs of steps that keep a rule, in text order; none overlaps another. Where fewer than all units are
 * asked for, each step may have other ones. Yields every few ten thousand steps.
 */
export function* matchRuns(bits: OnBits, rule: RunRule): Generator<void, Run[]> {
  const mask = toMask(rule.units, bits.words);
  const runs: Run[] = [];
  let from = -1;
  for (let t = 0; t <= bits.steps; t++) {
    if (t % stepsAtOnce === stepsAtOnce - 1) yield;
    const isOn = t < bits.steps && countCommon(bits.data, t * bits.words, mask) >= rule.least;
    if (isOn && from < 0) from = t;
    if (isOn || from < 0) continue;
    if (t - from >= rule.length) runs.push(describeRun(bits, mask, from, t - 1));
    from = -1;
  }
  return runs;
}

function describeRun(bits: OnBits, mask: Uint32Array, from: number, to: number): Run {
  const on = onThroughout(bits, from, to);
  const unitsOn = countCommon(on, 0, mask);
  return { from, to, unitsOn, others: on.reduce((sum, word) => sum + countBits(word), 0) - unitsOn };
}

/** The best first: most units of the pattern on throughout, then fewest others, then longest, then in text order. */
export function compareRuns(one: Run & { readonly text: number }, other: Run & { readonly text: number }): number {
  return (
    other.unitsOn - one.unitsOn ||
    one.others - other.others ||
    other.to - other.from - (one.to - one.from) ||
    one.text - other.text ||
    one.from - other.from
  );
}

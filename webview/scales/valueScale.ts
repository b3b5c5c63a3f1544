import { type Field, roleOf } from '../../src/trace/reading/cellKind';

/** How values of a field become colours: over [0, 1] for gates, symmetric about zero for what has a sign. */
export interface ValueScale {
  readonly kind: 'sequential' | 'diverging';
  readonly low: number;
  readonly high: number;
  /** Some values lie beyond the ends and are shown as the ends; the legend says so. */
  readonly isClamped?: boolean;
  /** How a signed value becomes a share of the range; absent: in proportion. */
  readonly shape?: 'tanh' | 'log';
}

/**
 * How a state's values become colours: in proportion, through tanh (as the output gate sees the cell, after Karpathy
 * 2015), or by their logarithm.
 */
export type StateScale = 'linear' | 'tanh' | 'log';

/** Hidden states that all stay under this are shown over a range of their own. */
const smallStates = 0.2;

/** Whether a field is a gate: a number in [0, 1] that multiplies. */
export function isGate(field: string): boolean {
  return roleOf(field) === 'gate';
}

/**
 * The scale of a field whose largest |value| so far is `largest` and of which 95 % lie within `usual`. Gates are shown
 * over [0, 1] and the candidate over [-1, 1], so that pictures compare, unless their values leave that range (unusual
 * activations). c is shown as tanh(c), which is what the output gate sees, unless `chosen` says otherwise; h over [-1,
 * 1], or over a rounded range that holds all values where they leave it or are all small. Where a few values lie far
 * out, the range is that of the usual ones.
 */
export function valueScaleOf(field: Field, largest: number, usual = largest, chosen?: StateScale): ValueScale {
  const limit = Number.isFinite(largest) ? largest : 0;
  if (isGate(field)) return { kind: 'sequential', low: 0, high: limit > 1.000001 ? roundUp(limit) : 1 };
  if (roleOf(field) === 'candidate') return symmetric(limit > 1.000001 ? roundUp(limit) : 1);
  if (field === 'c') {
    const shape = chosen ?? 'tanh';
    if (shape === 'tanh') return { ...symmetric(1), shape };
    if (shape === 'log') return { ...symmetric(limit === 0 ? 1 : roundUp(limit)), shape };
  }
  if (field === 'h' && limit <= 1.000001 && !(limit > 0 && limit < smallStates)) return symmetric(1);
  if (usual > 0 && limit > 2 * usual) return { ...symmetric(roundUp(usual)), isClamped: true };
  return symmetric(limit === 0 ? 1 : roundUp(limit));
}

/** The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not under x; x > 0. */
export function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= x * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/** Where a value lies in the range of a scale, from 0 at its low end to 1 at its high end; may lie outside. */
export function shareOf({ low, high, shape }: ValueScale, value: number): number {
  if (shape === 'tanh') return (Math.tanh(value) + 1) / 2;
  if (shape === 'log') return (1 + (Math.sign(value) * Math.log1p(Math.abs(value))) / Math.log1p(high)) / 2;
  return (value - low) / (high - low);
}

/** The entry of a 256-entry colour table for a value: 0 to 255, clamped; -1 for NaN. */
export function tableIndex(scale: ValueScale, value: number): number {
  if (Number.isNaN(value)) return -1;
  return Math.max(0, Math.min(255, Math.round(shareOf(scale, value) * 255)));
}

function symmetric(limit: number): ValueScale {
  return { kind: 'diverging', low: -limit, high: limit };
}

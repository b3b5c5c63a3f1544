import { type Field } from '../../src/trace/cellKind';

/** How values of a field become colours: over [0, 1] for gates, symmetric about zero for what has a sign. */
export interface ValueScale {
  readonly kind: 'sequential' | 'diverging';
  readonly low: number;
  readonly high: number;
  /** Some values lie beyond the ends and are shown as the ends; the legend says so. */
  readonly isClamped?: boolean;
}

const gates: readonly string[] = ['i', 'f', 'o', 'z', 'r'];
const candidates: readonly string[] = ['g', 'n'];

/** Whether a field is a gate: a number in [0, 1] that multiplies. */
export function isGate(field: string): boolean {
  return gates.includes(field);
}

/**
 * The scale of a field whose largest |value| so far is `largest` and of which 95 % lie within `usual`. Gates are shown over [0, 1] and the candidate over
 * [-1, 1], so that pictures compare, unless their values leave that range (unusual activations); c and h are shown over
 * a rounded range that holds all values, unless a few lie far out (a cell that counts) and would leave all else pale.
 */
export function valueScaleOf(field: Field, largest: number, usual = largest): ValueScale {
  const limit = Number.isFinite(largest) ? largest : 0;
  if (isGate(field)) return { kind: 'sequential', low: 0, high: limit > 1.000001 ? roundUp(limit) : 1 };
  if (candidates.includes(field)) return symmetric(limit > 1.000001 ? roundUp(limit) : 1);
  if (usual > 0 && limit > 2 * usual) return { ...symmetric(roundUp(usual)), isClamped: true };
  return symmetric(limit === 0 ? 1 : roundUp(limit));
}

/** The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not under x; x > 0. */
export function roundUp(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= x * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/** The entry of a 256-entry colour table for a value: 0 to 255, clamped; -1 for NaN. */
export function tableIndex(scale: ValueScale, value: number): number {
  if (Number.isNaN(value)) return -1;
  const share = (value - scale.low) / (scale.high - scale.low);
  return Math.max(0, Math.min(255, Math.round(share * 255)));
}

function symmetric(limit: number): ValueScale {
  return { kind: 'diverging', low: -limit, high: limit };
}

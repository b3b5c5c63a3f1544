import { addToSequence, createGradientSequence, type GradientSequence } from '../cells/gradientSequence';

/** A sequence of float64 vectors somewhere in a model, in text order, and the way back to what came before it. */
export interface ReferenceNode {
  readonly steps: number;
  readonly width: number;
  /** 0 where later recurrent stages skip a step; absent where every step counts. */
  readonly mask?: Uint8Array;
  row(t: number): Float64Array;
  /** From gradients of this node's rows to those of the node before it; yields after each step. */
  back(gradient: GradientSequence): Generator<void, GradientSequence>;
}

/** One part of a gradient on its way back: to which step of the node before it belongs. */
export interface BackPart {
  readonly t: number;
  readonly vector: Float64Array;
}

/** The way back of a node that hands on what it gets. */
export function* backUnchanged(gradient: GradientSequence): Generator<void, GradientSequence> {
  return gradient;
}

/** The way back of a stage that none leads through: it stands in front of the first recurrent layer only. */
export function refuseBack(name: string): never {
  throw new Error(`Stage ${name} between two recurrent layers has no gradient.`);
}

/** The way back through a node that takes its rows from `input`: `spread` says where each row's gradient belongs. */
export function* backThrough(
  input: ReferenceNode,
  gradient: GradientSequence,
  spread: (t: number, vector: Float64Array) => readonly BackPart[],
): Generator<void, GradientSequence> {
  const out = createGradientSequence(input.steps, gradient.rows, input.width);
  yield* forEachRow(gradient, (t, b, vector, exponent) => {
    for (const { t: at, vector: data } of spread(t, vector)) addToSequence(out, at, b, { data, at: 0, exponent });
  });
  return out;
}

/** Visits every row in use; the vector is a view. Yields after each step. */
export function* forEachRow(
  gradient: GradientSequence,
  visit: (t: number, b: number, vector: Float64Array, exponent: number) => void,
): Generator<void, void> {
  const { steps, rows, width, active, data, exponent } = gradient;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < (active[t] as number); b++) {
      const at = (t * rows + b) * width;
      visit(t, b, data.subarray(at, at + width), exponent[t * rows + b] as number);
    }
    yield;
  }
}

/** Computes each row once. */
export function remember(compute: (t: number) => Float64Array): (t: number) => Float64Array {
  const known = new Map<number, Float64Array>();
  return (t) => {
    const found = known.get(t) ?? compute(t);
    known.set(t, found);
    return found;
  };
}

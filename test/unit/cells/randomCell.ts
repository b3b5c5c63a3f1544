import { createRandom, drawNormal } from '../../../src/base/random';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { gatesOf, hasRecurrentKernel } from '../../../src/trace/reading/cellKind';

/** A small cell with normal weights; `extra` adds attributes and may carry arrays of its own. */
export function randomCell(
  cell: CellWeights['cell'],
  size: { D: number; H: number; seed: number },
  extra: Partial<CellWeights> = {},
): CellWeights {
  const { D, H } = size;
  const random = createRandom(size.seed);
  const draw = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => scale * drawNormal(random));
  const P = extra.projection === undefined ? H : extra.projection.length / H;
  const G = gatesOf(cell).length;
  return {
    cell,
    inputWidth: D,
    units: H,
    kernel: draw(D * G * H, 0.6),
    recurrentKernel: draw(hasRecurrentKernel(cell) ? P * G * H : 0, 0.5),
    bias: draw(G * H, 0.3),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...extra,
  };
}

/** `count` draws from N(0, scale^2). */
export function normals(count: number, seed: number, scale = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => scale * drawNormal(random));
}

/** Runs a generator to its end. */
export function finish<T>(generator: Generator<unknown, T>): T {
  let next = generator.next();
  while (next.done !== true) next = generator.next();
  return next.value;
}

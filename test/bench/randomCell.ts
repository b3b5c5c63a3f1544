import { createRandom, drawNormal } from '../../src/base/random';
import { type CellWeights } from '../../src/cells/cellWeights';

/** Seeded normal numbers. */
export function drawNumbers(n: number, scale: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => drawNormal(random) * scale);
}

/** An LSTM with seeded weights whose states neither explode nor die. */
export function drawLstm(D: number, H: number): CellWeights {
  return {
    cell: 'lstm', inputWidth: D, units: H,
    kernel: drawNumbers(D * 4 * H, 0.8 / Math.sqrt(D), 1), recurrentKernel: drawNumbers(H * 4 * H, 0.8 / Math.sqrt(H), 2), bias: drawNumbers(4 * H, 0.2, 3),
    activation: 'tanh', recurrentActivation: 'sigmoid',
  };
}

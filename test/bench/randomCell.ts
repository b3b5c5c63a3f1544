import { createRandom, drawNormal } from '../../src/base/random';
import { type CellWeights } from '../../src/cells/cellWeights';
import { type CellKind, gatesOf } from '../../src/trace/reading/cellKind';

/** Seeded normal numbers. */
export function drawNumbers(n: number, scale: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => drawNormal(random) * scale);
}

/** An LSTM with seeded weights whose states neither explode nor die. */
export function drawLstm(D: number, H: number): CellWeights {
  return drawCell('lstm', D, H);
}

/** The same of any kind; a GRU resets after the product. */
export function drawCell(cell: CellKind, D: number, H: number): CellWeights {
  const G = gatesOf(cell).length;
  return {
    cell,
    inputWidth: D,
    units: H,
    kernel: drawNumbers(D * G * H, 0.8 / Math.sqrt(D), 1),
    recurrentKernel: drawNumbers(H * G * H, 0.8 / Math.sqrt(H), 2),
    bias: drawNumbers(G * H, 0.2, 3),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...(cell === 'gru' && { resetAfter: true, recurrentBias: drawNumbers(G * H, 0.2, 4) }),
  };
}

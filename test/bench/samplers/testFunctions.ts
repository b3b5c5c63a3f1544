import { type Parameters, type SearchSpace } from '../../../src/lab/search/samplers/distribution';

/** A function with a known minimum, to measure samplers on. samplers.py has the same ones under the same names. */
export interface TestFunction {
  readonly name: 'branin' | 'hartmann6' | 'mixed';
  readonly space: SearchSpace;
  readonly minimum: number;
  valueAt(parameters: Parameters): number;
}

const branin: TestFunction = {
  name: 'branin',
  space: { x0: { kind: 'float', low: -5, high: 10 }, x1: { kind: 'float', low: 0, high: 15 } },
  minimum: 0.39788735772973816,
  valueAt: ({ x0, x1 }) => {
    const [a, b] = [Number(x0), Number(x1)];
    const curve = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
    return curve ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
  },
};

const weights = [1, 1.2, 3, 3.2];
const widths = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centres = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

const hartmann6: TestFunction = {
  name: 'hartmann6',
  space: Object.fromEntries(
    Array.from({ length: 6 }, (_, k) => [`x${k}`, { kind: 'float', low: 0, high: 1 } as const]),
  ),
  minimum: -3.322368011391339,
  valueAt: (parameters) =>
    -weights.reduce((sum, weight, i) => {
      const distance = (widths[i] ?? []).reduce(
        (total, width, k) => total + width * (Number(parameters[`x${k}`]) - (centres[i]?.[k] ?? 0)) ** 2,
        0,
      );
      return sum + weight * Math.exp(-distance);
    }, 0),
};

const optimizers: Readonly<Record<string, { readonly log10Rate: number; readonly offset: number }>> = {
  SGD: { log10Rate: -1, offset: 0.15 },
  RMSprop: { log10Rate: -3.5, offset: 0.1 },
  Adam: { log10Rate: -3, offset: 0 },
  Nadam: { log10Rate: -2.5, offset: 0.05 },
};

/**
 * Like a training's loss: the best rate depends on the optimizer. Smallest, 0, with Adam, 1e-3, 64 units, dropout 0.3.
 */
const mixed: TestFunction = {
  name: 'mixed',
  space: {
    rate: { kind: 'float', low: 1e-5, high: 1, log: true },
    units: { kind: 'int', low: 4, high: 256, log: true },
    dropout: { kind: 'float', low: 0, high: 0.9, step: 0.1 },
    optimizer: { kind: 'categorical', choices: Object.keys(optimizers) },
  },
  minimum: 0,
  valueAt: ({ rate, units, dropout, optimizer }) => {
    const { log10Rate, offset } = optimizers[String(optimizer)] ?? { log10Rate: NaN, offset: NaN };
    return (
      (Math.log10(Number(rate)) - log10Rate) ** 2 +
      (Math.log2(Number(units)) - 6) ** 2 / 4 +
      4 * (Number(dropout) - 0.3) ** 2 +
      offset
    );
  },
};

export const testFunctions = { branin, hartmann6, mixed };

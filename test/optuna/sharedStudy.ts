import { type Parameters, type SearchSpace } from '../../src/lab/search/samplers/distribution';

export const studyName = 'turns';

/** The space of optunaTurn.py too. */
export const space: SearchSpace = {
  x: { kind: 'float', low: 1e-4, high: 1, log: true },
  units: { kind: 'int', low: 4, high: 64 },
  optimizer: { kind: 'categorical', choices: ['SGD', 'Adam'] },
};

/** Smallest at x = 0.01, 32 units, Adam. */
export function valueAt({ x, units, optimizer }: Parameters): number {
  return (Math.log10(Number(x)) + 2) ** 2 + ((Number(units) - 32) / 16) ** 2 + (optimizer === 'Adam' ? 0 : 0.5);
}

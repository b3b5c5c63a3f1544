import { gatesOf } from '../../trace/reading/cellKind';
import { type CellRunner } from './cellRunner';

const largestBlock = 256;

/**
 * Steps between two kept states. Long enough that the states take little beside the fields (1 / 256 of them and less),
 * short enough that a block comes back within a few milliseconds: about 10 ms on the fast path at 25 GFLOP/s.
 */
export function blockStepsFor(runner: CellRunner): number {
  if (runner.path === 'plain') return 64;
  return powerOfTwo(10 / (0.002 + megaFlopsPerStep(runner) / 25), 16);
}

/** Steps that are run at once while others wait: about 20 ms of plain tfjs, a whole block on the fast path. */
export function sliceStepsFor(runner: CellRunner): number {
  if (runner.path !== 'plain') return largestBlock;
  return powerOfTwo(20 / (0.3 + megaFlopsPerStep(runner) / 3.2), 1);
}

function megaFlopsPerStep({ weights }: CellRunner): number {
  const columns = gatesOf(weights.cell).length * weights.units;
  return (2 * columns * (weights.inputWidth + weights.units)) / 1e6;
}

function powerOfTwo(steps: number, least: number): number {
  return Math.max(least, Math.min(largestBlock, 2 ** Math.floor(Math.log2(steps))));
}

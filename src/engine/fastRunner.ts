import { type Kernels } from '../kernels/loadKernels';
import { canRead, createSequenceReader, isTableKept } from '../kernels/sequenceReader';
import { type RunnerFactory } from './cellRunner';
import { createPlainRunner } from './plainRunner';

/** Runners on the SIMD kernels; cells that they do not know, and hosts without SIMD, get the plain path. */
export function fastRunners(kernels: Kernels | null): RunnerFactory {
  return (weights, table) => {
    if (!kernels || !canRead(weights)) return createPlainRunner(weights, table);
    return createSequenceReader(kernels, weights, table && isTableKept(weights, table) ? table : undefined);
  };
}

import { registerRowProduct } from '../../cells/backwardProduct';
import { type KernelBytes, type Kernels, loadKernels } from '../../kernels/loadKernels';
import { createRowProduct } from '../../kernels/rowProduct';
import { registerKernels } from '../../kernels/registerKernels';
import { canRead, createSequenceReader, isTableKept } from '../../kernels/sequenceReader';
import { type RunnerFactory } from './cellRunner';
import { createPlainRunner } from './plainRunner';

export { type Builds, type Kernels } from '../../kernels/loadKernels';
export { type WideHost } from '../../kernels/wideKernels';

/**
 * Compiles the kernels and registers them with tfjs (for training), and their product with backpropagation; null where
 * the host has no SIMD. The bytes are those of dist/kernels-*.wasm.
 */
export function startKernels(bytes: KernelBytes): Kernels | null {
  const kernels = loadKernels(bytes);
  if (!kernels) return null;
  registerKernels(kernels);
  registerRowProduct(createRowProduct(kernels));
  return kernels;
}

/** Runners on the SIMD kernels; cells that they do not know, and hosts without SIMD, get the plain path. */
export function fastRunners(kernels: Kernels | null): RunnerFactory {
  return (weights, table) => {
    if (!kernels || !canRead(weights)) return createPlainRunner(weights, table);
    return createSequenceReader(kernels, weights, table && isTableKept(weights, table) ? table : undefined);
  };
}

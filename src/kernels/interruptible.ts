import { checkInterrupt } from '../base/interrupt';
import { type CellLayout } from './cellLayout';
import { type Heap } from './heap';
import { type KernelExports, type Pointer } from './loadKernels';
import { limitPlan } from './sequencePlan';

/** Multiply-adds between two looks at whether the work is to end: about 5 ms. */
const operationsAtOnce = 1e8;

type Product = Parameters<KernelExports['multiply']>;

/** {@link KernelExports.multiply} that can be interrupted. The bits do not depend on where it is cut. */
export function multiplyInSlices({ kernels }: Heap, ...[a, aStride, rows, depth, panels, columns, c, cStride, init, initStride]: Product): void {
  const rowsAtOnce = 12 * Math.ceil(operationsAtOnce / Math.max(1, 12 * depth * columns));
  for (let from = 0; from < rows; from += rowsAtOnce) {
    checkInterrupt();
    const count = Math.min(rowsAtOnce, rows - from);
    kernels.multiply(a + from * aStride, aStride, count, depth, panels, columns, c + from * cStride, cStride, init + from * initStride, initStride);
  }
}

/** Runs the steps of a written plan a few at a time, from the first on or from the last back. */
export function runInSlices(heap: Heap, layout: CellLayout, plan: Pointer, pass: 'Forward' | 'Backward'): void {
  const { B, T, H, G, P, cell } = layout;
  const steps = Math.max(1, Math.floor(operationsAtOnce / (B * H * G * P)));
  for (let done = 0; done < T; done += steps) {
    checkInterrupt();
    const until = Math.min(T, done + steps);
    limitPlan(heap.memory, plan, pass === 'Forward' ? [done, until] : [T - until, T - done]);
    heap.kernels[`${cell}${pass}`](plan);
  }
}

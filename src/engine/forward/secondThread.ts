// What the worker needs to give the kernels a second thread; apart from fastRunner.ts, so that the thread's bundle
// holds no tfjs.
import { serveCalls } from '../../kernels/callPair';
import { serveColumns } from '../../kernels/columnPair';
import { type Handed } from '../../kernels/loadKernels';

export { type Handed, type StartThread } from '../../kernels/loadKernels';

/** Runs the second thread's side of what it is handed, until it is ended. */
export function serve(handed: Handed): never {
  return handed.kind === 'columns' ? serveColumns(handed) : serveCalls(handed);
}

// What the worker needs to give the kernels a second thread; apart from fastRunner.ts, so that the thread's bundle holds no tfjs.
export { type Handed, serveColumns } from '../kernels/columnPair';
export { type StartThread } from '../kernels/loadKernels';

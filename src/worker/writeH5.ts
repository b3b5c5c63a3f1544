import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InspectorError } from '../base/errors';
import { type Hdf5Layout } from '../models/keras/kerasH5Layout';

/** Writes an HDF5 file in a reader thread of its own, since the library lives only there; gives its bytes. */
export function writeH5(layout: Hdf5Layout): Promise<Uint8Array> {
  const worker = new Worker(path.join(__dirname, 'reader.js'), {
    workerData: { write: layout },
    stdout: true,
    stderr: true,
  });
  return new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) =>
      reject(new InspectorError('internal', `The .h5 file cannot be written: ${error.message}`)),
    );
    worker.once('exit', () => reject(new InspectorError('worker-died', 'The thread that writes the .h5 file ended.')));
  }).finally(() => void worker.terminate());
}

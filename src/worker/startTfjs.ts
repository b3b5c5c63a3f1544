import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type Log } from '../base/log';

/** Starts tfjs on WASM with the binaries of a folder, or on plain JavaScript where that fails. */
export async function startTfjs(folder: string, log: Log): Promise<void> {
  // tfjs advertises its native backend on the console of every Node process otherwise.
  tf.env().set('PROD', true);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`);
  const hasWasm = await tf.setBackend('wasm').catch(() => false);
  if (hasWasm) return;
  log.warn('TensorFlow.js does not start on WebAssembly here; it computes in plain JavaScript, which is slow.');
  await tf.setBackend('cpu');
}

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Log } from '../base/log';
import { withSharedMemory } from './sharedMemory';

/** How tfjs is started. */
export interface TfjsStart {
  readonly log: Pick<Log, 'warn'>;
  /** Whether its memory is one that threads can share. */
  readonly isShared: boolean;
}

/** Starts tfjs on WASM with the binaries of a folder, or on plain JavaScript where that fails. */
export async function startTfjs(folder: string, { log, isShared }: TfjsStart): Promise<void> {
  // tfjs advertises its native backend on the console of every Node process otherwise.
  tf.env().set('PROD', true);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const { platform } = tf.env();
  const { fetch } = platform;
  const module = isShared ? await maybeReadShared(folder) : null;
  // tfjs takes a module of ours where it is to fetch it.
  if (module) platform.fetch = () => Promise.resolve(new Response(module));
  setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`, module !== null);
  const hasWasm = await tf.setBackend('wasm').catch(() => false);
  platform.fetch = fetch;
  if (hasWasm) return;
  log.warn('TensorFlow.js does not start on WebAssembly here; it computes in plain JavaScript, which is slow.');
  await tf.setBackend('cpu');
}

/** tfjs's module with a memory that threads can share; null where the host does not take it. */
async function maybeReadShared(folder: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await readFile(path.join(folder, 'tfjs-backend-wasm-simd.wasm')).catch(() => null);
  const module = bytes && withSharedMemory(new Uint8Array(bytes));
  return module && WebAssembly.validate(module) ? module : null;
}

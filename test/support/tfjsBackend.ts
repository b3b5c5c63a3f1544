import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import path from 'node:path';

/** Starts the tfjs WASM backend (SIMD where there is) from node_modules; call it in a `before`. */
export async function useWasmBackend(): Promise<void> {
  setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  await useBackend('wasm');
}

/** Switches to a backend that has been registered; throws where it does not come up. */
export async function useBackend(name: 'wasm' | 'cpu'): Promise<void> {
  tf.env().set('PROD', true); // keeps tfjs's advertisement for its native backend off the console
  if (!(await tf.setBackend(name))) throw new Error(`The tfjs backend ${name} does not start.`);
  await tf.ready();
}

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build, type BuildOptions } from 'esbuild';
import { type Failure } from '../../src/base/errors';
import { type WorkerRequestKind, type WorkerRequests, type WorkerToHost } from '../../src/protocol/workerRequests';
import { useKernels } from './kernels';

const root = path.resolve(__dirname, '../..');

/** What a request came to; the value is as the worker sent it. */
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Failure };

/** A request under way in a real worker thread. */
export interface Asked {
  readonly answer: Promise<Answer>;
  cancel(): void;
  /** Resolves with the first message of this request of such a type. */
  first(type: WorkerToHost['type']): Promise<WorkerToHost>;
}

/** The worker as it ships, in a thread of its own. */
export interface WorkerThread {
  ask<Kind extends WorkerRequestKind>(kind: Kind, params: WorkerRequests[Kind]['params']): Asked;
  dispose(): Promise<void>;
}

/** What the worker writes to the log. */
export type LogMessage = Extract<WorkerToHost, { type: 'log' }>;

/** How a worker is started, and who hears what it logs. */
export interface WorkerStart {
  readonly wideVectors?: boolean;
  readonly threads?: number;
  readonly onLog?: (message: LogMessage) => void;
}

/** Bundles the worker of these sources and starts it. */
export async function startWorkerThread(start: WorkerStart = {}): Promise<WorkerThread> {
  const folder = mkdtempSync(path.join(tmpdir(), 'worker-'));
  await bundle(folder);
  return openThread(path.join(folder, 'worker.js'), folder, {
    ...start,
    tidyUp: () => rmSync(folder, { recursive: true }),
  });
}

async function bundle(folder: string): Promise<void> {
  await useKernels();
  const { targets } = (await import(pathToFileURL(path.join(root, 'esbuild.mjs')).href)) as {
    targets: readonly BuildOptions[];
  };
  for (const target of targets) {
    const [name = ''] = Object.keys(target.entryPoints ?? {});
    if (['worker', 'reader', 'columns'].includes(name))
      await build({ ...target, outdir: folder, metafile: false, sourcemap: false });
  }
  mkdirSync(folder, { recursive: true });
  const binaries = path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
    copyFileSync(path.join(binaries, file), path.join(folder, file));
  const kernels = path.join(root, 'out/kernels');
  for (const file of readdirSync(kernels).filter((name) => name.endsWith('.wasm')))
    copyFileSync(path.join(kernels, file), path.join(folder, file));
}

/** Starts a worker that is there already. */
export async function openThread(
  workerPath: string,
  binariesFolder: string,
  { tidyUp, wideVectors, threads, onLog }: WorkerStart & { tidyUp?: () => void } = {},
): Promise<WorkerThread> {
  const worker = new Worker(workerPath, {
    workerData: { modelsFolder: path.join(root, 'media/models'), binariesFolder, wideVectors, threads },
  });
  const listeners = new Set<(message: WorkerToHost) => void>();
  worker.on('message', (message: WorkerToHost) => {
    if (message.type === 'log') onLog?.(message);
    for (const listener of [...listeners]) listener(message);
  });
  const waitFor = (matches: (message: WorkerToHost) => boolean): Promise<WorkerToHost> =>
    new Promise((resolve) => {
      const listener = (message: WorkerToHost): void => {
        if (!matches(message)) return;
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
    });
  await waitFor(({ type }) => type === 'ready');
  let nextId = 1;
  return {
    ask: (kind, params) => {
      const id = nextId++;
      const first = (type: WorkerToHost['type']): Promise<WorkerToHost> =>
        waitFor((message) => message.type === type && 'id' in message && message.id === id);
      const answer = first('answer').then(
        (message) => (message as Extract<WorkerToHost, { type: 'answer' }>).result as Answer,
      );
      worker.postMessage({ type: 'request', id, kind, params });
      return { answer, first, cancel: () => worker.postMessage({ type: 'cancel', id }) };
    },
    dispose: async () => {
      await worker.terminate();
      tidyUp?.();
    },
  };
}

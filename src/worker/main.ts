import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type Log } from '../base/log';
import { BlockCache } from '../engine/forward/blockCache';
import { type Builds, fastRunners, type Kernels, startKernels, type WideHost } from '../engine/forward/fastRunner';
import { prepareModel } from '../engine/forward/preparedModel';
import { type WorkerData } from '../protocol/workerData';
import { type WorkerToHost } from '../protocol/workerRequests';
import { handlers } from './handlers';
import { InspectionShelf } from './inspectionShelf';
import { ModelShelf } from './modelShelf';
import { openReference } from './openReference';
import { ReaderPool } from './readerPool';
import { createRequestServer } from './requestServer';
import { limitThreads, maybeSecondThread } from './secondThread';
import { startTfjs } from './startTfjs';
import { tryWide } from './wideVectors';
import { type WorkerContext } from './workerContext';

function run(): void {
  const port = parentPort;
  if (!port) throw new Error('This script is the entry of a worker thread and is not started by itself.');
  const {
    modelsFolder = path.join(__dirname, '..', 'media', 'models'),
    binariesFolder = __dirname,
    wideVectors = false,
    threads = 0,
  } = (workerData ?? {}) as WorkerData;
  limitThreads(threads);
  const post = (message: WorkerToHost, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const log = createLog(post);
  const early: unknown[] = [];
  const kernels = loadKernels({ binariesFolder, wideVectors }, log);
  const context = { ...createContext(post, log, { modelsFolder, kernels }), poll: () => poll() };
  const server = createRequestServer(context, handlers, {
    now: () => performance.now(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  });
  process.on('uncaughtException', (error) => log.error(`Uncaught: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => log.error(`Unhandled rejection: ${String(reason)}`));
  const ready = startTfjs(binariesFolder, { log, isShared: kernels?.shared !== undefined });
  const receive = (message: unknown): void => void ready.then(() => server.receive(message));
  const receiveEarly = (): void => early.splice(0).forEach(receive);
  const poll = (): void => {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
      const message = next.message as { readonly type?: unknown };
      if (message?.type === 'cancel') server.receive(message);
      else if (early.push(message) === 1) setImmediate(receiveEarly);
    }
  };
  port.on('message', (message) => {
    receiveEarly();
    receive(message);
  });
  void ready.then(() => post({ type: 'ready' }));
}

function createContext(
  post: WorkerContext['post'],
  log: Log,
  { modelsFolder, kernels }: { modelsFolder: string; kernels: Kernels | null },
): WorkerContext {
  const createRunner = fastRunners(kernels);
  const reader = new ReaderPool();
  const models = new ModelShelf(
    (reference, waiting) => openReference(reference, { modelsFolder, reader, ...waiting }),
    (model) => prepareModel(model, createRunner),
  );
  return { post, log, modelsFolder, models, inspections: new InspectionShelf(), cache: new BlockCache() };
}

/** The kernels beside the worker; without them, or without SIMD, plain tfjs reads. */
function loadKernels(
  { binariesFolder: folder, wideVectors }: Pick<Required<WorkerData>, 'binariesFolder' | 'wideVectors'>,
  log: Log,
): Kernels | null {
  try {
    const read = (build: string): Uint8Array => readFileSync(path.join(folder, `kernels-${build}.wasm`));
    const thread = maybeSecondThread(folder, log);
    const builds = (memory = ''): Builds => ({
      simd: read(`simd${memory}`),
      relaxed: read(`relaxed${memory}`),
      ...(wideVectors && { wide: read(`wide${memory}`) }),
    });
    const start = (wideHost?: WideHost): Kernels | null =>
      startKernels({ ...builds(), wideHost, second: thread && { ...thread, ...builds('-shared') } });
    const kernels = wideVectors ? tryWide(start) : start();
    log.info(
      kernels
        ? `Reading with the ${kernels.path} kernels${kernels.isWide ? ', 256 bits wide' : ''}.`
        : 'This host has no WebAssembly SIMD: reading with plain tfjs.',
    );
    return kernels;
  } catch (thrown) {
    log.warn(
      `The kernels cannot be used; reading with plain tfjs: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
    return null;
  }
}

function createLog(post: (message: WorkerToHost) => void): Log {
  const write = (level: 'info' | 'warn' | 'error') => (message: string) => post({ type: 'log', level, message });
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

run();

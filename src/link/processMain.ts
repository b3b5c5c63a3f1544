import { isMainThread } from 'node:worker_threads';
import { runCachedScript } from './cachedScript';
import { type EngineStart } from './engine';
import { startThread } from './engineThread';
import { type FromProcess, packMessage, type ToProcess, unpackMessage } from './processMessages';

/**
 * Entry of the engine's own process. The engine is a thread in it and this main thread hands messages on, so that a
 * cancel reaches the engine's port while it computes.
 */
function run(): void {
  // Whoever started it is gone: nothing is worth finishing, and a thread inside native code could not be ended
  // otherwise.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches all processes of a terminal; what is to end in order is told by whoever started this one.
  process.on('SIGINT', () => undefined);
  process.once('message', (start) => openEngine(start as EngineStart));
  send({ type: 'up' });
}

function openEngine(start: EngineStart): void {
  const { workerPath, codeFolder } = start;
  const engine =
    codeFolder === undefined ? startThread(start) : startThread(start, [__filename, workerPath, codeFolder]);
  engine.listen({
    onMessage: (message) => send(packMessage(message)),
    onError: (error) => {
      const { code } = error as NodeJS.ErrnoException;
      send({ type: 'failed', message: error.stack ?? error.message, ...(code === undefined ? {} : { code }) });
    },
    // By then all that was sent before has gone out.
    onExit: (how) => send({ type: 'ended', how }, () => process.exit(1)),
  });
  process.on('message', (message: ToProcess) => engine.post(unpackMessage(message as Uint8Array)));
}

function send(message: FromProcess, onSent: () => void = () => undefined): void {
  process.send?.(message, undefined, undefined, onSent);
}

/** As the script of the engine's thread: it runs dist/worker.js from compiled code. */
function runWorker([workerPath, codeFolder]: readonly string[]): void {
  if (workerPath !== undefined && codeFolder !== undefined) runCachedScript(workerPath, codeFolder);
}

if (isMainThread) run();
else runWorker(process.argv.slice(2));

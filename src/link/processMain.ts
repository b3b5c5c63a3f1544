import { type EngineStart } from './engine';
import { startThread } from './engineThread';
import { type FromProcess, packMessage, type ToProcess, unpackMessage } from './processMessages';

/**
 * Entry of the engine's own process. The engine is a thread in it and this main thread hands messages on, so that a cancel
 * reaches the engine's port while it computes.
 */
function run(): void {
  // Whoever started it is gone: nothing is worth finishing, and a thread inside native code could not be ended otherwise.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.once('message', (start) => openEngine(start as EngineStart));
  send({ type: 'up' });
}

function openEngine(start: EngineStart): void {
  const engine = startThread(start);
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

run();

import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type PeerProcess } from './row';

const python = '/usr/bin/python3';
let hasTorch: boolean | undefined;

/** Starts a script of this folder with one thread; it reads lines and answers each with one line of JSON. */
export async function startPythonPeer(script: string, args: readonly string[]): Promise<PeerProcess | null> {
  hasTorch ??= spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;
  if (!hasTorch) return null;
  return startProcess(python, [path.join(__dirname, script), ...args]);
}

/**
 * Starts a module of this folder in a Node of its own, the same version: a peer that must not see what this process has
 * registered.
 */
export function startNodePeer(module: string, args: readonly string[]): PeerProcess {
  return startProcess(process.execPath, ['--import', 'tsx', path.join(__dirname, module), ...args]);
}

function startProcess(command: string, args: readonly string[]): PeerProcess {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}.`)));
  });
  ended.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const answer = await Promise.race([lines.next(), ended]);
      if (answer.done === true) throw new Error(`${args.join(' ')} gave no answer.`);
      return JSON.parse(answer.value) as unknown;
    },
    dispose: () => {
      child.kill();
    },
  };
}

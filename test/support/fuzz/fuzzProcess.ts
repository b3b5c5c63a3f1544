import * as esbuild from 'esbuild';
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { processorMs } from '../processTable';
import { fixture } from './fixture';
import { type FuzzAnswer, type FuzzOrder } from './fuzzMessages';
import { writeFileSync } from 'node:fs';

/**
 * Bundles the fuzz suite's process, and beside it the reader's thread as the extension has it; gives the former's path.
 */
export async function buildFuzzProcess(folder: string): Promise<string> {
  const root = path.resolve(__dirname, '../../..');
  await esbuild.build({
    entryPoints: {
      fuzz: path.join(root, 'test/support/fuzz/fuzzMain.ts'),
      reader: path.join(root, 'src/worker/readerMain.ts'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    charset: 'utf8',
    logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  writeFileSync(path.join(folder, 'healthy.h5'), fixture('weights-only.weights.h5'));
  writeFileSync(path.join(folder, 'healthy.json'), fixture('weights-only.json'));
  return path.join(folder, 'fuzz.js');
}

/**
 * What came of a variant: the code is `abort` where the process ended, `hang` where it was ended since it gave no
 * answer.
 */
export interface Outcome extends FuzzAnswer {
  readonly tookMs: number;
}

/** What hangs uses the processor for so much of its time. */
const busyShare = 0.75;

/** A process that opens one strange file after the other, and is started anew where one ended it. */
export class FuzzProcess {
  private child: ChildProcess | null = null;

  constructor(private readonly script: string) {}

  /**
   * Opens a file; after `mostMs` it counts as hanging, and the process is ended. Time that a busy machine gave to
   * others does not count, up to ten times as much.
   */
  async open(order: FuzzOrder, mostMs: number): Promise<Outcome> {
    if (this.child === null) {
      this.child = fork(this.script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      await this.ask({ file: path.join(path.dirname(this.script), 'healthy.h5'), isLab: false }, 60_000);
    }
    return await this.ask(order, mostMs);
  }

  /** Ends the process; the next order starts another. */
  dispose(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private ask(order: FuzzOrder, mostMs: number): Promise<Outcome> {
    const { child } = this;
    if (child === null) throw new Error('The process that opens strange files does not start.');
    const [begin, usedBefore] = [performance.now(), processorMs(child.pid ?? 0)];
    const isOver = (): boolean => {
      const [tookMs, usedMs] = [performance.now() - begin, processorMs(child.pid ?? 0) - usedBefore];
      return tookMs > 10 * mostMs || (tookMs > mostMs && !(usedMs < busyShare * mostMs));
    };
    return new Promise((resolve) => {
      const finish = (answer: FuzzAnswer): void => {
        clearInterval(timer);
        child.off('message', finish).off('exit', onExit);
        if (answer.code === 'abort' || answer.code === 'hang') this.dispose();
        resolve({ ...answer, tookMs: performance.now() - begin });
      };
      const end = (code: 'abort' | 'hang', message: string): void => finish({ code, message, peakMegabytes: 0 });
      const onExit = (code: number | null, signal: string | null): void =>
        end('abort', `the process ended (${signal ?? String(code)})`);
      const timer = setInterval(() => isOver() && end('hang', `no answer in ${Math.round(mostMs)} ms`), 100);
      child.on('message', finish).on('exit', onExit);
      child.send(order);
    });
  }
}

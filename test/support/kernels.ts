import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Kernels, loadKernels, type StartThread } from '../../src/kernels/loadKernels';
import { type WideHost } from '../../src/kernels/wideKernels';
import { tryWide } from '../../src/worker/wideVectors';

const root = path.resolve(__dirname, '../..');
const sources = path.join(root, 'src/kernels/assembly');
const folder = path.join(root, 'out/kernels');
const names = { simd: 'kernels-simd.wasm', relaxed: 'kernels-relaxed.wasm', wide: 'kernels-wide.wasm' } as const;

interface KernelBuild {
  readonly buildKernels: (folder: string) => Promise<void>;
}

/** The same with a second thread, which is bundled from these sources. */
export async function useKernelsOnTwoThreads(): Promise<Kernels> {
  await useKernels();
  const { build: bundle } = await import('esbuild');
  const own = mkdtempSync(path.join(tmpdir(), 'columns-'));
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  const script = path.join(own, 'columns.js');
  await bundle({
    entryPoints: [path.join(root, 'src/worker/columnsMain.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const startThread: StartThread = (handed) => {
    const thread = new Worker(script, { workerData: handed });
    thread.unref();
    return { end: () => void thread.terminate() };
  };
  const read = (name: string): Uint8Array => readFileSync(path.join(folder, `kernels-${name}.wasm`));
  const second = {
    startThread,
    mayStart: () => true,
    simd: read('simd-shared'),
    relaxed: read('relaxed-shared'),
    wide: read('wide-shared'),
  };
  return tryWide((wideHost) =>
    loadKernels({ simd: read('simd'), relaxed: read('relaxed'), wide: read('wide'), wideHost, second }),
  ) as Kernels;
}

/**
 * Compiles the kernels where the sources are newer, and loads them: the build that this Node runs best, or the one
 * named, where this Node can run it. Whether `wide` is taken does not hang on how busy the machine is, as it does where
 * none is named.
 */
export async function useKernels(build?: keyof typeof names): Promise<Kernels> {
  if (!isFresh()) {
    const { buildKernels } = (await import(
      pathToFileURL(path.join(root, 'src/kernels/build.mjs')).href
    )) as KernelBuild;
    await buildKernels(folder);
  }
  const [simd, relaxed, wide] = Object.values(names).map((name) => readFileSync(path.join(folder, name))) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const load = (host?: WideHost): Kernels | null =>
    loadKernels({
      simd,
      ...(build !== 'simd' && {
        relaxed,
        wide,
        wideHost: host && { ...host, ...(build === 'wide' && { now: steadyClock() }) },
      }),
    });
  const kernels = build === 'simd' || build === 'relaxed' ? load() : tryWide(load);
  if (!kernels) throw new Error('This Node has no WebAssembly SIMD.');
  return kernels;
}

/** A clock by which everything takes as long as everything else, as joined vectors do. */
function steadyClock(): () => number {
  let time = 0;
  return () => time++;
}

function isFresh(): boolean {
  const outputs = Object.values(names)
    .flatMap((name) => [name, name.replace('.wasm', '-shared.wasm')])
    .map((name) => path.join(folder, name));
  if (!outputs.every((file) => existsSync(file))) return false;
  const oldest = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  const inputs = readdirSync(sources).map((name) => path.join(sources, name));
  return [...inputs, path.join(root, 'src/kernels/build.mjs')].every((file) => statSync(file).mtimeMs < oldest);
}

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { fastRunners, startKernels } from '../../../src/engine/forward/fastRunner';
import { unhurried } from '../../support/unhurried';
import { type PreparedModel, prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { tryWide } from '../../../src/worker/wideVectors';
import { useWasmBackend } from '../../support/tfjsBackend';
import { startNodePeer } from '../peerProcess';
import { fieldsRead, makeText, openProse, proseFile, readText, root } from '../proseReading';
import { type PeerProcess, type Row } from '../row';

const megabyte = 1024 * 1024;
const missing = 'media/models/prose-lstm or dist/kernels-*.wasm is missing: npm run build first.';

/** prose-lstm on the kernels as they ship, or null where it has not been built. */
async function prepareProse(): Promise<PreparedModel | null> {
  const builds = ['simd', 'relaxed', 'wide'].map((build) => path.join(root, 'dist', `kernels-${build}.wasm`));
  if (![proseFile, ...builds].every((each) => existsSync(each))) return null;
  await useWasmBackend();
  const [simd, relaxed, wide] = builds.map((each) => readFileSync(each)) as [Buffer, Buffer, Buffer];
  const kernels = tryWide((wideHost) => startKernels({ simd, relaxed, wide, wideHost }));
  return prepareModel(openProse(), fastRunners(kernels));
}

/**
 * Throws where the fields of two readings differ by more than `tolerance` x max(1, |value|) anywhere; 0 asks for equal
 * bits.
 */
function compare(one: readonly Float32Array[], other: readonly Float32Array[], tolerance: number): void {
  one.forEach((a, k) => {
    const b = other[k] as Float32Array;
    const at = a.findIndex(
      (value, index) => !(Math.abs(value - (b[index] as number)) <= tolerance * Math.max(1, Math.abs(value))),
    );
    if (at >= 0)
      throw new Error(`${fieldsOf('lstm')[k]}[${at}]: ${a[at]} and ${b[at]} differ by more than ${tolerance}.`);
  });
}

/** What the plain operations read, in a process that has none of our kernels. */
async function readByPeer(peer: PeerProcess): Promise<readonly Float32Array[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'fields.bin');
    await peer.ask(`keep ${file}`);
    const bytes = new Uint8Array(readFileSync(file));
    const length = bytes.byteLength / fieldsOf('lstm').length;
    return fieldsOf('lstm').map((_, k) => new Float32Array(bytes.buffer, k * length, length / 4));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Memory of a trace while it is read: kept fields, the states between blocks, and the ids. */
function bytesOf(reading: Reading, cache: BlockCache): number {
  const states = reading.directions.reduce(
    (sum, { steps, blockSteps, shape }) => sum + Math.ceil(steps / blockSteps) * 8 * shape.units,
    0,
  );
  return cache.keptBytes + states + 4 * reading.steps;
}

const bars = { time: { reach: 5000, must: 10000 }, memory: { reach: 64, must: 256 } };

export const rows: readonly Row[] = [
  {
    name: 'text in, all fields out, prose-lstm, 10,000 characters',
    peer: 'tfjs plain ops (WASM), as npm has it',
    bars: { 24: { reach: 0.01, must: 0.02 } },
    warmUps: 1,
    mostRuns: 7,
    async prepare() {
      const prepared = await prepareProse();
      if (!prepared) return missing;
      const text = makeText(10_000);
      const peer = startNodePeer('plainPeer.ts', [String(text.length)]);
      // One cache serves all inspections of a worker, so that a closed one's arrays are there for the next.
      const cache = new BlockCache();
      return {
        ours: async () => (await readText(prepared, text, cache)).dispose(),
        peer: async () => ((await peer.ask('read')) as { readonly ms: number }).ms,
        check: async () =>
          compare(fieldsRead(await readText(prepared, text, new BlockCache())), await readByPeer(peer), 1e-4),
        dispose: () => peer.dispose(),
      };
    },
  },
  {
    name: 'an edit in the middle of 10,000 characters',
    peer: 'whole recomputation on the same path',
    bars: { 24: { reach: 0.5, must: 0.6 }, 20: { reach: 0.5, must: 0.6 } },
    async prepare() {
      const prepared = await prepareProse();
      if (!prepared) return missing;
      const before = makeText(10_000);
      const after = `${before.slice(0, 5000)}Z${before.slice(5000)}`;
      const cache = new BlockCache();
      const previous = await readText(prepared, before, cache);
      return {
        ours: async () => void (await readText(prepared, after, cache, previous)),
        peer: async () => void (await readText(prepared, after, new BlockCache())),
        check: async () =>
          compare(
            fieldsRead(await readText(prepared, after, cache, previous)),
            fieldsRead(await readText(prepared, after, new BlockCache())),
            0,
          ),
      };
    },
  },
  ...(['time', 'memory'] as const).map((what): Row => ({
    name: `a million characters through prose-lstm, ${what === 'time' ? 'time' : 'peak memory of the trace'}`,
    peer: null,
    unit: what === 'time' ? 'ms' : 'MB',
    bars: { 24: bars[what] },
    warmUps: 0,
    minimumRuns: what === 'time' ? 7 : 1,
    mostRuns: what === 'time' ? 7 : 1,
    async prepare() {
      const prepared = await prepareProse();
      if (!prepared) return missing;
      const text = makeText(1_000_000);
      let last: Reading | undefined;
      return {
        ours: async () => {
          last?.dispose();
          const cache = new BlockCache(48 * megabyte);
          const begin = performance.now();
          const reading = new Reading(prepared, { kind: 'text', text }, cache);
          let peak = 0;
          await reading.compute(unhurried, () => (peak = Math.max(peak, bytesOf(reading, cache))));
          last = reading;
          return what === 'time' ? performance.now() - begin : peak / megabyte;
        },
        check: () => {
          const c = last?.direction(0, 'forward').field('c', 999_900, 1_000_000);
          if (c?.length !== 100 * (last?.directions[0]?.shape.units ?? 0))
            throw new Error('The end of the text was not read.');
        },
      };
    },
  })),
];

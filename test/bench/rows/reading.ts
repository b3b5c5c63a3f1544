import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createRandom } from '../../../src/base/random';
import { BlockCache } from '../../../src/engine/blockCache';
import { fastRunners, startKernels } from '../../../src/engine/fastRunner';
import { unhurried } from '../../../src/engine/pace';
import { createPlainRunner } from '../../../src/engine/plainRunner';
import { type PreparedModel, prepareModel } from '../../../src/engine/preparedModel';
import { Reading } from '../../../src/engine/reading';
import { bundledModelPath } from '../../../src/models/bundled';
import { openModelFiles } from '../../../src/models/fileAccess';
import { applySettings, readSettingsBeside } from '../../../src/models/applySettings';
import { readJsonModel } from '../../../src/models/readJsonModel';
import { type RecurrentModel } from '../../../src/models/recurrentModel';
import { fieldsOf } from '../../../src/trace/cellKind';
import { useWasmBackend } from '../../support/tfjsBackend';
import { type Row } from '../row';

const root = path.resolve(__dirname, '../../..');
const megabyte = 1024 * 1024;
const missing = 'media/models/prose-lstm or dist/kernels-*.wasm is missing: npm run build first.';

/** prose-lstm on the kernels (and on plain tfjs), or null where it has not been built. */
async function openProse(): Promise<{ readonly fast: PreparedModel; readonly plain: PreparedModel } | null> {
  const file = bundledModelPath(path.join(root, 'media/models'), 'prose-lstm');
  const kernels = ['simd', 'relaxed'].map((build) => path.join(root, 'dist', `kernels-${build}.wasm`));
  if (![file, ...kernels].every((each) => existsSync(each))) return null;
  await useWasmBackend();
  const files = openModelFiles(file);
  const settings = readSettingsBeside(files);
  const model: RecurrentModel = settings ? applySettings(readJsonModel(files), settings) : readJsonModel(files);
  files.close();
  const [simd, relaxed] = kernels.map((each) => readFileSync(each)) as [Buffer, Buffer];
  return { fast: prepareModel(model, fastRunners(startKernels({ simd, relaxed }))), plain: prepareModel(model, createPlainRunner) };
}

/** A text of plain characters with words of random length, always the same. */
function makeText(length: number): string {
  const random = createRandom(12);
  return Array.from({ length }, () => (random() < 0.17 ? ' ' : String.fromCharCode(97 + Math.floor(26 * random())))).join('');
}

async function read(prepared: PreparedModel, text: string, cache: BlockCache, previous?: Reading): Promise<Reading> {
  const reading = new Reading(prepared, { kind: 'text', text }, cache, previous ? { previous } : {});
  await reading.compute(unhurried);
  return reading;
}

/** Throws where two readings differ by more than `tolerance` x max(1, |value|) anywhere; 0 asks for equal bits. */
function compare(one: Reading, other: Reading, tolerance: number): void {
  const fields = fieldsOf('lstm');
  const pairs = fields.map((field) => [one, other].map((each) => each.direction(0, 'forward').field(field, 0, each.steps)) as [Float32Array, Float32Array]);
  pairs.forEach(([a, b], k) => {
    const at = a.findIndex((value, index) => !(Math.abs(value - (b[index] as number)) <= tolerance * Math.max(1, Math.abs(value))));
    if (at >= 0) throw new Error(`${fields[k]}[${at}]: ${a[at]} and ${b[at]} differ by more than ${tolerance}.`);
  });
}

/** Memory of a trace while it is read: kept fields, the states between blocks, and the ids. */
function bytesOf(reading: Reading, cache: BlockCache): number {
  const states = reading.directions.reduce((sum, { steps, blockSteps, shape }) => sum + Math.ceil(steps / blockSteps) * 8 * shape.units, 0);
  return cache.keptBytes + states + 4 * reading.steps;
}

const bars = { time: { reach: 5000, must: 10000 }, memory: { reach: 64, must: 256 } };

export const rows: readonly Row[] = [
  {
    name: 'text in, all fields out, prose-lstm, 10,000 characters',
    peer: 'tfjs plain ops (WASM)',
    bars: { 24: { reach: 0.01, must: 0.02 } },
    warmUps: 1,
    mostRuns: 7,
    async prepare() {
      const models = await openProse();
      if (!models) return missing;
      const text = makeText(10_000);
      const run = (prepared: PreparedModel, cache = new BlockCache()) => read(prepared, text, cache);
      // One cache serves all inspections of a worker, so that a closed one's arrays are there for the next.
      const [fastCache, plainCache] = [new BlockCache(), new BlockCache()];
      return {
        ours: async () => (await run(models.fast, fastCache)).dispose(),
        peer: async () => (await run(models.plain, plainCache)).dispose(),
        check: async () => compare(await run(models.fast), await run(models.plain), 1e-4),
      };
    },
  },
  {
    name: 'an edit in the middle of 10,000 characters',
    peer: 'whole recomputation on the same path',
    bars: { 24: { reach: 0.5, must: 0.6 }, 20: { reach: 0.5, must: 0.6 } },
    async prepare() {
      const models = await openProse();
      if (!models) return missing;
      const before = makeText(10_000);
      const after = `${before.slice(0, 5000)}Z${before.slice(5000)}`;
      const cache = new BlockCache();
      const previous = await read(models.fast, before, cache);
      return {
        ours: async () => void (await read(models.fast, after, cache, previous)),
        peer: async () => void (await read(models.fast, after, new BlockCache())),
        check: async () => compare(await read(models.fast, after, cache, previous), await read(models.fast, after, new BlockCache()), 0),
      };
    },
  },
  ...(['time', 'memory'] as const).map(
    (what): Row => ({
      name: `a million characters through prose-lstm, ${what === 'time' ? 'time' : 'peak memory of the trace'}`,
      peer: null,
      unit: what === 'time' ? 'ms' : 'MB',
      bars: { 24: bars[what] },
      warmUps: 0,
      minimumRuns: what === 'time' ? 7 : 1,
      mostRuns: what === 'time' ? 7 : 1,
      async prepare() {
        const models = await openProse();
        if (!models) return missing;
        const text = makeText(1_000_000);
        let last: Reading | undefined;
        return {
          ours: async () => {
            last?.dispose();
            const cache = new BlockCache(48 * megabyte);
            const begin = performance.now();
            const reading = new Reading(models.fast, { kind: 'text', text }, cache);
            let peak = 0;
            await reading.compute(unhurried, () => (peak = Math.max(peak, bytesOf(reading, cache))));
            last = reading;
            return what === 'time' ? performance.now() - begin : peak / megabyte;
          },
          check: () => {
            const c = last?.direction(0, 'forward').field('c', 999_900, 1_000_000);
            if (c?.length !== 100 * (last?.directions[0]?.shape.units ?? 0)) throw new Error('The end of the text was not read.');
          },
        };
      },
    }),
  ),
];

import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { hasRelaxedSimd } from '../../../src/kernels/loadKernels';
import { compileWide } from '../../../src/kernels/wideKernels';
import { tryWide } from '../../../src/worker/wideVectors';
import { type Row, type Sides } from '../row';

/** What test/bench/assembly/limits.ts exports. */
interface Limits {
  multiplyAdds(times: number): number;
  readBlock(bytes: number, times: number): number;
  multiplyAddPairs(times: number): number;
  readBlockPairs(bytes: number, times: number): number;
}

/** The functions of a width of vectors: V8's own 128 bits, or joined to 256 as the wide kernels are. */
const functionsOf = {
  128: { multiplyAdds: 'multiplyAdds', flopsARound: 96, readBlock: 'readBlock' },
  256: { multiplyAdds: 'multiplyAddPairs', flopsARound: 128, readBlock: 'readBlockPairs' },
} as const;
type Bits = keyof typeof functionsOf;

interface KernelBuild {
  readonly builds: Readonly<Record<string, readonly string[]>>;
  readonly compileModule: (file: string, features: readonly string[]) => Promise<Uint8Array<ArrayBuffer>>;
}

const pageBytes = 65536;
const roundsOfMultiplyAdds = 2_000_000;
/** Sizes in KiB that lie in the first and second level of the cache, in the third, and in memory. */
const sizes = [32, 256, 4096, 32768] as const;
const bytesARun = 200e6;

async function loadLimits(memory: WebAssembly.Memory, bits: Bits): Promise<Limits | undefined> {
  const root = path.resolve(__dirname, '../../..');
  const { builds, compileModule } = (await import(
    pathToFileURL(path.join(root, 'src/kernels/build.mjs')).href
  )) as KernelBuild;
  const features = builds[hasRelaxedSimd() ? 'kernels-relaxed.wasm' : 'kernels-simd.wasm'] ?? [];
  const bytes = await compileModule(path.join(root, 'test/bench/assembly/limits.ts'), features);
  const module =
    bits === 128
      ? new WebAssembly.Module(bytes)
      : tryWide((host) => host && compileWide(Buffer.concat([bytes, emptySection]), host));
  if (!module) return undefined;
  const limits = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Limits;
  // V8 compiles a function anew, in the background, once it has been called often.
  for (let run = 0; run < 20; run++) {
    limits.multiplyAdds(20_000);
    limits.readBlock(pageBytes, 100);
    await setTimeout(10);
  }
  return limits;
}

/**
 * A custom section without meaning: V8 keeps what it has compiled, and would take the module of 128 bits again for
 * equal bytes.
 */
const emptySection = Uint8Array.of(0, 2, 1, 0x78);

const noJoining = 'This V8 joins no vectors.';

/** The highest speed so far, for it is a limit that is sought: GFLOP/s or GB/s where `work` tells how much it did. */
function speedOf(work: () => number, check: () => void): Sides {
  let highest = 0;
  return {
    ours: () => {
      const begin = performance.now();
      const done = work();
      highest = Math.max(highest, done / 1e6 / (performance.now() - begin));
      return highest;
    },
    check,
  };
}

async function multiplyAdds(bits: Bits): Promise<Sides | string> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float32Array(memory.buffer, 0, 8).fill(0.5);
  const limits = await loadLimits(memory, bits);
  if (!limits) return noJoining;
  const { multiplyAdds: name, flopsARound } = functionsOf[bits];
  let sum = 0;
  const work = (): number => {
    sum = limits[name](roundsOfMultiplyAdds);
    return roundsOfMultiplyAdds * flopsARound;
  };
  return speedOf(work, () => {
    if (!(sum > roundsOfMultiplyAdds)) throw new Error(`Expected a sum above ${roundsOfMultiplyAdds}, got ${sum}.`);
  });
}

async function readMemory(kibibytes: number, bits: Bits): Promise<Sides | string> {
  const bytes = kibibytes * 1024;
  const memory = new WebAssembly.Memory({ initial: Math.max(1, bytes / pageBytes) + 1 });
  // An untouched memory is one page of zeros, wherever it is read.
  new Int32Array(memory.buffer)[0] = 5;
  new Int32Array(memory.buffer).fill(3, 1);
  const limits = await loadLimits(memory, bits);
  if (!limits) return noJoining;
  const times = Math.ceil(bytesARun / bytes) | 1;
  let last = 0;
  const work = (): number => {
    last = limits[functionsOf[bits].readBlock](bytes, times);
    return bytes * times;
  };
  return speedOf(work, () => {
    // Equal numbers cancel; only the odd one at the beginning is left, as often as it was read.
    if (last !== (3 ^ 5)) throw new Error(`Expected ${3 ^ 5} of an odd number of rounds, got ${last}.`);
  });
}

/** What bounds the kernels: one core inside WebAssembly, in the build that this Node runs, and with vectors joined. */
export const rows: readonly Row[] = ([128, 256] as const).flatMap((bits) => {
  const nodes = bits === 256 ? { nodes: [24] as const } : {};
  const vectors = bits === 256 ? ', vectors joined' : '';
  return [
    {
      name: `machine: peak of multiply-adds in WebAssembly, one core${vectors}`,
      peer: null,
      unit: 'GFLOP/s',
      ...nodes,
      prepare: () => multiplyAdds(bits),
    },
    ...sizes.map((kibibytes): Row => ({
      name: `machine: reading ${kibibytes} KiB over and over in WebAssembly, one core${vectors}`,
      peer: null,
      unit: 'GB/s',
      ...nodes,
      prepare: () => readMemory(kibibytes, bits),
    })),
  ];
});

import { activationCode } from './kernelCodes';
import { type KernelExports } from './kernelExports';

// V8 from 13 on can join two neighbouring operations on 128 bits into one on 256 where the processor has AVX2, behind a
// flag:
// --experimental-wasm-revectorize. The wide build is the relaxed one with tiles and panels twice as broad, made for
// that; it gives the same bits. Where vectors are not joined it spills its accumulators and is slower than the other,
// so it is tried before it is used.

/** What the host lends: `v8.setFlagsFromString` (kernels know no Node) and a clock in milliseconds. */
export interface WideHost {
  readonly setFlags: (flags: string) => void;
  readonly now: () => number;
}

/**
 * While these are set, a module is compiled as a whole by the optimizing compiler, which is the one that joins vectors.
 */
const compileFlags = ['experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation'] as const;

/** Compiles a wide module with the flags set for just as long. */
export function compileWide(bytes: ArrayBuffer | ArrayBufferView, { setFlags }: WideHost): WebAssembly.Module {
  for (const flag of compileFlags) setFlags(`--${flag}`);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const flag of compileFlags) setFlags(`--${flag.startsWith('no-') ? flag.slice(3) : `no-${flag}`}`);
  }
}

/** A product of 7 rows, so of a tile and a single row, and enough columns for a panel and some rest. */
const trial = { rows: 7, depth: 64, columns: 104 } as const;
const at = { constants: 64, a: 1024, b: 4096, c: 65536, panels: 131072 } as const;

type Instantiate = (memory: WebAssembly.Memory) => KernelExports;

/** Whether this host joined the vectors of the wide kernels, and they give the bits of the narrow ones. */
export function isWideBetter(wide: Instantiate, narrow: Instantiate, { now }: WideHost): boolean {
  const [ours, others] = [wide, narrow].map(tryOut) as [Trial, Trial];
  return ours.bits.every((word, k) => word === others.bits[k]) && isJoined(ours.kernels, now);
}

interface Trial {
  readonly kernels: KernelExports;
  /** A product, and sigmoid and tanh of it. */
  readonly bits: Int32Array;
}

function tryOut(instantiate: Instantiate): Trial {
  const { rows, depth, columns } = trial;
  const memory = new WebAssembly.Memory({ initial: 4 });
  const kernels = instantiate(memory);
  kernels.prepareConstants(at.constants);
  const floats = new Float32Array(memory.buffer);
  // Numbers between -1 and 1, few of them exact.
  for (let k = 0; k < rows * depth; k++) floats[at.a / 4 + k] = ((k * 7919) % 1009) / 504.5 - 1;
  for (let k = 0; k < depth * columns; k++) floats[at.b / 4 + k] = ((k * 104729) % 997) / 498.5 - 1;
  kernels.packPanels(at.b, columns * 4, 4, depth, columns, at.panels);
  kernels.multiply(at.a, depth * 4, rows, depth, at.panels, columns, at.c, columns * 4, at.c, columns * 4);
  const bytes = rows * columns * 4;
  for (const [k, activation] of (['sigmoid', 'tanh'] as const).entries()) {
    kernels.activate(activationCode(activation) as number, at.c, at.c + (k + 1) * bytes, bytes);
  }
  return { kernels, bits: new Int32Array(memory.buffer.slice(at.c, at.c + 3 * bytes)) };
}

/**
 * A row against 64 columns takes about as long as against 32 where vectors are joined, because either waits for the
 * same chain of sums; where they are not, it takes twice as long and more.
 */
function isJoined(kernels: KernelExports, now: () => number): boolean {
  const shortest = { 32: Infinity, 64: Infinity };
  for (let run = 0; run < 9; run++) {
    for (const columns of [32, 64] as const) {
      const begin = now();
      for (let n = 0; n < 50; n++) kernels.multiply(at.a, 0, 1, trial.depth, at.panels, columns, at.c, 0, at.c, 0);
      shortest[columns] = Math.min(shortest[columns], now() - begin);
    }
  }
  return shortest[64] < 1.5 * shortest[32];
}

import { performance } from 'node:perf_hooks';
import { type Row } from '../row';

const length = 4 * 1024 * 1024;

/** What one core reads from memory in plain JavaScript; the rows of the kernels state the limits inside WASM. */
export const rows: readonly Row[] = [
  {
    name: 'machine: copy 16 MiB of float32 (one core)',
    peer: null,
    unit: 'GB/s',
    prepare() {
      const from = new Float32Array(length).fill(1);
      const to = new Float32Array(length);
      return {
        ours: () => {
          const begin = performance.now();
          to.set(from);
          return (2 * length * Float32Array.BYTES_PER_ELEMENT) / 1e6 / (performance.now() - begin);
        },
        check: () => {
          if (to[length - 1] !== 1) throw new Error(`Expected 1 at the end of the copy, got ${to[length - 1]}.`);
        },
      };
    },
  },
];

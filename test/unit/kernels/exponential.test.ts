import assert from 'node:assert/strict';
import { hasRelaxedSimd, type Kernels } from '../../../src/kernels/loadKernels';
import { createArena } from '../../../src/kernels/arena';
import { useKernels } from '../../support/kernels';

const smallestNormal = 2 ** -126;
const largest = 3.4028234663852886e38;
const block = 1 << 15;

interface Case {
  readonly name: string;
  readonly exact: (x: number) => number;
  readonly compute: (kernels: ReturnType<typeof createArena>['kernels'], at: number, bytes: number) => void;
}

const cases: readonly Case[] = [
  { name: 'exp', exact: Math.exp, compute: (kernels, at, bytes) => kernels.exponential(at, bytes) },
  {
    name: 'sigmoid',
    exact: (x) => 1 / (1 + Math.exp(-x)),
    compute: (kernels, at, bytes) => kernels.activate(2, at, at, bytes),
  },
  { name: 'tanh', exact: Math.tanh, compute: (kernels, at, bytes) => kernels.activate(1, at, at, bytes) },
];

/** The distance of two floats next to y. */
function unitInTheLastPlace(y: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(y))), -126) - 23);
}

/**
 * Runs over every float whose bits are `from + k stride`, and gives the largest error where the result is a normal
 * number.
 */
function worstError(
  kernels: Kernels,
  { exact, compute }: Case,
  { from, to, stride }: { from: number; to: number; stride: number },
): number {
  const arena = createArena(kernels);
  const at = arena.allocate(block * 4);
  const bits = new Uint32Array(arena.memory.buffer, at, block);
  const values = new Float32Array(arena.memory.buffer, at, block);
  let worst = 0;
  for (let start = from; start < to; start += block * stride) {
    for (let k = 0; k < block; k++) bits[k] = Math.min(start + k * stride, to - 1);
    const inputs = values.slice();
    compute(arena.kernels, at, block * 4);
    for (let k = 0; k < block; k++) {
      const x = inputs[k] as number;
      const y = values[k] as number;
      const right = exact(x);
      if (Number.isNaN(x)) assert.ok(Number.isNaN(y), 'NaN stays NaN');
      else if (right > largest) assert.ok(y === Infinity || y >= largest * (1 - 1e-6), `${x}: ${y}`);
      else if (Math.abs(right) < smallestNormal)
        assert.ok(Math.abs(y - right) < smallestNormal, `${x}: ${y}, expected ${right}`);
      else worst = Math.max(worst, Math.abs(y - right) / unitInTheLastPlace(right));
    }
  }
  return worst;
}

for (const build of hasRelaxedSimd() ? (['simd', 'relaxed'] as const) : (['simd'] as const)) {
  describe(`exp, sigmoid and tanh of the ${build} build`, () => {
    let kernels: Kernels;
    before(async () => {
      kernels = await useKernels(build);
    });

    for (const each of cases) {
      it(`err by at most 3 units in the last place: ${each.name} over the whole range of float32`, () => {
        const error = worstError(kernels, each, { from: 0, to: 2 ** 32, stride: 3001 });
        assert.ok(error <= 3, `${error}`);
      });

      it(`err by at most 3 units in the last place: ${each.name} densely from 0.0625 to 100, both signs`, () => {
        for (const sign of [0, 0x80000000]) {
          const error = worstError(kernels, each, { from: sign + 0x3d800000, to: sign + 0x42c80000, stride: 127 });
          assert.ok(error <= 3, `${error}`);
        }
      });
    }

    it('saturate to exactly 0, 1 and -1, and keep NaN, infinities and the sign of zero', () => {
      const arena = createArena(kernels);
      const at = arena.allocate(64);
      const run = (compute: Case['compute'], inputs: readonly number[]): number[] => {
        arena.floats(at, 16).fill(0);
        arena.floats(at, inputs.length).set(inputs);
        compute(arena.kernels, at, 64);
        return Array.from(arena.floats(at, inputs.length));
      };
      const [exp, sigmoid, tanh] = cases as [Case, Case, Case];
      const edges = [-Infinity, -1000, -110, 0, 1000, Infinity, NaN];
      assert.deepEqual(run(exp.compute, edges), [0, 0, 0, 1, Infinity, Infinity, NaN]);
      assert.deepEqual(run(sigmoid.compute, edges), [0, 0, 0, 0.5, 1, 1, NaN]);
      assert.deepEqual(run(tanh.compute, [-Infinity, -1000, -10, -0, 0, 10, Infinity, NaN]), [
        -1,
        -1,
        -1,
        -0,
        0,
        1,
        1,
        NaN,
      ]);
    });
  });
}

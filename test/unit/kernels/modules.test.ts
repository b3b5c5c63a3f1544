import assert from 'node:assert/strict';
import { createArena } from '../../../src/kernels/arena';
import { hasRelaxedSimd } from '../../../src/kernels/loadKernels';
import { useKernels } from '../../support/kernels';

for (const build of hasRelaxedSimd() ? (['simd', 'relaxed'] as const) : (['simd'] as const)) {
  describe(`the compiled kernels of the ${build} build`, () => {
    it('write nothing where they are put: a memory may already hold tfjs, or weights that another thread packed', async () => {
      const kernels = await useKernels(build);
      const memory = new WebAssembly.Memory({ initial: 4 });
      new Uint8Array(memory.buffer).fill(7);
      kernels.instantiate(memory);
      assert.equal(
        new Uint8Array(memory.buffer).findIndex((byte) => byte !== 7),
        -1,
      );
    });

    it('give natural logarithms to 1e-15, and infinity and NaN as they are', async () => {
      const { kernels } = createArena(await useKernels(build));
      for (let x = 1e-30; x < 1e30; x *= 1.0371) {
        const right = Math.log(x);
        assert.ok(
          Math.abs(kernels.logarithm(x) - right) <= 1e-15 * Math.max(1, Math.abs(right)),
          `${x}: ${kernels.logarithm(x)}, not ${right}`,
        );
      }
      assert.equal(kernels.logarithm(1), 0);
      assert.equal(kernels.logarithm(Infinity), Infinity);
      assert.ok(Number.isNaN(kernels.logarithm(NaN)));
    });
  });
}

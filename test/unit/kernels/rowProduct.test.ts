import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { multiplyRows, type RowProduct } from '../../../src/cells/backwardProduct';
import { createRowProduct } from '../../../src/kernels/rowProduct';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';

describe('the float64 product of backpropagation', () => {
  let product: RowProduct;
  before(async () => {
    product = createRowProduct(await useKernels());
  });

  for (const [rows, columns, depth] of [
    [1, 1, 1],
    [1, 17, 5],
    [3, 16, 130],
    [4, 5, 8],
    [33, 127, 64],
    [64, 128, 512],
  ] as const) {
    it(`equals the plain one for ${rows} x ${columns} x ${depth}, also where it adds, within wider arrays`, () => {
      const random = createRandom(rows * columns);
      const draw = (n: number): Float64Array => Float64Array.from({ length: n }, () => drawNormal(random));
      const left = { data: draw(rows * (depth + 3) + 2), offset: 2, stride: depth + 3 };
      const right = { data: Float32Array.from(draw(columns * (depth + 1) + 1)), offset: 1, stride: depth + 1 };
      for (const add of [false, true, true]) {
        const start = draw(rows * (columns + 2) + 1);
        const [ours, plain] = [product, multiplyRows].map((multiply) => {
          const data = start.slice();
          multiply(left, right, { data, offset: 1, stride: columns + 2 }, { rows, columns, depth, add });
          return data;
        });
        assert.ok(relativeError(ours as Float64Array, plain as Float64Array) < 1e-13);
      }
    });
  }
});

import assert from 'node:assert/strict';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { referenceForward, type ReferenceFields } from '../../../src/cells/referenceForward';
import { normals, finish, randomCell } from './randomCell';

const [T, D, H] = [9, 3, 4];
const x = Float64Array.from(normals(T * D, 21));

function read(weights: CellWeights): ReferenceFields {
  return finish(referenceForward(weights, { steps: T, input: (t, into) => into.set(x.subarray(t * D, (t + 1) * D)) }));
}

/** Blocks z, g of rows of 2 H as blocks z, r, n of 3 H: z negated, r zero, n = g. */
function toGru(rows: Float32Array): Float32Array {
  const out = new Float32Array((rows.length / 2) * 3);
  for (let row = 0; row * 2 * H < rows.length; row++)
    for (let j = 0; j < H; j++) {
      out[row * 3 * H + j] = -(rows[row * 2 * H + j] as number);
      out[row * 3 * H + 2 * H + j] = rows[row * 2 * H + H + j] as number;
    }
  return out;
}

describe('a minGRU', () => {
  const minGru = randomCell('mingru', { D, H, seed: 3 }, { activation: 'linear', initialH: normals(H, 4) });

  it('is a GRU without recurrent kernel, with a linear candidate and the update gate turned round', () => {
    const gru: CellWeights = {
      ...minGru,
      cell: 'gru',
      kernel: toGru(minGru.kernel),
      recurrentKernel: new Float32Array(H * 3 * H),
      bias: toGru(minGru.bias),
    };
    const [own, theirs] = [read(minGru), read(gru)];
    for (const [field, values, sign] of [
      ['h', theirs.h, 0],
      ['g', theirs.n, 0],
      ['z', theirs.z, 1],
    ] as const)
      own[field]?.forEach((value, k) => {
        const other = (values as Float64Array)[k] as number;
        assert.ok(Math.abs(value - (sign === 1 ? 1 - other : other)) < 1e-12, `${field} ${k}`);
      });
  });

  it('keeps its state where z is 0 and takes the candidate where z is 1', () => {
    const shut = read({ ...minGru, bias: Float32Array.from(minGru.bias, (b, k) => (k < H ? -1e6 : b)) });
    assert.deepEqual([...(shut.h as Float64Array).subarray((T - 1) * H)], [...(minGru.initialH as Float32Array)]);
    const open = read({ ...minGru, bias: Float32Array.from(minGru.bias, (b, k) => (k < H ? 1e6 : b)) });
    assert.deepEqual(open.h, open.g);
  });
});

import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { type ForwardHook, referenceForward, type ReferenceFields } from '../../../src/cells/referenceForward';
import { unroll } from '../../../src/cells/unroll';
import { cellKinds, fieldsOf, type CellKind } from '../../../src/trace/reading/cellKind';
import { finish, normals, randomCell } from './randomCell';

const [T, D, H] = [5, 3, 4];
const x = normals(T * D, 3);

function read(weights: CellWeights, hook?: ForwardHook): ReferenceFields {
  return finish(
    referenceForward(weights, {
      steps: T,
      input: (t, into) => into.set(x.subarray(t * D, (t + 1) * D)),
      ...(hook !== undefined && { hook }),
    }),
  );
}

function valuesOf(fields: ReferenceFields, name: 'i' | 'g' | 'o' | 'c' | 'h' | 'z' | 'n'): number[] {
  return Array.from(fields[name] ?? assert.fail(`no ${name}`));
}

describe('the float64 reference of a cell', () => {
  before(() => tf.setBackend('cpu'));

  for (const kind of cellKinds)
    it(`gives what the float32 step of ${kind} gives`, () => {
      const weights = randomCell(kind, { D, H, seed: 5 });
      const exact = read(weights);
      const cell = createCellTensors(weights);
      const { fields } = unroll(cell, tf.tensor3d(x, [1, T, D]));
      for (const field of fieldsOf(kind)) {
        const rounded = (fields[field] ?? assert.fail(`no ${field}`)).dataSync();
        exact[field]?.forEach((value, k) =>
          assert.ok(Math.abs(value - (rounded[k] as number)) < 1e-6, `${field} ${k}`),
        );
      }
      cell.dispose();
    });

  const orders: Readonly<Record<CellKind, string>> = { lstm: 'aifgcoh', gru: 'azrnh', mingru: 'azgh', rnn: 'ah' };
  for (const kind of cellKinds)
    it(`shows a hook every gate and state of ${kind} in the order in which they come about`, () => {
      const seen: string[] = [];
      read(randomCell(kind, { D, H, seed: 6 }), (what, t) => void (t === 2 && seen.push(what)));
      assert.equal(seen.join(''), orders[kind]);
    });

  it('computes on with what a hook wrote: an LSTM that forgets everything holds i g alone', () => {
    const forced = read(
      randomCell('lstm', { D, H, seed: 7 }),
      (what, _t, values) => void (what === 'f' && values.fill(0)),
    );
    const [i, g, o, c, h] = (['i', 'g', 'o', 'c', 'h'] as const).map((name) => valuesOf(forced, name)) as [
      number[],
      number[],
      number[],
      number[],
      number[],
    ];
    c.forEach((value, k) => assert.equal(value, (i[k] as number) * (g[k] as number)));
    h.forEach((value, k) => assert.equal(value, (o[k] as number) * Math.tanh(c[k] as number)));
  });

  it('computes on with what a hook wrote: a GRU whose reset gate is shut proposes as if it had no past', () => {
    const weights = randomCell('gru', { D, H, seed: 8 });
    const shut: ForwardHook = (what, _t, values) => void (what === 'r' && values.fill(0));
    const without = { ...weights, recurrentKernel: new Float32Array(weights.recurrentKernel.length) };
    assert.deepEqual(valuesOf(read(weights, shut), 'n'), valuesOf(read(without), 'n'));
  });
});

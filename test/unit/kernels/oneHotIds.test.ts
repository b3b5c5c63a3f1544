import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { recurrentSequence } from '../../../src/cells/fusedKernels';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { type CellKind, gatesOf } from '../../../src/trace/reading/cellKind';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';
import { useWasmBackend } from '../../support/tfjsBackend';

const cells: readonly CellKind[] = ['lstm', 'gru', 'rnn'];

/** The largest float32 under 1: vectors with it are one-hot to all purposes, but the kernels multiply them. */
const nearlyOne = 1 - 2 ** -24;

/** Loss and weight gradients of a sequence whose x is ids, or vectors with `one` at the place of the same ids. */
function run(
  cell: CellKind,
  [B, T, D, H]: readonly [number, number, number, number],
  one: number | 'ids',
): readonly Float32Array[] {
  const random = createRandom(7);
  const draw = (...shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => drawNormal(random) * 0.4),
      shape,
    );
  const ids = Int32Array.from({ length: B * T }, () => Math.floor(random() * D));
  const vectors = new Float32Array(B * T * D);
  ids.forEach((id, at) => (vectors[at * D + id] = one === 'ids' ? 1 : one));
  const x = one === 'ids' ? tf.tensor2d(ids, [B, T], 'int32') : tf.tensor3d(vectors, [B, T, D]);
  const G = gatesOf(cell).length;
  const weights = [draw(D, G * H), draw(H, G * H), draw(G * H)] as [tf.Tensor, tf.Tensor, tf.Tensor];
  const h = draw(B, H) as tf.Tensor2D;
  const c = cell === 'lstm' ? { c: draw(B, H) as tf.Tensor2D } : {};
  const loss = (kernel: tf.Tensor, recurrentKernel: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
    const { y } = recurrentSequence(
      { x, kernel: kernel as tf.Tensor2D, recurrentKernel: recurrentKernel as tf.Tensor2D, bias, h, ...c },
      {
        cell,
        activation: 'tanh',
        recurrentActivation: 'sigmoid',
        resetAfter: false,
        returnSequences: true,
        trainWeights: true,
      },
    );
    return tf.sum(tf.mul(tf.square(y), tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
  };
  return [tf.reshape(loss(...weights), [1]), ...tf.grads(loss)(weights)].map((tensor) =>
    Float32Array.from(tensor.dataSync<'float32'>()),
  );
}

describe('a fused sequence of ids', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  for (const cell of cells) {
    for (const sizes of [
      [1, 1, 1, 1],
      [3, 5, 7, 5],
      [2, 9, 98, 16],
    ] as const) {
      it(`gives loss and gradients of the one-hot vectors (${cell}, B T D H ${sizes.join(' ')})`, () => {
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const asIds = run(cell, sizes, 'ids');
          if (sizes[2] >= 8) assert.deepEqual(run(cell, sizes, 1), asIds, 'one-hot vectors are taken as ids');
          run(cell, sizes, nearlyOne).forEach((expected, index) => {
            const found = asIds[index] as Float32Array;
            assert.ok(expected.some((value) => value !== 0));
            assert.ok(relativeError(found, expected) < 1e-5, `array ${index}: ${relativeError(found, expected)}`);
          });
        });
        assert.equal(tf.memory().numTensors, before);
      });
    }
  }

  it('spreads what is not finite in the kernel, as a product with zeros does', () => {
    const kernel = tf.tensor2d(
      Float32Array.from({ length: 8 * 2 }, (_, k) => (k === 14 ? NaN : 0.1)),
      [8, 2],
    );
    const { y } = recurrentSequence(
      {
        x: tf.tensor3d([0, 1, 0, 0, 0, 0, 0, 0], [1, 1, 8]),
        kernel,
        recurrentKernel: tf.zeros([2, 2]),
        bias: tf.zeros([2]),
        h: tf.zeros([1, 2]),
      },
      {
        cell: 'rnn',
        activation: 'tanh',
        recurrentActivation: 'sigmoid',
        resetAfter: false,
        returnSequences: true,
        trainWeights: true,
      },
    );
    const [first, second] = y.dataSync();
    assert.ok(Number.isNaN(first));
    assert.ok(Math.abs((second ?? NaN) - Math.tanh(0.1)) < 1e-6);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { recurrentSequence } from '../../../src/cells/fusedKernels';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { type CellKind } from '../../../src/trace/cellKind';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';
import { useWasmBackend } from '../../support/tfjsBackend';

const blocks = { lstm: 4, gru: 3, rnn: 1 } as const;
const cells: readonly CellKind[] = ['lstm', 'gru', 'rnn'];

/** Loss and weight gradients of a sequence whose x is ids or the one-hot vectors of the same ids. */
function run(cell: CellKind, [B, T, D, H]: readonly [number, number, number, number], asIds: boolean): readonly Float32Array[] {
  const random = createRandom(7);
  const draw = (...shape: number[]): tf.Tensor =>
    tf.tensor(Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => drawNormal(random) * 0.4), shape);
  const ids = Int32Array.from({ length: B * T }, () => Math.floor(random() * D));
  const vectors = new Float32Array(B * T * D);
  ids.forEach((id, at) => (vectors[at * D + id] = 1));
  const x = asIds ? tf.tensor2d(ids, [B, T], 'int32') : tf.tensor3d(vectors, [B, T, D]);
  const G = blocks[cell];
  const weights = [draw(D, G * H), draw(H, G * H), draw(G * H)] as [tf.Tensor, tf.Tensor, tf.Tensor];
  const h = draw(B, H) as tf.Tensor2D;
  const c = cell === 'lstm' ? { c: draw(B, H) as tf.Tensor2D } : {};
  const loss = (kernel: tf.Tensor, recurrentKernel: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
    const { y } = recurrentSequence(
      { x, kernel: kernel as tf.Tensor2D, recurrentKernel: recurrentKernel as tf.Tensor2D, bias, h, ...c },
      { cell, activation: 'tanh', recurrentActivation: 'sigmoid', resetAfter: false, returnSequences: true, trainWeights: true },
    );
    return tf.sum(tf.mul(tf.square(y), tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
  };
  return [tf.reshape(loss(...weights), [1]), ...tf.grads(loss)(weights)].map((tensor) => Float32Array.from(tensor.dataSync<'float32'>()));
}

describe('a fused sequence of ids', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  for (const cell of cells) {
    for (const sizes of [[1, 1, 1, 1], [3, 5, 7, 5], [2, 9, 98, 16]] as const) {
      it(`gives loss and gradients of the one-hot vectors (${cell}, B T D H ${sizes.join(' ')})`, () => {
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const asIds = run(cell, sizes, true);
          run(cell, sizes, false).forEach((expected, index) => {
            const found = asIds[index] as Float32Array;
            assert.ok(expected.some((value) => value !== 0));
            assert.ok(relativeError(found, expected) < 1e-5, `array ${index}: ${relativeError(found, expected)}`);
          });
        });
        assert.equal(tf.memory().numTensors, before);
      });
    }
  }
});

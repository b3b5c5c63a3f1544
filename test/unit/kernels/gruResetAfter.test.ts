import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { recurrentSequence } from '../../../src/cells/fusedKernels';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';
import { useWasmBackend } from '../../support/tfjsBackend';

type Sizes = readonly [B: number, T: number, D: number, H: number];

/** x [B, T, D], kernel [D, 3 H], recurrent kernel [H, 3 H], bias [2, 3 H], h [B, H]. */
type Inputs = readonly [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

function drawInputs([B, T, D, H]: Sizes): Inputs {
  const random = createRandom(B * 100 + H);
  const draw = (...shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from(
        { length: shape.reduce((n, size) => n * size, 1) },
        () => (drawNormal(random) * 0.8) / Math.sqrt(shape.at(-2) ?? 1),
      ),
      shape,
    );
  return [draw(B, T, D), draw(D, 3 * H), draw(H, 3 * H), draw(2, 3 * H), draw(B, H)] as unknown as Inputs;
}

/**
 * Keras's GRU with reset_after, on tfjs's own operations: n = tanh(x W + b + r (h U + b')); recurrent dropout is of h
 * everywhere.
 */
function plain([x, kernel, recurrentKernel, bias, initial]: Inputs, mask?: tf.Tensor2D): tf.Tensor {
  const [forInput, forState] = tf.unstack(bias) as [tf.Tensor1D, tf.Tensor1D];
  let h = initial;
  const hidden = (tf.unstack(x, 1) as tf.Tensor2D[]).map((step) => {
    const [xz, xr, xn] = tf.split(tf.add(tf.matMul(step, kernel), forInput), 3, 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const entering = mask === undefined ? h : tf.mul<tf.Tensor2D>(h, mask);
    const [hz, hr, hn] = tf.split(tf.add(tf.matMul(entering, recurrentKernel), forState), 3, 1) as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
    h = tf.add(tf.mul(z, entering), tf.mul(tf.sub(1, z), n));
    return h;
  });
  return tf.stack(hidden, 1);
}

function fused([x, kernel, recurrentKernel, bias, h]: Inputs, mask?: tf.Tensor2D): tf.Tensor {
  return recurrentSequence(
    { x, kernel, recurrentKernel, bias, h, ...(mask && { mask }) },
    {
      cell: 'gru',
      activation: 'tanh',
      recurrentActivation: 'sigmoid',
      resetAfter: true,
      returnSequences: true,
      trainWeights: true,
    },
  ).y;
}

/** Every h, and the gradients of a loss with respect to all five inputs. */
function differentiate(read: typeof fused, inputs: Inputs, mask?: tf.Tensor2D): readonly Float32Array[] {
  const loss = (...given: tf.Tensor[]): tf.Tensor => {
    const y = read(given as unknown as Inputs, mask);
    return tf.sum(tf.mul(tf.square(y), tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
  };
  return [read(inputs, mask), ...tf.grads(loss)([...inputs])].map((tensor) =>
    Float32Array.from(tensor.dataSync<'float32'>()),
  );
}

describe('a batched GRU with the reset gate after the product, in training', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  for (const sizes of [
    [1, 2, 1, 1],
    [2, 7, 1, 3],
    [33, 5, 9, 5],
    [2, 6, 130, 127],
    [3, 4, 16, 130],
  ] as const) {
    for (const isMasked of [false, true]) {
      it(`has the states and gradients of tfjs's operations (B T D H ${sizes.join(' ')}${isMasked ? ', recurrent dropout' : ''})`, () => {
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const inputs = drawInputs(sizes);
          const [B, , , H] = sizes;
          const mask = isMasked
            ? tf.tensor2d(
                Float32Array.from({ length: B * H }, (_, k) => (k % 3 === 0 ? 0 : 1.5)),
                [B, H],
              )
            : undefined;
          const ours = differentiate(fused, inputs, mask);
          differentiate(plain, inputs, mask).forEach((expected, k) => {
            const error = relativeError(ours[k] as Float32Array, expected);
            assert.ok(error < (k === 0 ? 2e-6 : 1e-4), `array ${k}: ${error}`);
          });
        });
        assert.equal(tf.memory().numTensors, before, 'no tensor is left behind');
      });
    }
  }
});

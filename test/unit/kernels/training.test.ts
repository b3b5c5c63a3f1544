import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { denseCrossEntropy, plainCrossEntropy } from '../../../src/cells/denseCrossEntropy';
import { adamStep } from '../../../src/cells/adam';
import { lstmLayer } from '../../support/fusedLayers';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';
import { useWasmBackend } from '../../support/tfjsBackend';

const random = createRandom(11);

function draw(shape: number[]): tf.Tensor {
  return tf.tensor(
    Float32Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () => drawNormal(random)),
    shape,
  );
}

describe('what training needs beside the cells', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
    tf.env().set('IS_TEST', false); // its leak check misreads tfjs's own fusedMatMul under a tape
  });

  for (const [N, H, V] of [
    [1, 1, 2],
    [1, 3, 2],
    [33, 5, 65],
    [7, 128, 9],
    [50, 130, 33],
  ] as const) {
    it(`gives the loss and gradients of plain softmax cross-entropy for N = ${N}, H = ${H}, V = ${V}`, () => {
      const given = [draw([N, H]), draw([H, V]), draw([V])] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      const targets = tf.tensor1d(
        Array.from({ length: N }, (_, k) => (k % 5 === 3 ? -1 : k % V)),
        'int32',
      );
      const runs = [denseCrossEntropy, plainCrossEntropy].map((loss) => {
        const { value, grads } = tf.valueAndGrads((h, kernel, bias) =>
          tf.mul(loss({ h: h as tf.Tensor2D, kernel: kernel as tf.Tensor2D, bias: bias as tf.Tensor1D, targets }), 3),
        )([...given]);
        return [value, ...grads].map((tensor) => tensor.dataSync() as Float32Array);
      });
      const [ours, plain] = runs as [Float32Array[], Float32Array[]];
      plain.forEach((expected, k) => assert.ok(relativeError(ours[k] as Float32Array, expected) < 1e-5, `${k}`));
    });
  }

  it("adds rows up by id and drops ids outside, as an embedding's gradient needs", () => {
    const rows = tf.tensor2d([
      [1, 2, 3],
      [10, 20, 30],
      [100, 200, 300],
      [5, 5, 5],
    ]);
    const sums = tf.unsortedSegmentSum(rows, tf.tensor1d([2, 0, 2, 7], 'int32'), 3);
    assert.deepEqual(Array.from(sums.dataSync()), [10, 20, 30, 0, 0, 0, 101, 202, 303]);
    const table = draw([4, 3]) as tf.Tensor2D;
    const gradient = tf.grad((t) => tf.sum(tf.gather(t as tf.Tensor2D, tf.tensor1d([1, 1, 3], 'int32'))))(table);
    assert.deepEqual(Array.from(gradient.dataSync()), [0, 0, 0, 2, 2, 2, 0, 0, 0, 1, 1, 1]);
  });

  for (const gradientScale of [1, 0.3])
    it(`updates as tf.train.adam does, gradients times ${gradientScale}, also for a size that is no multiple of four`, () => {
      const [start, goal] = [draw([37]), draw([37])];
      const gradientOf = tf.grad((value) => tf.sum(tf.mul(tf.square(tf.sub(value, goal)), 1)));
      const [ours, m, v, theirs] = [start, tf.zeros([37]), tf.zeros([37]), start].map((tensor) =>
        tf.variable(tensor),
      ) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
      const adam = tf.train.adam(0.05);
      for (let step = 1; step <= 20; step++) {
        const rates = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, learningRate: 0.05, step, gradientScale };
        adamStep({ value: ours, gradient: gradientOf(ours), m, v }, rates);
        adam.applyGradients([{ name: theirs.name, tensor: tf.mul(gradientOf(theirs), gradientScale) }]);
      }
      assert.ok(relativeError(ours.dataSync() as Float32Array, theirs.dataSync() as Float32Array) < 1e-5);
    });

  it('follows plain tfjs loss by loss through 200 steps of training, and leaves no tensor behind', () => {
    const [B, T, V, H] = [4, 8, 11, 12];
    const start = [draw([V, 4 * H]), draw([H, 4 * H]), draw([4 * H]), draw([H, V]), draw([V])].map((tensor) =>
      tf.mul(tensor, 0.3),
    );
    const batches = Array.from({ length: 200 }, () =>
      Array.from({ length: B * (T + 1) }, () => Math.floor(random() * V)),
    );
    const runs = [lstmLayer, layers.layers.lstm].map((create, run) => {
      const layer = (create as typeof lstmLayer)({
        units: H,
        returnSequences: true,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotUniform',
      });
      tf.dispose(layer.apply(tf.zeros([B, T, V])) as tf.Tensor);
      layer.setWeights(start.slice(0, 3));
      const head = start.slice(3).map((tensor) => tf.variable(tensor)) as [tf.Variable, tf.Variable];
      const optimizer = tf.train.adam(0.01);
      let tensors = 0;
      return batches.map((ids, index) => {
        const loss = optimizer.minimize(
          () =>
            tf.tidy(() => {
              const rows = tf.tensor2d(ids, [B, T + 1], 'int32');
              const x = tf.cast(tf.oneHot(tf.slice(rows, [0, 0], [B, T]), V), 'float32');
              const h = tf.reshape(layer.apply(x) as tf.Tensor, [B * T, H]) as tf.Tensor2D;
              const targets = tf.reshape(tf.slice(rows, [0, 1], [B, T]), [B * T]) as tf.Tensor1D;
              const lossOf = run === 0 ? denseCrossEntropy : plainCrossEntropy;
              return lossOf({
                h,
                kernel: head[0] as unknown as tf.Tensor2D,
                bias: head[1] as unknown as tf.Tensor1D,
                targets,
              });
            }),
          true,
          [...layer.trainableWeights.map((weight) => weight.read() as tf.Variable), ...head],
        ) as tf.Scalar;
        const value = loss.dataSync()[0] as number;
        loss.dispose();
        if (index === 1) tensors = tf.memory().numTensors;
        if (index > 1) assert.equal(tf.memory().numTensors, tensors);
        return value;
      });
    });
    const [ours, plain] = runs as [number[], number[]];
    ours.forEach((loss, k) =>
      assert.ok(Math.abs(loss - (plain[k] as number)) < 1e-3, `step ${k}: ${loss} ${plain[k]}`),
    );
    assert.ok((ours[199] as number) !== (ours[0] as number));
  });

  it('draws one dropout mask a sequence, and drops in training only', () => {
    const halves = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.reshape(tf.mod(tf.range(0, x.size), 2), x.shape)).mul(2);
    const settings = {
      units: 6,
      returnSequences: true,
      recurrentActivation: 'sigmoid',
      dropout: 0.5,
      recurrentDropout: 0.5,
      dropoutFunc: halves,
    } as const;
    const [fused, plain] = [lstmLayer(settings as never), layers.layers.lstm(settings as never)] as [
      layers.RNN,
      layers.RNN,
    ];
    const x = draw([3, 5, 4]);
    for (const layer of [fused, plain]) tf.dispose(layer.apply(x) as tf.Tensor);
    plain.setWeights(fused.getWeights());
    for (const training of [true, false]) {
      const [ours, theirs] = [fused, plain].map(
        (layer) => (layer.apply(x, { training }) as tf.Tensor).dataSync() as Float32Array,
      );
      assert.ok(relativeError(ours as Float32Array, theirs as Float32Array) < 2e-6, `training ${training}`);
    }
    const gradients = [fused, plain].map(
      (layer) =>
        tf
          .grad((input) => tf.sum(tf.square(layer.apply(input, { training: true }) as tf.Tensor)))(x)
          .dataSync() as Float32Array,
    );
    assert.ok(relativeError(gradients[0] as Float32Array, gradients[1] as Float32Array) < 1e-5);
  });

  it('carries the state of a stateful layer over, as tfjs does', () => {
    const settings = { units: 5, stateful: true, returnSequences: true, recurrentActivation: 'sigmoid' } as const;
    const [fused, plain] = [lstmLayer, layers.layers.lstm].map((create) => {
      const model = layers.sequential();
      model.add((create as typeof lstmLayer)({ ...settings, batchInputShape: [2, 4, 3] } as never));
      return model;
    }) as [layers.Sequential, layers.Sequential];
    plain.setWeights(fused.getWeights());
    const x = draw([2, 4, 3]);
    for (let call = 0; call < 3; call++) {
      const [ours, theirs] = [fused, plain].map((model) => (model.predict(x) as tf.Tensor).dataSync() as Float32Array);
      assert.ok(relativeError(ours as Float32Array, theirs as Float32Array) < 2e-6, `call ${call}`);
    }
  });
});

describe('rows picked by tf.gather on the kernels', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  it('are those of plain tfjs, of every shape of the indices, and of integers', () => {
    tf.tidy(() => {
      const table = tf.tensor2d(
        Float32Array.from({ length: 15 }, (_, k) => k / 3),
        [5, 3],
      );
      const picked = tf.gather(table, tf.tensor2d([4, 0, 2, 2], [2, 2], 'int32'));
      assert.deepEqual(picked.shape, [2, 2, 3]);
      assert.deepEqual(
        [...picked.dataSync()],
        [12, 13, 14, 0, 1, 2, 6, 7, 8, 6, 7, 8].map((k) => Math.fround(k / 3)),
      );
      assert.deepEqual(
        [...tf.gather(tf.tensor1d([7, 8, 9], 'int32'), tf.tensor1d([2, 0], 'int32')).dataSync()],
        [9, 7],
      );
      assert.deepEqual(
        [...tf.gather(table, tf.tensor1d([1], 'int32'), 1).dataSync()],
        [1, 4, 7, 10, 13].map((k) => Math.fround(k / 3)),
      );
      assert.equal(tf.gather(table, tf.tensor1d([], 'int32')).size, 0);
    });
  });

  it('are refused outside of the table', () => {
    tf.tidy(() => assert.throws(() => tf.gather(tf.zeros([3, 2]), tf.tensor1d([3], 'int32')), /not in \[0, 2\]/));
  });
});

describe('matrix products of tfjs on the kernels', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  for (const [M, K, N] of [
    [1, 1, 1],
    [3, 5, 7],
    [33, 130, 65],
    [8, 300, 16],
  ] as const) {
    it(`equal the sums they stand for, transposed or not, for ${M} x ${K} x ${N}`, () => {
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        const a = draw(transposeA ? [K, M] : [M, K]) as tf.Tensor2D;
        const b = draw(transposeB ? [N, K] : [K, N]) as tf.Tensor2D;
        const [x, y] = [a.arraySync(), b.arraySync()];
        const expected = Float64Array.from({ length: M * N }, (_, at) => {
          const [i, j] = [Math.floor(at / N), at % N];
          let sum = 0;
          for (let k = 0; k < K; k++)
            sum += ((transposeA ? x[k]?.[i] : x[i]?.[k]) as number) * ((transposeB ? y[j]?.[k] : y[k]?.[j]) as number);
          return sum;
        });
        assert.ok(relativeError(tf.matMul(a, b, transposeA, transposeB).dataSync() as Float32Array, expected) < 3e-6);
      }
    });
  }

  it('leave batches to tfjs', () => {
    const product = tf.matMul(tf.ones([2, 2, 3]), tf.ones([2, 3, 1]));
    assert.deepEqual(Array.from(product.dataSync()), [3, 3, 3, 3]);
  });
});

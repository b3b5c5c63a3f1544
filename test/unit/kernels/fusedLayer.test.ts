import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { gruLayer, lstmLayer, rnnLayer } from '../../support/fusedLayers';
import { hasFusedKernels } from '../../../src/cells/fusedKernels';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';
import { useWasmBackend } from '../../support/tfjsBackend';

type Layer = layers.RNN;

const makers = {
  lstm: { fused: lstmLayer, plain: layers.layers.lstm },
  gru: { fused: gruLayer, plain: layers.layers.gru },
  rnn: { fused: rnnLayer, plain: layers.layers.simpleRNN },
} as const;

type Kind = keyof typeof makers;

interface Case {
  readonly kind: Kind;
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly extra?: object;
}

function makeLayer(maker: (args: never) => Layer, { H, kind, extra }: Case): Layer {
  const gates = kind === 'rnn' ? {} : { recurrentActivation: 'sigmoid' };
  return maker({ units: H, returnSequences: true, recurrentInitializer: 'glorotUniform', ...gates, ...extra } as never);
}

/** A fused layer and tfjs's own with the same seeded weights, and a seeded input. */
function makePair(given: Case): { fused: Layer; plain: Layer; x: tf.Tensor3D; weights: tf.Tensor[] } {
  const random = createRandom(given.H * 1000 + given.B);
  const draw = (shape: readonly number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from(
        { length: shape.reduce((n, size) => n * size, 1) },
        () => (drawNormal(random) * 0.8) / Math.sqrt(shape[0] as number),
      ),
      [...shape],
    );
  const x = tf.mul(draw([given.B, given.T, given.D]), 2) as tf.Tensor3D;
  const fused = makeLayer(makers[given.kind].fused, given);
  const plain = makeLayer(makers[given.kind].plain as never, given);
  for (const layer of [fused, plain]) tf.dispose(layer.apply(x) as tf.Tensor);
  const weights = plain.getWeights().map((weight) => draw(weight.shape));
  for (const layer of [fused, plain]) layer.setWeights(weights);
  return { fused, plain, x, weights };
}

/** One step by the cell alone: tfjs's own layer has no gradient for T = 1 (it stacks one tensor). */
function readOne(layer: Layer, x: tf.Tensor): tf.Tensor {
  const { stateSize } = layer.cell as unknown as { stateSize: number | number[] };
  const states = [stateSize].flat().map((width) => tf.zeros([x.shape[0] as number, width]));
  const [h] = layer.cell.call([tf.reshape(x, [x.shape[0] as number, -1]), ...states], {}) as tf.Tensor[];
  return tf.expandDims(h as tf.Tensor, 1);
}

function gradientsOf(layer: Layer, x: tf.Tensor3D): { value: number; x: Float32Array; weights: Float32Array[] } {
  const loss = (input: tf.Tensor): tf.Scalar => {
    const y = input.shape[1] === 1 && !('draws' in layer) ? readOne(layer, input) : (layer.apply(input) as tf.Tensor);
    const ramp = tf.reshape(tf.sin(tf.range(0, y.size)), y.shape);
    return tf.sum(tf.mul(tf.square(y), ramp)).asScalar();
  };
  return tf.tidy(() => {
    const dx = tf.grad(loss)(x);
    const { value, grads } = tf.variableGrads(
      () => loss(x),
      layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
    );
    const weights = Object.values(grads).map((gradient) => gradient.dataSync() as Float32Array);
    return { value: value.dataSync()[0] as number, x: dx.dataSync() as Float32Array, weights };
  });
}

const sizes = [
  { B: 1, T: 1, D: 1, H: 1 },
  { B: 2, T: 7, D: 1, H: 3 },
  { B: 33, T: 5, D: 9, H: 5 },
  { B: 1, T: 20, D: 4, H: 8 },
  { B: 2, T: 11, D: 130, H: 127 },
  { B: 3, T: 6, D: 16, H: 130 },
];

describe('a recurrent layer on the fused kernels', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
    assert.ok(hasFusedKernels());
    tf.env().set('IS_TEST', false); // its leak check misreads tfjs's own fusedMatMul under a tape
  });

  for (const kind of ['lstm', 'gru', 'rnn'] as const) {
    for (const size of sizes) {
      it(`gives the outputs and gradients of tfjs's own ${kind} for ${JSON.stringify(size)}`, () => {
        const { fused, plain, x } = makePair({ kind, ...size });
        const ours = gradientsOf(fused, x);
        const theirs = gradientsOf(plain, x);
        assert.ok(
          Math.abs(ours.value - theirs.value) <= 1e-5 * Math.max(1, Math.abs(theirs.value)),
          `${ours.value} ${theirs.value}`,
        );
        assert.ok(relativeError(ours.x, theirs.x) < 1e-4, `x ${relativeError(ours.x, theirs.x)}`);
        theirs.weights.forEach((expected, k) => {
          const error = relativeError(ours.weights[k] as Float32Array, expected);
          assert.ok(error < 1e-4, `weight ${k}: ${error}`);
        });
        const [y, expected] = [fused, plain].map((layer) => (layer.apply(x) as tf.Tensor).dataSync()) as [
          Float32Array,
          Float32Array,
        ];
        assert.ok(relativeError(y, expected) < 2e-6);
      });
    }

    for (const extra of [
      { returnSequences: false },
      { goBackwards: true },
      { activation: 'relu', recurrentActivation: 'hardSigmoid' },
      { useBias: false },
    ]) {
      it(`agrees with tfjs's own ${kind} with ${JSON.stringify(extra)}`, () => {
        const { fused, plain, x } = makePair({ kind, B: 3, T: 9, D: 5, H: 12, extra });
        const ours = gradientsOf(fused, x);
        const theirs = gradientsOf(plain, x);
        assert.ok(relativeError(ours.x, theirs.x) < 1e-4);
        theirs.weights.forEach((expected, k) =>
          assert.ok(relativeError(ours.weights[k] as Float32Array, expected) < 1e-4, `weight ${k}`),
        );
      });
    }

    it(`leaves no tensor of a ${kind} behind, neither forward nor backward`, () => {
      const { fused, x } = makePair({ kind, B: 2, T: 4, D: 3, H: 5 });
      gradientsOf(fused, x);
      const before = tf.memory().numTensors;
      for (let k = 0; k < 3; k++) gradientsOf(fused, x);
      tf.dispose(fused.apply(x) as tf.Tensor);
      assert.equal(tf.memory().numTensors, before);
    });
  }
});

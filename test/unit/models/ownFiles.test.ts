import assert from 'node:assert/strict';
import path from 'node:path';
import { isRecurrent } from '../../../src/models/assembleModel';
import { assertGives, modelFixtures } from '../../support/givesStates';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile } from '../../support/traceModel';

const folder = modelFixtures;

describe('a model file of our own making gives every state of every step', () => {
  before(useWasmBackend);

  for (const name of ['lstm-bidirectional', 'gru-stacked', 'rnn', 'lstm-projected']) {
    it(`from PyTorch: ${name} as safetensors, zip and the old format`, async () => {
      for (const ending of ['safetensors', 'pt', 'legacy.pth']) await assertGives(`${name}.${ending}`, name);
    });
  }

  for (const name of ['lstm-bidirectional', 'gru-stacked', 'rnn']) {
    it(`from ONNX as PyTorch exports it: ${name}`, () => assertGives(`${name}.onnx`, name));
  }

  it('from Keras 2, Keras 3 and Keras 2.15: text through an embedding, two directions and a GRU', async () => {
    for (const file of ['keras2-text.h5', 'keras3-text.keras', 'keras2.15-text.keras'])
      await assertGives(file, 'keras-text');
  });

  it('from Keras 1 with an array a gate', () => assertGives('keras1-lstm.h5', 'keras1-lstm'));
  it('from CuDNN weights', () => assertGives('keras2-cudnn.h5', 'keras2-cudnn'));
  it('from weights only with the architecture beside them', () =>
    assertGives('weights-only.weights.h5', 'weights-only'));

  it('from a functional model behind a convolution, which is named, and from a nested model on its own', async () => {
    await assertGives('keras2-functional.h5', 'keras2-functional');
    await assertGives('keras2-functional.h5', 'keras2-functional-encoder', { layer: 'encoder/lstm' });
    const model = await openFile(path.join(folder, 'keras2-functional.h5'));
    assert.match(model.notes.join(' '), /Conv2D.*"encoder\/lstm"/);
  });
});

describe('half-precision PyTorch files', () => {
  it('give the float32 weights rounded to 16 bits', async () => {
    const whole =
      (await openFile(path.join(folder, 'rnn.pt'))).stages.find(isRecurrent)?.forward?.kernel ?? new Float32Array();
    assert.ok(whole.length > 0);
    for (const [file, relative] of [
      ['rnn-bfloat16.safetensors', 2 ** -8],
      ['rnn-half.pt', 2 ** -11],
    ] as const) {
      const kernel =
        (await openFile(path.join(folder, file))).stages.find(isRecurrent)?.forward?.kernel ?? new Float32Array();
      assert.equal(kernel.length, whole.length);
      kernel.forEach((value, index) =>
        assert.ok(
          Math.abs(value - (whole[index] ?? NaN)) <= relative * Math.abs(whole[index] ?? NaN),
          `${file}[${index}]`,
        ),
      );
    }
  });
});

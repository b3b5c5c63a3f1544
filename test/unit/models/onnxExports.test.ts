import assert from 'node:assert/strict';
import path from 'node:path';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { isRecurrent } from '../../../src/models/assembleModel';
import { assertGives, modelFixtures } from '../../support/givesStates';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile } from '../../support/traceModel';

describe('ONNX files as exporters write them', () => {
  before(useWasmBackend);

  it("give states and output of tf2onnx's text model: ids as floats, a first state whose size the batch decides", () =>
    assertGives('onnx-tf-text.onnx', 'onnx-tf-text'));
  it("give states and output of tf2onnx's sequences: a dense layer over all steps between two reshapes", () =>
    assertGives('onnx-tf-sequence.onnx', 'onnx-tf-sequence'));
  it("give states and output of keras2onnx's model", () => assertGives('onnx-keras.onnx', 'onnx-keras'));
  it('give the last states of two directions that opset 9 slices out and joins', () =>
    assertGives('onnx-torch-states.onnx', 'onnx-torch-states'));
  it('give the output at every step where rows are made of steps and put back, by the size of the features or by a product of sizes', async () => {
    for (const way of ['rows', 'product']) await assertGives(`onnx-torch-${way}.onnx`, `onnx-torch-${way}`);
  });

  it('give logarithms of probabilities where the model ends in them', () =>
    assertGives('onnx-torch-log.onnx', 'onnx-torch-log'));

  it('are told from a SavedModel, which is refused with what to save instead', async () => {
    const files = createModelFiles('saved_model.pb', { 'saved_model.pb': Uint8Array.of(8, 1, 18, 4, 10, 2, 42, 0) });
    await assert.rejects(
      openModel(files),
      /^InspectorError: saved_model\.pb: it is part of a TensorFlow SavedModel.*model\.save\("model\.keras"\)/,
    );
  });

  it('name a node whose weights the file does not hold, and read the one before it', async () => {
    await assertGives('onnx-one-open.onnx', 'onnx-one-open');
    const { notes, stages } = await openFile(path.join(modelFixtures, 'onnx-one-open.onnx'));
    assert.deepEqual(
      stages.filter(isRecurrent).map(({ name }) => name),
      ['good'],
    );
    assert.match(notes.join(' '), /the kernel W of "open" is no constant/);
  });
});

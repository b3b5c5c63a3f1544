import assert from 'node:assert/strict';
import path from 'node:path';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { isRecurrent } from '../../../src/models/assembleModel';
import { assertGives, modelFixtures } from '../../support/givesStates';
import { node, onnxModel, recurrentKernel, tensor } from '../../support/files/protobuf';
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

  /** An LSTM of 2 units over 4 steps as tf2onnx unrolls it: a slice, a joined product and four gates a step. */
  function unrolledLstm(gate: 'Sigmoid' | 'HardSigmoid'): Uint8Array {
    const step = (t: number): readonly Uint8Array[] => {
      const [h, c] = [t === 0 ? 'h0' : `h${t}`, t === 0 ? 'c0' : `c${t}`];
      const gates = ['i', 'j', 'f', 'o'].map((name) => `${name}${t}`);
      const [i = '', j = '', f = '', o = ''] = gates;
      return [
        node('Gather', [['X', `at${t}`], [`x${t}`]], { axis: 1 }),
        node('Concat', [[`x${t}`, h], [`xh${t}`]], { axis: 1 }),
        node('MatMul', [[`xh${t}`, 'kernel'], [`product${t}`]]),
        node('Add', [[`product${t}`, 'bias'], [`sum${t}`]]),
        node('Split', [[`sum${t}`], gates], { axis: 1 }),
        node(gate, [[i], [`${i}s`]]),
        node(gate, [[f], [`${f}s`]]),
        node(gate, [[o], [`${o}s`]]),
        node('Tanh', [[j], [`${j}t`]]),
        node('Mul', [[c, `${f}s`], [`kept${t}`]]),
        node('Mul', [[`${i}s`, `${j}t`], [`new${t}`]]),
        node('Add', [[`kept${t}`, `new${t}`], [`c${t + 1}`]]),
        node('Tanh', [[`c${t + 1}`], [`c${t + 1}t`]]),
        node('Mul', [[`${o}s`, `c${t + 1}t`], [`h${t + 1}`]]),
      ];
    };
    const zeros = (name: string, shape: readonly number[]): Uint8Array =>
      tensor(name, shape, new Float32Array(shape.reduce((product, size) => product * size, 1)));
    return onnxModel(
      [
        ...[0, 1, 2, 3].flatMap(step),
        node('MatMul', [['h4', 'dense'], ['logits']]),
        node('Softmax', [['logits'], ['Y']]),
      ],
      [zeros('kernel', [5, 8]), zeros('bias', [8]), zeros('h0', [1, 2]), zeros('c0', [1, 2]), zeros('dense', [2, 3])],
    );
  }

  it('are named where their layer is unrolled in plain operations, and say what to open instead', async () => {
    for (const [gate, counts] of [
      ['Sigmoid', '12 Sigmoid, 8 Tanh'],
      ['HardSigmoid', '12 HardSigmoid, 8 Tanh'],
    ] as const)
      await assert.rejects(openModel(createModelFiles('unrolled.onnx', { 'unrolled.onnx': unrolledLstm(gate) })), {
        message: `unrolled.onnx: it has no LSTM, GRU or RNN node: its recurrent layer, if it has one, is written out in plain operations (${counts}), as tf2onnx does. Open the model that it was converted from (.keras, .h5, a state dict), or export it so that the layer stays whole.`,
      });
  });

  it('name a convolution in front of the recurrent layer, which is read alone', async () => {
    const nodes = [node('Conv', [['X', 'K'], ['convolved']]), node('Transpose', [['convolved'], ['steps']])];
    const lstm = node('LSTM', [['steps', 'W', 'R'], ['Y']], { hidden_size: 2 });
    const kernel = tensor('W', [1, 8, 3], new Float32Array(24));
    const bytes = onnxModel([...nodes, lstm], [tensor('K', [3, 3, 1], new Float32Array(9)), kernel, recurrentKernel]);
    const model = await openModel(createModelFiles('conv.onnx', { 'conv.onnx': bytes }));
    assert.equal(model.stages.filter(isRecurrent).length, 1);
    assert.match(`${model.input.kind === 'values' ? (model.input.why ?? '') : ''} ${model.notes.join(' ')}`, /Conv/);
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

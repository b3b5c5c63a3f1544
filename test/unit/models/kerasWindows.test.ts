import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { writeHdf5 } from '../../../src/models/keras/writeHdf5';
import { readOwnModel } from '../../../src/models/ownModel';
import { type RecurrentModel, type StepWindow } from '../../../src/network/recurrentModel';
import { assertClose } from '../../support/closeTo';
import { useWasmBackend } from '../../support/tfjsBackend';
import { traceModel } from '../../support/traceModel';
import { normals } from '../cells/randomCell';

const [V, D, N, H] = [9, 3, 4, 3];
const table = normals(V * D, 1);
const kernel = normals(3 * D * N, 2, 0.5);
const bias = normals(N, 3, 0.5);
const lstm = { kernel: normals(N * 4 * H, 4), recurrent: normals(H * 4 * H, 5), bias: normals(4 * H, 6) };

interface Layer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
}

/** Embedding, convolution, pooling, LSTM with the settings given, as Keras saves it. */
function layersWith(conv: object, pool: object, poolClass = 'MaxPooling1D'): readonly Layer[] {
  return [
    { class_name: 'Embedding', config: { name: 'emb', input_dim: V, output_dim: D } },
    { class_name: 'Conv1D', config: { name: 'conv', filters: N, activation: 'relu', use_bias: true, ...conv } },
    { class_name: poolClass, config: { name: 'pool', data_format: 'channels_last', ...pool } },
    { class_name: 'LSTM', config: { name: 'lstm', units: H, activation: 'tanh', recurrent_activation: 'sigmoid' } },
  ];
}

async function modelOf(layers: readonly Layer[], kernelShape: readonly number[] = [3, D, N]): Promise<RecurrentModel> {
  const arrays = [
    ['emb', 'embeddings', [V, D], table],
    ['conv', 'kernel', kernelShape, kernel],
    ['conv', 'bias', [N], bias],
    ['lstm', 'kernel', [N, 4 * H], lstm.kernel],
    ['lstm', 'recurrent_kernel', [H, 4 * H], lstm.recurrent],
    ['lstm', 'bias', [4 * H], lstm.bias],
  ] as const;
  const names = layers.map(({ config }) => config.name);
  const groups = Object.fromEntries(
    names.map((name) => [
      `model_weights/${name}`,
      { weight_names: arrays.filter(([layer]) => layer === name).map(([layer, role]) => `${layer}/${role}:0`) },
    ]),
  );
  const bytes = await writeHdf5({
    groups: {
      '': {
        model_config: JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers } }),
        keras_version: '2.4.0',
      },
      model_weights: { layer_names: names },
      ...groups,
    },
    datasets: arrays.map(([layer, role, shape, data]) => ({
      path: `model_weights/${layer}/${layer}/${role}:0`,
      shape,
      data,
    })),
  });
  return (await readOwnModel(createModelFiles('m.h5', { 'm.h5': bytes }))).model;
}

function windowsOf({ stages }: RecurrentModel): readonly StepWindow[] {
  return stages.flatMap((stage) => (stage.kind === 'convolution' || stage.kind === 'windowPool' ? [stage.window] : []));
}

const ids = [1, 2, 3, 4, 5, 6, 7, 8, 0];

/** Embedding, convolution "valid", relu and the largest of two, written as loops: [3, N]. */
function pooledByHand(): number[] {
  const at = (t: number, n: number): number => {
    let y = bias[n] as number;
    for (let k = 0; k < 3; k++)
      for (let d = 0; d < D; d++)
        y += (table[(ids[t + k] as number) * D + d] as number) * (kernel[(k * D + d) * N + n] as number);
    return Math.max(0, y);
  };
  return [0, 2, 4].flatMap((t) => Array.from({ length: N }, (_, n) => Math.max(at(t, n), at(t + 1, n))));
}

describe('Keras convolution and pooling in front of a recurrent layer', () => {
  before(useWasmBackend);

  it('give what a plain loop gives, from an .h5 file to what enters the LSTM', async () => {
    const model = await modelOf(layersWith({ strides: [1], padding: 'valid' }, { pool_size: [2], strides: [2] }));
    const { arrays, stepTokens, tokens, output } = await traceModel(model, { kind: 'ids', ids });
    assertClose(arrays['0.forward.x']?.data ?? [], pooledByHand(), 1e-5, 'x');
    assert.deepEqual([...(stepTokens ?? [])], [0, 4, 2, 6, 4, 8]);
    assert.equal(tokens.length, ids.length);
    assertClose(
      output?.data ?? [],
      [...(arrays['0.forward.h']?.data.slice(-H) ?? [])],
      1e-6,
      'the last state is the output',
    );
  });

  it('are read in every form in which Keras 1, 2 and 3 and TensorFlow.js write their settings', async () => {
    const valid = { before: 0, after: 0 };
    const forms: readonly (readonly [object, object, readonly Partial<StepWindow>[]])[] = [
      [
        {},
        {},
        [
          { size: 3, stride: 1, padding: valid },
          { size: 2, stride: 2, padding: valid },
        ],
      ],
      [
        { strides: 2, padding: 'same' },
        { pool_size: 3, strides: null, padding: 'same' },
        [
          { stride: 2, padding: 'same' },
          { size: 3, stride: 3, padding: 'same' },
        ],
      ],
      [
        { strides: [1], padding: 'causal', dilation_rate: [2] },
        { pool_size: [4], strides: [2] },
        [
          { dilation: 2, padding: { before: 4, after: 0 } },
          { size: 4, stride: 2 },
        ],
      ],
      [
        { subsample_length: 2, border_mode: 'same', filter_length: 3 },
        { pool_length: 3, stride: 1, border_mode: 'valid' },
        [
          { stride: 2, padding: 'same' },
          { size: 3, stride: 1, padding: valid },
        ],
      ],
    ];
    for (const [conv, pool, expected] of forms) {
      const found = windowsOf(await modelOf(layersWith(conv, pool)));
      expected.forEach((window, k) =>
        assert.deepEqual({ ...found[k], ...window }, found[k], JSON.stringify([conv, pool])),
      );
    }
    const keras1 = await modelOf(layersWith({}, {}), [3, 1, D, N]);
    assert.deepEqual(windowsOf(keras1)[0]?.size, 3, 'Keras 1 keeps an axis of one in the kernel');
  });

  it('average under both of its names, and go by the short name of the maximum', async () => {
    for (const [name, how] of [
      ['AveragePooling1D', 'average'],
      ['AvgPool1D', 'average'],
      ['MaxPool1D', 'max'],
    ] as const) {
      const { stages } = await modelOf(layersWith({}, {}, name));
      assert.deepEqual(
        stages.flatMap((stage) => (stage.kind === 'windowPool' ? [stage.how] : [])),
        [how],
      );
    }
  });

  it('are named and not guessed where channels stand in front, groups are apart, or sizes are no sizes', async () => {
    for (const [conv, pool, says] of [
      [{}, { data_format: 'channels_first' }, /"pool" of class MaxPooling1D/],
      [{ groups: 3 }, {}, /"conv" of class Conv1D/],
      [{}, { padding: 'reflect' }, /"pool" of class MaxPooling1D/],
      [{}, { pool_size: [0] }, /the window of "pool" is 0 steps; it must be a whole number/],
      [{ strides: 1.5 }, {}, /the stride of "conv" is 1\.5 steps/],
    ] as const)
      assert.match((await modelOf(layersWith(conv, pool))).notes.join(' '), says);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { unroll } from '../../../src/cells/unroll';
import { gatesOf } from '../../../src/trace/reading/cellKind';
import { assertClose } from '../../support/closeTo';
import { fromKeras } from '../../support/files/kerasWeights';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';

interface Case {
  readonly kind: 'LSTM' | 'GRU' | 'SimpleRNN';
  readonly units: number;
  readonly input_shape: [number, number, number];
  readonly const: { readonly kernel: number; readonly recurrent_kernel: number; readonly bias: number };
  readonly options: {
    readonly go_backwards?: boolean;
    readonly use_bias?: boolean;
    readonly unit_forget_bias?: boolean;
    readonly reset_after?: boolean;
    readonly return_sequences?: boolean;
    readonly zero_output_for_mask?: boolean;
  };
  readonly mask: boolean[][] | null;
  readonly initial_state: number[][] | number[][][] | null;
  readonly expected: number[][] | number[][][];
}

const file = sharedData('vectors', 'keras-hardcoded', 'vectors.json');
const cells = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'rnn' } as const;

/** The case as Keras sets the layer up: all weights constant, the forget gate's bias 1 unless it says otherwise. */
function tensorsOf({ kind, units, input_shape: [, , D], const: constants, options }: Case) {
  const cell = cells[kind];
  const columns = gatesOf(cell).length * units;
  const resetAfter = cell === 'gru' && options.reset_after !== false;
  const bias = new Float32Array(resetAfter ? 2 * columns : columns).fill(
    options.use_bias === false ? 0 : constants.bias,
  );
  if (cell === 'lstm' && options.use_bias !== false && options.unit_forget_bias !== false)
    bias.fill(1, units, 2 * units);
  return createCellTensors(
    fromKeras({
      cell,
      inputWidth: D,
      units,
      kernel: new Float32Array(D * columns).fill(constants.kernel),
      recurrentKernel: new Float32Array(units * columns).fill(constants.recurrent_kernel),
      bias,
      resetAfter,
    }),
  );
}

function statesOf({ initial_state: initial, units }: Case) {
  if (!initial) return {};
  const [h, c] = (Array.isArray((initial[0] as number[][])[0]) ? initial : [initial]) as number[][][];
  const tensor = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, [rows.length, units]);
  return { initial: { h: tensor(h as number[][]), ...(c && { c: tensor(c) }) } };
}

describe(`the cells, against the numbers in Keras's own tests${file ? '' : ' (skipped: no data)'}`, () => {
  before(async function () {
    if (!file) this.skip();
    await useWasmBackend();
  });
  if (!file) it('skipped: no data');
  if (!file) return;

  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };
  cases.forEach((each, index) => {
    it(`${index + 1}: ${each.kind} ${JSON.stringify(each.options)}${each.mask ? ', masked' : ''}${each.initial_state ? ', with an initial state' : ''}`, () => {
      const tensors = tensorsOf(each);
      tf.tidy(() => {
        const [B, T, D] = each.input_shape;
        const input = tf.reshape(tf.range(0, B * T * D), [B, T, D]) as tf.Tensor3D;
        const mask = each.mask && tf.tensor2d(each.mask, [B, T], 'bool');
        const run = unroll(tensors, input, {
          direction: each.options.go_backwards ? 'backward' : 'forward',
          ...(mask && { mask }),
          ...statesOf(each),
        });
        const sequences =
          each.options.zero_output_for_mask && mask
            ? tf.mul(run.fields.h, tf.expandDims(tf.cast(mask, 'float32'), 2))
            : run.fields.h;
        const output = each.options.return_sequences ? sequences : run.last.h;
        assertClose(output.dataSync(), (each.expected as number[][][]).flat(2), 1e-5);
      });
      tensors.dispose();
    });
  });
});

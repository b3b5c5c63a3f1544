import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { type Activation } from '../../../src/cells/cellWeights';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { unroll } from '../../../src/cells/unroll';
import { type CellKind } from '../../../src/trace/reading/cellKind';
import { assertClose } from '../../support/closeTo';
import { fromKeras } from '../../support/files/kerasWeights';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';

interface Stored {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}
interface Fixture {
  readonly input: Stored;
  readonly weights: readonly Stored[];
  readonly expected: Stored;
}
interface Attrs {
  readonly units: number;
  readonly activation: Activation;
  readonly recurrent_activation?: Activation;
  readonly return_sequences: boolean;
  readonly go_backwards?: boolean;
  readonly stateful?: boolean;
}

const folder = sharedData('vectors', 'keras-js-fixtures');
const layers = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'rnn' } as const;

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Record<string, unknown>;
}

/** The output of Keras's layer: every h in the order it was read, or the last one; the second call's where stateful. */
function runLayer(cell: CellKind, attrs: Attrs, fixture: Fixture, weights = fixture.weights): Float32Array {
  const [T, D] = fixture.input.shape as [number, number];
  const [kernel, recurrentKernel, bias] = weights as [Stored, Stored, Stored | undefined];
  const tensors = createCellTensors(
    fromKeras({
      cell,
      inputWidth: D,
      units: attrs.units,
      kernel: kernel.data,
      recurrentKernel: recurrentKernel.data,
      ...(bias && { bias: bias.data }),
      activation: attrs.activation,
      recurrentActivation: attrs.recurrent_activation ?? 'sigmoid',
    }),
  );
  const output = tf.tidy(() => {
    const input = tf.tensor3d([...fixture.input.data], [1, T, D]);
    const direction = attrs.go_backwards ? ('backward' as const) : ('forward' as const);
    let run = unroll(tensors, input, { direction });
    if (attrs.stateful) run = unroll(tensors, input, { direction, initial: run.last });
    if (!attrs.return_sequences) return run.last.h.dataSync().slice();
    return (attrs.go_backwards ? tf.reverse(run.fields.h, 1) : run.fields.h).dataSync().slice();
  });
  tensors.dispose();
  return output as Float32Array;
}

function merge(mode: string, one: Float32Array, other: Float32Array, width: number): Float32Array {
  if (mode !== 'concat') {
    const scale = mode === 'ave' ? 0.5 : 1;
    return one.map((value, k) =>
      mode === 'mul' ? value * (other[k] as number) : scale * (value + (other[k] as number)),
    );
  }
  const rows = Array.from({ length: one.length / width }, (_, t) => [
    ...one.subarray(t * width, (t + 1) * width),
    ...other.subarray(t * width, (t + 1) * width),
  ]);
  return Float32Array.from(rows.flat());
}

describe(`the cells, against keras-js fixtures${folder ? '' : ' (skipped: no data)'}`, () => {
  before(async function () {
    if (!folder) this.skip();
    await useWasmBackend();
  });
  if (!folder) it('skipped: no data');
  if (!folder) return;

  const attrsOf = readJson('attrs.json') as Record<
    string,
    { attrs: Attrs & { merge_mode?: string; layer?: { class_name: keyof typeof layers; config: Attrs } } }
  >;
  for (const [name, cell] of Object.entries(layers)) {
    for (const [key, fixture] of Object.entries(readJson(`${name}.json`) as Record<string, Fixture>)) {
      it(`${key} gives Keras's output`, () => {
        const attrs = (attrsOf[key] as { attrs: Attrs }).attrs;
        assertClose(runLayer(cell, attrs, fixture), fixture.expected.data, 1e-5, key);
      });
    }
  }
  for (const [key, fixture] of Object.entries(readJson('Bidirectional.json') as Record<string, Fixture>)) {
    it(`${key} gives Keras's output`, () => {
      const { layer, merge_mode: mode = 'concat' } = (attrsOf[key] as (typeof attrsOf)[string]).attrs;
      const { class_name: name, config } = layer as { class_name: keyof typeof layers; config: Attrs };
      const forward = runLayer(layers[name], config, fixture, fixture.weights.slice(0, 3));
      const reversed = runLayer(layers[name], { ...config, go_backwards: true }, fixture, fixture.weights.slice(3));
      const [T] = fixture.input.shape as [number];
      const backward = config.return_sequences
        ? reversed.map(
            (_, k) => reversed[(T - 1 - Math.floor(k / config.units)) * config.units + (k % config.units)] as number,
          )
        : reversed;
      assertClose(merge(mode, forward, backward, config.units), fixture.expected.data, 1e-5, key);
    });
  }
});

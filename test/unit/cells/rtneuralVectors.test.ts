import { readFileSync } from 'node:fs';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { type Activation } from '../../../src/cells/cellWeights';
import { type Stage } from '../../../src/network/recurrentModel';
import { assertClose } from '../../support/closeTo';
import { fromKeras, fromTorch } from '../../support/files/kerasWeights';
import { recurrentStage, valuesModel } from '../../support/randomModel';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';

type Matrix = readonly (readonly number[])[];
interface KerasLayer {
  readonly type: string;
  readonly activation: string;
  readonly shape: readonly (number | null)[];
  readonly weights: readonly unknown[];
}

const folder = sharedData('vectors', 'rtneural-vectors');

function readText(file: string): string {
  return readFileSync(`${folder}/${file}`, 'utf8');
}

function readColumn(file: string): Float32Array {
  return Float32Array.from(readText(file).trim().split(/\s+/), Number);
}

function dense(kernel: Matrix, bias: readonly number[], activation: Activation): Stage {
  const [inputWidth, outputWidth] = [kernel.length, (kernel[0] as readonly number[]).length];
  return {
    kind: 'dense',
    name: 'dense',
    inputWidth,
    outputWidth,
    kernel: Float32Array.from(kernel.flat()),
    bias: Float32Array.from(bias),
    activation,
  };
}

function kerasStage({ type, activation, weights }: KerasLayer): Stage {
  const [kernel, second, third] = weights as [Matrix, Matrix, readonly number[]];
  const name = activation === '' ? 'linear' : (activation as Activation);
  if (type !== 'lstm' && type !== 'gru') return dense(kernel, second as unknown as readonly number[], name);
  const cell = fromKeras({
    cell: type,
    inputWidth: kernel.length,
    units: second.length,
    kernel: kernel.flat(),
    recurrentKernel: second.flat(),
    bias: third.flat(),
    resetAfter: type === 'gru',
  });
  return recurrentStage(type, { forward: cell });
}

type State = Readonly<Record<string, Matrix & readonly number[]>>;

function torchStages(cell: 'lstm' | 'gru'): Stage[] {
  const state = JSON.parse(readText(`models/${cell}_torch.json`)) as State;
  const layer = (prefix: string, index: number): Stage => {
    const [ih, hh, bih, bhh] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map(
      (part) => state[`${prefix}.${part}_l${index}`],
    ) as unknown as [Matrix, Matrix, number[], number[]];
    return recurrentStage(`${prefix}.${index}`, { forward: fromTorch(cell, [ih, hh, bih, bhh]) });
  };
  const weight = state['dense.weight'] as Matrix;
  const transposed = (weight[0] as readonly number[]).map((_, column) => weight.map((row) => row[column] as number));
  return [
    layer(cell, 0),
    ...[0, 1, 2].map((index) => layer(`${cell}2`, index)),
    dense(transposed, state['dense.bias'] as readonly number[], 'linear'),
  ];
}

async function predict(stages: readonly Stage[], input: Float32Array): Promise<ArrayLike<number>> {
  const prepared = prepareModel(valuesModel(1, stages), createPlainRunner);
  const reading = new Reading(prepared, { kind: 'values', data: input, width: 1 }, new BlockCache());
  await reading.compute(unhurried);
  const output = reading.output()?.data ?? [];
  prepared.dispose();
  return output;
}

describe(`stacked layers over long sequences, against RTNeural's vectors${folder ? '' : ' (skipped: no data)'}`, () => {
  before(async function () {
    if (!folder) this.skip();
    await useWasmBackend();
  });
  if (!folder) it('skipped: no data');
  if (!folder) return;

  for (const name of ['lstm', 'lstm_1d', 'gru', 'gru_1d']) {
    it(`${name} gives Keras's output at every step`, async () => {
      const { layers } = JSON.parse(readText(`models/${name}.json`)) as { readonly layers: readonly KerasLayer[] };
      assertClose(
        await predict(layers.map(kerasStage), readColumn(`test_data/${name}_x_python.csv`)),
        readColumn(`test_data/${name}_y_python.csv`),
        1e-5,
        name,
      );
    });
  }
  for (const cell of ['lstm', 'gru'] as const) {
    it(`${cell}_torch, four layers over 1,000 steps, gives PyTorch's output`, async () => {
      assertClose(
        await predict(torchStages(cell), readColumn(`test_data/${cell}_torch_x_python.csv`)),
        readColumn(`test_data/${cell}_torch_y_python.csv`),
        1e-5,
        cell,
      );
    });
  }
});

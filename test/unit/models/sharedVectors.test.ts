import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createModelFiles } from '../../../src/models/fileAccess';
import { parseOnnxTensor } from '../../../src/models/onnx/onnxProto';
import { type Constant, readOnnxTensor } from '../../../src/models/onnx/onnxTensor';
import { type NumericArray } from '../../../src/trace/reading/trace';
import { type TraceFile } from '../../../src/trace/files/traceFile';
import { assertClose } from '../../support/closeTo';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile, traceModel, valuesInput } from '../../support/traceModel';

const tolerance = 1e-5;

type Matrix = readonly (readonly number[])[];

function parse(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function field(trace: TraceFile, key: string): Float32Array {
  const array = trace.arrays[key];
  assert.ok(array, `${key} is missing; there are ${Object.keys(trace.arrays).join(', ')}`);
  return array.data;
}

interface KerasExpectation {
  readonly input: Matrix;
  readonly output: readonly number[];
  readonly layers: readonly {
    readonly h: Matrix;
    readonly c: Matrix;
    readonly gates_numpy_float64: Readonly<Record<string, Matrix>>;
  }[];
}

async function assertKeras(model: string, expectation: string): Promise<void> {
  const expected = parse(expectation) as KerasExpectation;
  const trace = await traceModel(await openFile(model), valuesInput(expected.input));
  expected.layers.forEach((layer, index) => {
    const fields = { h: layer.h, c: layer.c, ...layer.gates_numpy_float64 };
    for (const [name, rows] of Object.entries(fields))
      assertClose(field(trace, `${index}.forward.${name}`), rows.flat(), tolerance, `${index}.forward.${name}`);
  });
  assertClose(trace.output?.data ?? [], expected.output, tolerance, 'output');
}

describe('files that others saved (skipped: no data, where shared/data is absent)', () => {
  before(async function () {
    if (sharedData('models') === null) this.skip();
    await useWasmBackend();
  });

  it("give the gates, states and output of TF-Keras 2.3's three LSTMs in .h5", async () => {
    const folder = sharedData('models', 'keras-h5') ?? '';
    await assertKeras(
      path.join(folder, 'tfkeras2.3_lstm50x3.h5'),
      path.join(folder, 'tfkeras2.3_lstm50x3.expected.json'),
    );
  });

  it("give the gates, states and output of Keras 3.3's two LSTMs in .keras", async () => {
    const folder = sharedData('models', 'keras-v3') ?? '';
    await assertKeras(
      path.join(folder, 'keras3.3_lstm50x2-dense2.keras'),
      path.join(folder, 'keras3.3_lstm50x2-dense2.expected.json'),
    );
  });

  it("give the output of PyTorch's four layers over 1,000 steps from .safetensors", async () => {
    for (const cell of ['lstm', 'gru']) {
      const rows = (name: string): Matrix =>
        readFileSync(sharedData('vectors', 'rtneural-vectors', 'test_data', name) ?? '', 'utf8')
          .trim()
          .split('\n')
          .map((line) => [Number(line)]);
      const model = await openFile(
        sharedData('vectors', 'safetensors-repacked', `rtneural_${cell}_torch.safetensors`) ?? '',
      );
      const trace = await traceModel(model, valuesInput(rows(`${cell}_torch_x_python.csv`)));
      assertClose(trace.output?.data ?? [], rows(`${cell}_torch_y_python.csv`).flat(), tolerance, cell);
    }
  });

  it('read the ONNX file of a speech enhancer from its start', async () => {
    const model = await openFile(sharedData('models', 'onnx-dtln', 'dtln_model_1_lstm128x2.onnx') ?? '');
    assert.deepEqual(
      model.stages.map(({ kind }) => kind),
      ['recurrent', 'recurrent', 'dense', 'activation'],
    );
    const [first] = model.stages;
    assert.ok(first?.kind === 'recurrent' && first.forward?.units === 128 && first.forward.inputWidth === 257);
  });
});

type Nested = number | readonly Nested[];

function flat(value: Nested): number[] {
  return typeof value === 'number' ? [value] : value.flatMap(flat);
}

function shapeOf(value: Nested): number[] {
  return typeof value === 'number' ? [] : [value.length, ...shapeOf(value[0] ?? 0)];
}

function toConstant(value: Nested): Constant {
  return { shape: shapeOf(value), data: Float32Array.from(flat(value)) };
}

/** [.., B, ..] without the batch, which stands at `axis`. */
function takeBatch(
  { shape, data }: Pick<NumericArray, 'shape' | 'data'>,
  axis: number,
  index: number,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const size = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
  const rest = shape.filter((_, at) => at !== axis);
  const kept = Array.from(data).filter((_, at) => Math.floor(at / inner) % size === index);
  return { shape: rest, data: Float32Array.from(kept) };
}

interface OnnxCase {
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly outputs: Readonly<Record<string, Nested>>;
}

function inBatches(inputs: Readonly<Record<string, Nested>>, batch: number): Record<string, Constant> {
  const states = Object.entries(inputs).filter(([name]) => name !== 'input');
  return Object.fromEntries(
    states.map(([name, value]) => {
      const { shape, data } = takeBatch(toConstant(value) as NumericArray, 1, batch);
      return [name, { shape: [shape[0] ?? 1, 1, shape[1] ?? 1], data }];
    }),
  );
}

describe('the ONNX models with random weights (skipped: no data, where shared/data is absent)', () => {
  const folder = sharedData('vectors', 'burn-onnx-rnn');
  before(async function () {
    if (folder === null) this.skip();
    await useWasmBackend();
  });

  const cases =
    folder === null
      ? {}
      : (parse(path.join(folder, 'expected_onnxruntime.json')) as { cases: Record<string, OnnxCase> }).cases;
  for (const [name, { inputs, outputs }] of Object.entries(cases)) {
    it(`give onnxruntime's states: ${name}`, async () => {
      const input = toConstant(inputs['input'] ?? 0) as NumericArray;
      for (let batch = 0; batch < 2; batch++) {
        const model = await openFile(path.join(folder ?? '', `${name}.onnx`), { inputs: inBatches(inputs, batch) });
        const { data } = takeBatch(input, 1, batch);
        const trace = await traceModel(model, { kind: 'values', data, width: 4 });
        assertStates(trace, outputs, batch);
      }
    });
  }
});

/** Y is [T, directions, B, H], or [T, B, directions H] as `output`; the last states are [directions, B, H]. */
function assertStates(trace: TraceFile, outputs: Readonly<Record<string, Nested>>, batch: number): void {
  const directions = ['forward', 'backward'].filter((direction) => trace.arrays[`0.${direction}.h`] !== undefined);
  const whole = toConstant(outputs['Y'] ?? outputs['output'] ?? 0) as NumericArray;
  const { data } = takeBatch(whole, outputs['Y'] === undefined ? 1 : 2, batch);
  const units = 8;
  const steps = 5;
  directions.forEach((direction, place) => {
    const h = field(trace, `0.${direction}.h`);
    const expected = Array.from(
      { length: steps * units },
      (_, at) => data[(Math.floor(at / units) * directions.length + place) * units + (at % units)] ?? NaN,
    );
    assertClose(h, expected, tolerance, `${direction} h`);
    const cells = outputs['c_n'];
    if (cells === undefined) return;
    const last = direction === 'forward' ? steps - 1 : 0;
    const c = takeBatch(toConstant(cells) as NumericArray, 1, batch).data.subarray(place * units, (place + 1) * units);
    assertClose(
      field(trace, `0.${direction}.c`).subarray(last * units, (last + 1) * units),
      c,
      tolerance,
      `${direction} last c`,
    );
  });
}

describe("the ONNX standard's own recurrent cases (skipped: no data, where shared/data is absent)", () => {
  const folder = sharedData('vectors', 'onnx-node-tests');
  before(async function () {
    if (folder === null) this.skip();
    await useWasmBackend();
  });

  const names = folder === null ? [] : readdirSync(folder).filter((name) => name.startsWith('test_'));
  for (const name of names) {
    it(`give the expected states: ${name}`, async () => {
      const own = path.join(folder ?? '', name);
      const tensor = (file: string): NumericArray => {
        const bytes = readFileSync(path.join(own, 'test_data_set_0', file));
        const { shape, data } = readOnnxTensor(
          parseOnnxTensor(bytes),
          createModelFiles('none', { none: new Uint8Array() }),
        );
        return { shape, data: Float32Array.from(data) };
      };
      const isBatchFirst = name.includes('batchwise');
      const x = tensor('input_0.pb');
      const batches = x.shape[isBatchFirst ? 0 : 1] ?? 0;
      const model = await openFile(path.join(own, 'model.onnx'));
      for (let batch = 0; batch < batches; batch++) {
        const { data, shape } = takeBatch(x, isBatchFirst ? 0 : 1, batch);
        const trace = await traceModel(model, { kind: 'values', data, width: shape[1] ?? 0 });
        const h = field(trace, '0.forward.h');
        for (const file of readdirSync(path.join(own, 'test_data_set_0')).filter((each) =>
          each.startsWith('output_'),
        )) {
          const expected = tensor(file);
          const isWhole = expected.shape.length === 4;
          const isCell = name.includes('output_cell_state') && file === 'output_1.pb';
          const own0 = isCell ? field(trace, '0.forward.c') : h;
          const units = expected.shape[expected.shape.length - 1] ?? 0;
          const batchAxis = isBatchFirst ? 0 : expected.shape.length - 2;
          const wanted = takeBatch(expected, batchAxis, batch).data;
          assertClose(isWhole ? own0 : own0.subarray(own0.length - units), wanted, tolerance, `${file} batch ${batch}`);
        }
      }
    });
  }
});

describe('the trained tfjs character model (skipped: no data, where shared/data is absent)', () => {
  const folder = sharedData('models', 'tfjs-char-lstm');
  before(async function () {
    if (folder === null) this.skip();
    await useWasmBackend();
  });

  it('predicts its own text with 1.70 nats a character over its window', async () => {
    const { charSets } = parse(path.join(folder ?? '', 'charsets.json')) as { charSets: { AiW: string[] } };
    const model = await openFile(path.join(folder ?? '', 'AiW-1.json'));
    const letters = charSets.AiW;
    const text = readFileSync(path.join(folder ?? '', 'alice-in-wonderland.txt'), 'utf8').toLowerCase();
    const ids = [...text]
      .map((letter) => letters.indexOf(letter))
      .filter((id) => id >= 0)
      .slice(2000, 2000 + 3000);
    let sum = 0;
    let count = 0;
    for (let start = 0; start + 40 < ids.length; start += 37) {
      const data = new Float32Array(40 * letters.length);
      for (let step = 0; step < 40; step++) data[step * letters.length + (ids[start + step] ?? 0)] = 1;
      const trace = await traceModel(model, { kind: 'values', data, width: letters.length });
      sum -= Math.log(trace.output?.data[ids[start + 40] ?? 0] ?? NaN);
      count++;
    }
    assert.ok(Math.abs(sum / count - 1.7) < 0.2, `${sum / count} nats over ${count} windows`);
  });
});

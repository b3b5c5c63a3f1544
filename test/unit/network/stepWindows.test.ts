import assert from 'node:assert/strict';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { createConvolutionNode } from '../../../src/network/stages/convolution';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading, type ReadingOptions } from '../../../src/engine/forward/reading';
import { createValuesNode, nothingUnchanged } from '../../../src/network/sequenceNode';
import { placeWindows, unchangedWindows } from '../../../src/network/stages/stepWindows';
import { createWindowPoolNode } from '../../../src/network/stages/windowPool';
import { readInputColumns } from '../../../src/engine/questions/readInputColumns';
import { tokensForFile } from '../../../src/engine/questions/collectTrace';
import { sourceOfReading } from '../../../src/engine/gradients/gradientsReading';
import { readScalar } from '../../../src/engine/gradients/gradientsScalar';
import { createWordTokenizer } from '../../../src/text/wordTokenizer';
import {
  type ConvolutionStage,
  type RecurrentModel,
  type Stage,
  type StepWindow,
  type WindowPoolStage,
} from '../../../src/network/recurrentModel';
import { assertClose } from '../../support/closeTo';
import { useWasmBackend } from '../../support/tfjsBackend';
import { finish, normals } from '../cells/randomCell';
import { dense, model, recurrent } from '../engine/smallModels';

const [D, N] = [3, 4];
const valid = { before: 0, after: 0 };

/** All windows of a few sizes, strides, dilations and paddings that Keras can save. */
const windows = [1, 2, 3, 4].flatMap((size) =>
  [1, 2, 3].flatMap((stride) =>
    (stride === 1 ? [1, 2] : [1]).flatMap((dilation): readonly StepWindow[] =>
      (['same', valid, { before: (size - 1) * dilation, after: 0 }] as const).map((padding) => ({
        size,
        stride,
        dilation,
        padding,
      })),
    ),
  ),
);

/** The steps that each window looks at, over an axis with its filling written out: -1 is filled in. */
function lookAt({ size, stride, dilation, padding }: StepWindow, T: number): readonly (readonly number[])[] {
  const reach = (size - 1) * dilation + 1;
  const wanted = Math.ceil(T / stride);
  const all = padding === 'same' ? Math.max(0, (wanted - 1) * stride + reach - T) : padding.before + padding.after;
  const before = padding === 'same' ? (all - (all % 2)) / 2 : padding.before;
  const axis = [
    ...new Array<number>(before).fill(-1),
    ...Array.from({ length: T }, (_, t) => t),
    ...new Array<number>(all - before).fill(-1),
  ];
  const found: number[][] = [];
  for (let at = 0; at + reach <= axis.length; at += stride)
    found.push(Array.from({ length: size }, (_, k) => axis[at + k * dilation] as number));
  return found;
}

function convolution(window: StepWindow): ConvolutionStage {
  return {
    kind: 'convolution',
    name: 'conv',
    inputWidth: D,
    outputWidth: N,
    kernel: normals(window.size * D * N, 7, 0.5),
    bias: normals(N, 8, 0.5),
    window,
    activation: 'relu',
  };
}

const pool = (how: 'max' | 'average', window: StepWindow): WindowPoolStage => ({
  kind: 'windowPool',
  name: 'pool',
  how,
  window,
});

function convolveByHand({ kernel, bias, window }: ConvolutionStage, data: Float32Array): number[] {
  return lookAt(window, data.length / D).flatMap((steps) =>
    Array.from({ length: N }, (_, n) => {
      let y = bias?.[n] ?? 0;
      steps.forEach((step, k) => {
        for (let d = 0; step >= 0 && d < D; d++)
          y += (data[step * D + d] as number) * (kernel[(k * D + d) * N + n] as number);
      });
      return Math.max(0, y);
    }),
  );
}

function poolByHand({ how, window }: WindowPoolStage, data: Float32Array): number[] {
  return lookAt(window, data.length / D).flatMap((steps) =>
    Array.from({ length: D }, (_, d) => {
      const values = steps.filter((step) => step >= 0).map((step) => data[step * D + d] as number);
      return how === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
    }),
  );
}

function read(wanted: RecurrentModel, raw: ConstructorParameters<typeof Reading>[1], options: ReadingOptions = {}) {
  const prepared = prepareModel(wanted, createPlainRunner);
  return new Reading(prepared, raw, new BlockCache(), options);
}

/** embedding, convolution "same" of 3, pooling, LSTM, softmax: ids in. */
function pooled(window: StepWindow, how: Partial<RecurrentModel> = {}): RecurrentModel {
  const embedding: Stage = { kind: 'embedding', name: 'e', table: normals(26 * D, 9), vocabularySize: 26, width: D };
  const same: StepWindow = { size: 3, stride: 1, dilation: 1, padding: 'same' };
  const stages = [
    embedding,
    convolution(same),
    pool('max', window),
    recurrent('lstm', { D: N, H: 3, seed: 4 }),
    dense([3, 2], 'softmax', 5),
  ];
  return { ...model(stages, { task: 'classify', vocabularySize: 26 }), ...how };
}

const two: StepWindow = { size: 2, stride: 2, dilation: 1, padding: valid };
const spelled = (text: string) => ({ kind: 'ids' as const, ids: [...text].map((c) => c.charCodeAt(0) - 97) });

describe('windows in front of a recurrent layer', () => {
  before(useWasmBackend);

  it('give what a plain loop gives, for every size, stride, dilation and padding, in float32 and float64', () => {
    for (const T of [1, 2, 5, 6, 7, 12]) {
      const data = normals(T * D, 30 + T);
      const input = createValuesNode(data, D, nothingUnchanged);
      for (const window of windows) {
        const name = `${T} steps, ${JSON.stringify(window)}`;
        const conv = convolution(window);
        const stages = [
          [conv, createConvolutionNode(input, conv), convolveByHand(conv, data)],
          ...(window.dilation === 1 && (window.padding === 'same' || window.padding.before === 0)
            ? (['max', 'average'] as const).map((how) => {
                const stage = pool(how, window);
                return [stage, createWindowPoolNode(input, stage), poolByHand(stage, data)] as const;
              })
            : []),
        ] as const;
        for (const [stage, node, expected] of stages) {
          assert.equal(node.steps * node.width, expected.length, name);
          assertClose(node.rows(0, node.steps), expected, 1e-5, name);
          const half = Math.floor(node.steps / 2);
          assertClose(node.rows(half, node.steps), expected.slice(half * node.width), 1e-5, `${name}, second half`);
          if (expected.length === 0) continue;
          const layer = recurrent('rnn', { D: node.width, H: 2, seed: 3 });
          const source = finish(
            readScalar(model([stage, layer], { task: 'states' }), { kind: 'values', data, width: D }),
          );
          assert.equal(source.steps, node.steps, name);
          assertClose(Float64Array.from(source.layers[0]?.input(0, node.steps) ?? []), expected, 1e-6, name);
        }
      }
    }
  });

  it('know which of them an edit leaves unchanged', () => {
    const [before, after] = [9, 11];
    const edit = { prefix: 4, suffix: 3 };
    for (const window of windows) {
      const { prefix, suffix } = unchangedWindows(window, after, edit);
      const name = (step: number, T: number): string =>
        step < 0
          ? 'filled'
          : step < edit.prefix
            ? `a${step}`
            : T - step <= edit.suffix
              ? `b${T - step}`
              : `new ${T} ${step}`;
      const look = (T: number): string[] => lookAt(window, T).map((steps) => steps.map((step) => name(step, T)).join());
      const [old, now] = [look(before), look(after)];
      assert.deepEqual(now.slice(0, prefix), old.slice(0, prefix), JSON.stringify(window));
      assert.deepEqual(now.slice(now.length - suffix), old.slice(old.length - suffix), JSON.stringify(window));
      if (window.stride === 1) assert.ok(prefix + suffix > 0 || window.size > 2, JSON.stringify(window));
    }
  });

  it('make steps that cover the tokens they look at, with what is left over said', () => {
    const reading = read(pooled(two), spelled('abcdefg'));
    assert.deepEqual(
      reading.tokens.map(({ start, end, id }) => [start, end, id]),
      [
        [0, 1, 0],
        [1, 2, 2],
        [2, 3, 4],
      ].map(([k = 0, , id = 0]) => [2 * k, 2 * k + 2, id]),
    );
    assert.match(
      reading.notes.join(' '),
      /"conv" and "pool" .* make 3 steps of 7 tokens: .* The last token enters no step\./,
    );
    const { tokens, stepTokens } = tokensForFile(reading, 1);
    assert.equal(tokens.length, 7, 'the tokens as they were given');
    assert.deepEqual([...(stepTokens ?? [])], [2, 4, 4, 6]);
    assert.deepEqual(
      reading.directions.map(({ steps }) => steps),
      [3],
    );
  });

  it('are labelled with the slice of the text, gaps between words included', () => {
    const vocabulary = ['', '<unknown>', ...'the cat sat on mats'.split(' ')];
    const tokenizer = createWordTokenizer({
      vocabulary,
      unknownId: 1,
      lowercase: true,
      folding: 'none',
      lookup: 'exact',
    });
    const reading = read(pooled(two, { input: { kind: 'tokens', vocabularySize: 26, tokenizer } }), {
      kind: 'text',
      text: ' the  cat sat\non mats',
    });
    assert.deepEqual(
      reading.tokens.map(({ text, start, end }) => [text, start, end]),
      [
        ['the  cat', 1, 9],
        ['sat\non', 10, 16],
      ],
    );
  });

  it('overlap where windows do, and the token behind a step is what comes next', () => {
    const wide: StepWindow = { size: 3, stride: 1, dilation: 1, padding: valid };
    const reading = read(pooled(wide, { task: 'next-token' }), spelled('zyxwv'));
    assert.deepEqual([...(tokensForFile(reading, 0).stepTokens ?? [])], [0, 3, 1, 4, 2, 5]);
    assert.deepEqual([...(reading.ids ?? [])], [25, 22, 21], 'the first, then w behind zyx, v behind yxw');
    assert.deepEqual(sourceOfReading(reading).ids, reading.ids);
  });

  it('give the columns of a table by step, as the mean of the rows that each step covers', () => {
    const stages = [pool('max', two), recurrent('rnn', { D, H: 2, seed: 3 })];
    const data = Float32Array.from({ length: 5 * D }, (_, k) => k);
    const reading = read(model(stages, { task: 'states', width: D }), { kind: 'values', data, width: D });
    assert.deepEqual([...readInputColumns(reading, [2, 0])], [3.5, 9.5, 1.5, 7.5]);
    assert.deepEqual(
      reading.tokens.map(({ text }) => text),
      ['0 1', '2 3'],
    );
    const plain = read(model(stages.slice(1), { task: 'states', width: D }), { kind: 'values', data, width: D });
    assert.deepEqual([...readInputColumns(plain, [1])], [1, 4, 7, 10, 13]);
  });

  it('say what the shortest text is where none fits', () => {
    const four: StepWindow = { size: 4, stride: 4, dilation: 1, padding: valid };
    assert.throws(
      () => read(pooled(four), spelled('abc')),
      /^InspectorError: The layer "pool" makes no step of 3 tokens; give at least 4\.$/,
    );
    assert.equal(read(pooled({ ...four, padding: 'same' }), spelled('abc')).steps, 1);
  });

  it('are read as trained where they end with the saved windows, and it is said where they do not', () => {
    const asTrained = (window: number, text: string) =>
      read(pooled(two, { window }), spelled(text), { asTrained: true });
    const even = asTrained(4, 'abcdefgh');
    assert.deepEqual(
      [0, 1, 2, 3].map((t) => even.directions[0]?.startsAt(t)),
      [true, false, true, false],
    );
    const odd = asTrained(5, 'abcdefghij');
    assert.match(odd.notes.join(' '), /do not end where the saved windows do, so the state is carried over/);
    assert.equal(odd.directions[0]?.startsAt(2), false);
    assert.equal(placeWindows(two, 5).count, 2);
  });
});

import assert from 'node:assert/strict';
import { assertClose } from '../closeTo';
import { type FaultCase, type FaultTable } from './runFault';

interface TraceJson {
  readonly arrays: Readonly<Record<string, { readonly data: readonly (readonly number[])[] }>>;
  readonly output?: readonly number[] | readonly (readonly number[])[];
  readonly tokens: readonly { readonly id: number; readonly text: string }[];
}

/** What the last step of a trace must be: its output (null: none may be given), its tokens' ids, fields by name. */
interface Right {
  readonly output?: readonly number[] | null;
  readonly ids?: readonly number[];
  readonly last?: Readonly<Record<string, readonly number[]>>;
}

/** The output of the last step; a head that answers once a text has one row. */
function lastOf(output: readonly number[] | readonly (readonly number[])[]): readonly number[] {
  const last = output.at(-1) ?? [];
  return typeof last === 'number' ? (output as readonly number[]) : last;
}

function traces(model: string, input: string, right: Right, more: Omit<FaultCase, 'args'> = {}): FaultCase {
  return {
    args: ['trace', model, ...input.split(' '), '--out', 'out.json'],
    check: async ({ json }) => {
      const { output, arrays, tokens } = (await json('out.json')) as TraceJson;
      if (right.output === null) assert.equal(output, undefined, 'no output');
      else if (right.output !== undefined) assertClose(lastOf(output ?? []), right.output, 1e-4, 'output');
      if (right.ids !== undefined)
        assert.deepEqual(
          tokens.map(({ id }) => id),
          right.ids,
        );
      for (const [name, values] of Object.entries(right.last ?? {}))
        assertClose(arrays[name]?.data.at(-1) ?? [], values, 1e-4, name);
    },
    ...more,
  };
}

const refused = (args: readonly string[], refuses: RegExp, more: Omit<FaultCase, 'args'> = {}): FaultCase => ({
  args: [...args, '--out', 'out.json'],
  refuses,
  ...more,
});

const chained = [-0.31280553340911865, -0.10353109240531921];
const reluOutput = [-0.07001462637571476, -0.5125963959163827];
const stacked = {
  output: [-0.3900545537471771, 0.40413111448287964],
  last: {
    '0.forward.h': [0.07821428775787354, -0.015281029976904392, 0.044428952038288116, 0.005415484309196472],
    '1.forward.h': [0.0034879448357969522, -0.03992556408047676, -0.10094989836215973, -0.050840266048908234],
  },
} as const;
const values = '--values x.json';
const branches = /holds 2 branches; .* "order": .* reads another/;

const torchscript: readonly FaultCase[] = [
  ...['A.script.pt', 'A.trace.pt', 'A.state.pt'].map((model) => traces(model, values, { output: chained })),
  ...['B.script.pt', 'B.trace.pt', 'B.state.pt'].map((model) => traces(model, values, stacked)),
  ...['C.script.pt', 'C.trace.pt', 'C.state.pt'].map((model) =>
    traces(model, values, { output: null }, { says: [branches, /--layer NAME: "b"/] }),
  ),
  traces('D.script.pt', '--ids ids.json', { output: null }, { says: [/the file also holds "norm"/] }),
  traces('plain/encdec.pt', values, { output: null }, { says: [branches, /--layer NAME: "decoder"/] }),
  ...['parts', 'relu.script', 'relu.state', 'relu.whole'].map((model) =>
    traces(`plain/${model}.pt`, values, { output: null }, { says: [/which activation follows .* "fc1"/] }),
  ),
  traces(
    'plain/relu.script.pt',
    values,
    { output: reluOutput },
    { files: { 'plain/relu.script.pt.inspector.json': '{"activations":{"fc1":"relu"}}' } },
  ),
];

const headOfAnother: readonly FaultCase[] = [
  traces(
    'two-towers.safetensors',
    '--ids ids.json',
    { output: null },
    { says: [branches, /"a_embedding"/, /"b_lstm"/] },
  ),
  ...['encoder-decoder', 'en-de'].map((model) =>
    traces(`${model}.safetensors`, '--ids ids.json', { output: null }, { says: [branches, /"en(coder)?\.embedding"/] }),
  ),
  {
    args: ['trace', 'two-towers.safetensors', '--ids', 'ids.json', '--out', 'out.json'],
    files: { 'inspector.json': '{"order":["b_lstm"]}' },
    says: [/"b_embedding" \[9, 3\] is taken as the embedding/],
  },
  {
    args: ['trace', 'en-de.safetensors', '--ids', 'ids.json', '--out', 'out.json'],
    files: { 'inspector.json': '{"order":["de.rnn"]}' },
    says: [/"de.embedding" .* embedding/, /"de.out" is taken as the output/, /"de.rnn" begins from zeros/],
  },
];

/**
 * Faults of files of models and vocabularies: the folders of shared/data/faults, with the right value or sentence of
 * each call.
 */
export const modelFaults: FaultTable = {
  'torchscript-archives': torchscript,
  'torch-head-of-another-branch': headOfAnother,
  'keras-weights-by-order': [traces('m.h5', '--values x.npy', { output: [0.29859619, 0.70140381] })],
  'maxpool-in-front': [
    traces(
      'conv-pool-lstm.h5',
      '--ids ids.json',
      {
        output: [0.43395, 0.56605],
        ids: [1, 2, 3, 4, 5, 6, 7, 8],
        last: { '0.forward.h': [-0.17176, -0.14852, -0.20927] },
      },
      { says: [/"conv" and "pool" in front of the recurrent layer make 4 steps of 8 tokens/] },
    ),
  ],
  'vocab-one-short': [
    refused(
      ['trace', 'm16.safetensors', '--vocab', 'v15.json', '--text', 'tea'],
      /lists 15 tokens, the model knows 16 ids.* 1 gives 1 "the", 2 "and", 3 "tea".*"offset" in m16\.safetensors\.inspector\.json/,
    ),
    traces('m16.safetensors', '--vocab v15.json --offset 0 --text tea', { ids: [2] }),
    traces(
      'm16.safetensors',
      '--vocab v15.json --text tea',
      { ids: [3] },
      {
        files: { 'inspector.json': '{"offset":1}' },
        hides: [/Nothing says/],
      },
    ),
  ],
  'vocabulary-size': [
    refused(['trace', 'words.pt', '--vocab', 'three.json', '--text', 'a b'], /lists 3 tokens, the model knows 4 ids/),
    refused(['trace', 'words.pt', '--vocab', 'six.json', '--text', 'a b'], /lists 6 tokens, the model knows 4 ids/),
    refused(
      ['trace', 'longwords.pt', '--vocab', 'four-words.json', '--text', 'the lion'],
      /lists 4 tokens, the model knows 5 ids.*0 gives 0 "the".*1 gives 1 "the", 2 "lion"/,
    ),
    traces('words.pt', '--vocab three.json --offset 1 --text abc', { ids: [1, 2, 3] }),
    traces('words.pt', '--vocab six.json --offset 0 --text abcd', { ids: [0, 1, 2, 3] }),
    traces('words.pt', '--vocab tokenizer.pkl --text abc', { ids: [1, 2, 3] }),
  ],
  'vocab-pickle': ['m', 'onehot'].flatMap((model) =>
    ['tokenizer.pickle', 'word_index.pkl'].map((vocabulary) => ({
      ...traces(`${model}.safetensors`, '', { ids: [1, 2, 3, 4] }),
      args: [
        'trace',
        `${model}.safetensors`,
        ...['--vocab', vocabulary, '--text', 'The tea, was good!', '--out', 'out.json'],
      ],
    })),
  ),
  'padding-id-ignored': [
    {
      ...traces('m.safetensors', '--text', { ids: [2, 3, 4, 5, 1, 1, 1, 1] }),
      args: ['trace', 'm.safetensors', '--text', 'the tea was good', '--window', '--out', 'out.json'],
    },
  ],
  'onnx-first-state-flat': [
    ...['flat', 'nested'].map((model) =>
      traces(`${model}.onnx`, '--values v.csv', { last: { '0.forward.h': [0.00151316926, -0.0686321929] } }),
    ),
    refused(['trace', 'wrong.onnx', '--values', 'v.csv'], /"inputs" .* gives 1 numbers for "h0", which takes 2/),
  ],
  'lfs-and-html': [
    refused(['trace', 'page.h5', '--text', 'a'], /^page\.h5: it is a web page, .*Download the file itself/),
    refused(['trace', 'pointer.h5', '--text', 'a'], /^pointer\.h5: it is a Git LFS pointer, .*git lfs pull/),
    refused(['trace', 'pointer.onnx', '--text', 'a'], /^pointer\.onnx: it is a Git LFS pointer, .*git lfs pull/),
  ],
};

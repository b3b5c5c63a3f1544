import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel, type OpenOptions } from '../../../src/models/openModel';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { type Pickled, torchZipOf } from '../../support/files/pickleFile';
import { safetensorsOf } from '../../support/files/torchFile';

type Shapes = Readonly<Record<string, readonly number[]>>;

const lstm = (prefix: string, inputs: number, units: number): Shapes => ({
  [`${prefix}weight_ih_l0`]: [4 * units, inputs],
  [`${prefix}weight_hh_l0`]: [4 * units, units],
  [`${prefix}bias_ih_l0`]: [4 * units],
  [`${prefix}bias_hh_l0`]: [4 * units],
});
const linear = (prefix: string, inputs: number, outputs: number): Shapes => ({
  [`${prefix}weight`]: [outputs, inputs],
  [`${prefix}bias`]: [outputs],
});
const dictOf = (shapes: Shapes): Pickled => ({
  dict: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { tensor: shape }])),
});

const open = (name: string, bytes: Uint8Array, options: OpenOptions = {}): Promise<RecurrentModel> =>
  openModel(createModelFiles(name, { [name]: bytes }), options);
const openShapes = (shapes: Shapes, options?: OpenOptions): Promise<RecurrentModel> =>
  open('m.safetensors', safetensorsOf(shapes), options);
const openPickle = (value: Pickled, options?: OpenOptions): Promise<RecurrentModel> =>
  open('m.pt', torchZipOf(value), options);

const stagesOf = ({ stages }: RecurrentModel): string[] => stages.map(({ kind, name }) => `${kind} ${name}`);
const partsOf = ({ parts = [] }: RecurrentModel): string[] => parts.flatMap(stagesOf);

/** A module of a TorchScript archive: its tensors and modules are its attributes, and lists repeat the tensors. */
const script = (shapes: Shapes, modules: Readonly<Record<string, Pickled>> = {}): Pickled => ({
  of: '__torch__.Module',
  state: {
    training: false,
    ...Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { tensor: shape }])),
    ...modules,
    _flat_weights: Object.values(shapes).map((shape) => ({ tensor: shape })),
  },
});

describe('a TorchScript archive', () => {
  it('keeps every module of one kind by its place: two LSTMs, two linear layers, a convolution beside', async () => {
    const archive = script(
      {},
      {
        conv: script({ weight: [3, 3, 2], bias: [3] }),
        body: script({}, { '0': script(lstm('', 3, 4)), '1': script(lstm('', 4, 4)) }),
        fc1: script(linear('', 4, 5)),
        fc2: script(linear('', 5, 2)),
      },
    );
    const model = await openPickle(archive, { head: ['fc1', 'fc2'], activations: { fc1: 'tanh' } });
    assert.deepEqual(stagesOf(model), ['recurrent body.0', 'recurrent body.1', 'dense fc1', 'dense fc2']);
    assert.match(model.notes.join(' '), /Not placed: conv/);
  });

  it('asks what stands between two linear layers, as the state dict of the same model does', async () => {
    const parts = { lstm: script(lstm('', 3, 4)), fc1: script(linear('', 4, 5)), fc2: script(linear('', 5, 2)) };
    for (const value of [
      script({}, parts),
      dictOf({ ...lstm('lstm.', 3, 4), ...linear('fc1.', 4, 5), ...linear('fc2.', 5, 2) }),
    ])
      assert.match((await openPickle(value)).notes.join(' '), /which activation follows the linear layer "fc1"/);
  });
});

describe('a dict of state dicts', () => {
  it('is one model of its parts', async () => {
    const value: Pickled = {
      dict: { lstm: dictOf(lstm('', 3, 4)), fc1: dictOf(linear('', 4, 5)), fc2: dictOf(linear('', 5, 2)) },
    };
    const model = await openPickle(value, { activations: { fc1: 'relu' } });
    assert.deepEqual(stagesOf(model), ['recurrent lstm', 'dense fc1', 'dense fc2']);
  });

  it('keeps an encoder and a decoder of the same shapes apart, and offers both', async () => {
    const model = await openPickle({ dict: { encoder: dictOf(lstm('', 3, 4)), decoder: dictOf(lstm('', 3, 4)) } });
    assert.deepEqual([stagesOf(model)[0], partsOf(model)[0]], ['recurrent encoder', 'recurrent decoder']);
  });

  it('still counts an averaged or older copy once', async () => {
    const weights = { ...lstm('lstm.', 3, 4), ...linear('fc.', 4, 2) };
    for (const copy of ['model_ema', 'best_model_state', 'target_network', 'ema_state_dict']) {
      const model = await openPickle({ dict: { model: dictOf(weights), [copy]: dictOf(weights) } });
      assert.deepEqual(stagesOf(model), ['recurrent lstm', 'dense fc'], copy);
      assert.match(model.notes.join(' '), /2 sets of recurrent weights; "model" is shown/, copy);
    }
  });
});

describe('a PyTorch file of several branches', () => {
  const towers = {
    'left_emb.weight': [9, 4],
    'right_emb.weight': [9, 4],
    ...lstm('left_lstm.', 4, 4),
    ...lstm('right_lstm.', 4, 4),
    ...linear('hidden.', 8, 4),
    ...linear('out.', 4, 1),
  };

  it('gives no output of a layer that joins them, and each branch its own table', async () => {
    const left = await openShapes(towers);
    assert.deepEqual(stagesOf(left).slice(0, 2), ['embedding left_emb', 'recurrent left_lstm']);
    assert.equal(left.stages.at(-1)?.kind, 'unsupported');
    assert.deepEqual(partsOf(left).slice(0, 2), ['embedding right_emb', 'recurrent right_lstm']);
    const right = await openShapes(towers, { order: ['right_lstm'] });
    assert.deepEqual(stagesOf(right).slice(0, 2), ['embedding right_emb', 'recurrent right_lstm']);
  });

  it('tells branches by a number where no word does', async () => {
    const numbered = Object.fromEntries(
      Object.entries(towers).map(([name, shape]) => [
        name.replace(/^(left|right)_(\w+)\./, (_, side, what) => `${what}${side === 'left' ? 1 : 2}.`),
        shape,
      ]),
    );
    const model = await openShapes(numbered);
    assert.deepEqual(stagesOf(model).slice(0, 2), ['embedding emb1', 'recurrent lstm1']);
    assert.deepEqual(partsOf(model).slice(0, 2), ['embedding emb2', 'recurrent lstm2']);
  });

  for (const [reader, writer] of [
    ['encoder', 'decoder'],
    ['enc', 'dec'],
    ['src', 'tgt'],
  ] as const) {
    const shapes = {
      [`${writer}.embedding.weight`]: [11, 4],
      ...lstm(`${writer}.rnn.`, 4, 4),
      ...linear(`${writer}.out.`, 4, 11),
      [`${reader}.embedding.weight`]: [9, 4],
      ...lstm(`${reader}.rnn.`, 4, 4),
    };
    it(`leaves the head of "${writer}" to it: "${reader}" is read, without an output`, async () => {
      const model = await openShapes(shapes);
      assert.deepEqual(stagesOf(model).slice(0, 2), [`embedding ${reader}.embedding`, `recurrent ${reader}.rnn`]);
      assert.equal(model.stages.at(-1)?.kind, 'unsupported');
      const decoder = await openShapes(shapes, { order: [`${writer}.rnn`] });
      assert.deepEqual(stagesOf(decoder), [
        `embedding ${writer}.embedding`,
        `recurrent ${writer}.rnn`,
        `dense ${writer}.out`,
      ]);
      assert.match(decoder.notes.join(' '), /begins from zeros here/);
    });
  }

  it('takes no linear layer that another one may stand before', async () => {
    const shapes = { ...lstm('lstm.', 3, 4), ...linear('attention.', 8, 4), ...linear('out.', 4, 2) };
    const model = await openShapes(shapes);
    assert.match(model.notes.join(' '), /"attention", which takes 8 numbers, gives the 4 that "out" takes/);
    assert.deepEqual(stagesOf(await openShapes(shapes, { head: ['out'] })), ['recurrent lstm', 'dense out']);
  });

  it('stacks layers that only a number tells apart, as before', async () => {
    const model = await openShapes({ ...lstm('lstm1.', 3, 4), ...lstm('lstm2.', 4, 4), ...linear('fc.', 4, 2) });
    assert.deepEqual(stagesOf(model), ['recurrent lstm1', 'recurrent lstm2', 'dense fc']);
  });
});

describe('a setting that does not fit the PyTorch file', () => {
  const shapes = { 'emb.weight': [9, 3], ...lstm('a.', 3, 4), ...lstm('b.', 3, 4), ...linear('fc.', 4, 2) };
  const settings: readonly (readonly [OpenOptions, RegExp])[] = [
    [{ order: ['c'] }, /"order" names "c", but the recurrent modules of the file are "a", "b"/],
    [{ order: ['a', 'b'] }, /"order" puts "b" after "a", but it takes 3 numbers and "a" gives 4/],
    [{ embedding: 'table' }, /"embedding" names "table".* is "emb"/],
    [{ head: ['top'] }, /"head" names "top", but the linear layers of the file are "fc"/],
    [{ head: ['fc', 'fc'] }, /"head" puts "fc" after "fc"/],
  ];
  for (const [options, sentence] of settings)
    it(`is refused with what fits: ${JSON.stringify(options)}`, () =>
      assert.rejects(openShapes(shapes, options), sentence));
});

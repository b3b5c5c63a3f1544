import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { withTimeLimit } from '../../../src/data/timeLimit';
import { createModelFiles } from '../../../src/models/fileAccess';
import { type OwnModel, readOwnModel } from '../../../src/models/ownModel';
import { memoryBudget, takeHeap, takeNumbers, withBudget } from '../../../src/models/readBudget';
import { readModuleObject, readScriptObject } from '../../../src/models/torch/moduleObject';
import { PickleDict, PickleGlobal, PickleObject } from '../../../src/models/torch/pickleValue';
import { withVocabulary } from '../../../src/models/withVocabulary';
import { field, lstmNode, message, node, onnxModel, recurrentKernel, tensor } from '../../support/files/protobuf';

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

function open(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<OwnModel> {
  return readOwnModel(createModelFiles(name, files));
}

/** What a file is refused with, and by how much the memory grew meanwhile. */
async function refusalOf(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const before = process.memoryUsage().rss;
  const thrown = await open(name, files).then(
    () => assert.fail(`${name} opens`),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof InspectorError, String(thrown));
  assert.notEqual(thrown.code, 'internal');
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 512, `${name}: memory grew by ${Math.round(grown)} MB`);
  return thrown.message;
}

function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const text = encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function lstmTensors(name = ''): Record<string, unknown> {
  const shapes = { weight_ih_l0: [8, 3], weight_hh_l0: [8, 2], bias_ih_l0: [8], bias_hh_l0: [8] };
  let at = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const from = at;
      at += 4 * shape.reduce((product, size) => product * size, 1);
      return [`${name}${key}`, { dtype: 'F32', shape, data_offsets: [from, at] }];
    }),
  );
}

const healthy = safetensors(lstmTensors(), 224);

const lstmConfig = {
  class_name: 'LSTM',
  config: { name: 'l', units: 2, activation: 'tanh', recurrent_activation: 'sigmoid', batch_input_shape: [null, 4, 3] },
};

function tfjs(layers: readonly unknown[], manifest?: unknown): Uint8Array {
  const shapes = { 'l/kernel': [3, 8], 'l/recurrent_kernel': [2, 8], 'l/bias': [8] };
  const weights = Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'float32' }));
  return encode({
    modelTopology: { class_name: 'Sequential', config: { name: 's', layers } },
    weightsManifest: manifest ?? [{ paths: ['w.bin'], weights }],
  });
}

const weights = new Uint8Array(48 * 4);

describe('a number in a file', () => {
  for (const offset of [5, 4_999_999, 999_999_999])
    it(`that moves a vocabulary by ${offset} ids, where the model knows 3, is refused before anything is made`, async () => {
      const files = {
        'a.safetensors': healthy,
        'a.inspector.json': encode({ vocabulary: 'vocab.json', offset }),
        'vocab.json': encode(['a', 'b', 'c']),
      };
      assert.match(await refusalOf('a.safetensors', files), /offset/);
    });

  for (const window of [0, 0.5, 2e6, 1e9])
    it(`that makes a window of ${window} steps is refused`, async () => {
      const settings = encode({ window });
      assert.match(
        await refusalOf('a.safetensors', { 'a.safetensors': healthy, 'a.inspector.json': settings }),
        /"window" must be a whole number from 1 to 1000000/,
      );
      // A model of no steps is one without a window.
      if (window === 0) return;
      const config = { ...lstmConfig.config, batch_input_shape: [null, window, 3] };
      const model = tfjs([{ ...lstmConfig, config }]);
      assert.match(await refusalOf('model.json', { 'model.json': model, 'w.bin': weights }), /input's length/);
    });

  it('that repeats a vector a billion times is not followed, and the note says so', async () => {
    const repeat = { class_name: 'RepeatVector', config: { name: 'again', n: 1e9 } };
    const second = { ...lstmConfig, config: { ...lstmConfig.config, name: 'second' } };
    const model = tfjs([lstmConfig, repeat, second]);
    const opened = (await open('model.json', { 'model.json': model, 'w.bin': weights })).model;
    assert.ok(opened.stages.every(({ kind }) => kind !== 'repeat'));
    assert.match(opened.notes.join(' '), /Not understood: .*"again" is 1000000000 steps/);
  });

  it('of 1,001 recurrent layers is refused, in each format that can have them', async () => {
    const many = Object.assign({}, ...Array.from({ length: 1001 }, (_, at) => lstmTensors(`r${at}.`))) as object;
    const spread = Object.fromEntries(
      Object.entries(many).map(([name, entry], at) => [name, { ...entry, data_offsets: [at * 96, at * 96 + 96] }]),
    );
    assert.match(
      await refusalOf('a.safetensors', { 'a.safetensors': safetensors(spread, 4004 * 96) }),
      /1001 recurrent/,
    );
    const nodes = Array.from({ length: 1001 }, (_, at) => lstmNode('W', `y${at}`));
    const onnx = onnxModel(nodes, [tensor('W', [1, 8, 3], new Float32Array(24)), recurrentKernel]);
    assert.match(await refusalOf('a.onnx', { 'a.onnx': onnx }), /1001 recurrent/);
    const layers = Array.from({ length: 1001 }, (_, at) => ({
      ...lstmConfig,
      config: { ...lstmConfig.config, name: `l${at}` },
    }));
    assert.match(await refusalOf('model.json', { 'model.json': tfjs(layers), 'w.bin': weights }), /1001 recurrent/);
  });
});

describe('JSON of many values', () => {
  const twentyMillion = '{},'.repeat(20_000_000);
  it('is refused before it is parsed: twenty million objects as a model, as settings, as a vocabulary', async () => {
    const list = new TextEncoder().encode(`{"modelTopology":[${twentyMillion}{}]}`);
    assert.match(await refusalOf('model.json', { 'model.json': list }), /512 MB of memory/);
    assert.match(
      await refusalOf('a.safetensors', { 'a.safetensors': healthy, 'a.inspector.json': list }),
      /512 MB of memory/,
    );
    const files = {
      'a.safetensors': healthy,
      'a.inspector.json': encode({ vocabulary: 'vocab.json' }),
      'vocab.json': list,
    };
    assert.match(await refusalOf('a.safetensors', files), /512 MB of memory/);
  });

  it('is no smaller for a quotation mark in a comment before it', async () => {
    const hidden = new TextEncoder().encode(`// don't "\n{"x":[${twentyMillion}{}]}`);
    assert.match(
      await refusalOf('a.safetensors', { 'a.safetensors': healthy, 'a.inspector.json': hidden }),
      /512 MB of memory/,
    );
  });
});

describe('a small file that would take much memory', () => {
  const row = tensor('row', [1, 64], new Float32Array(64));
  const model = (
    nodes: readonly Uint8Array[],
    extra: readonly Uint8Array[] = [],
  ): Readonly<Record<string, Uint8Array>> => ({
    'a.onnx': onnxModel([...nodes, lstmNode('W')], [row, recurrentKernel, ...extra]),
  });
  const doubled = (operation: (from: string, to: string) => Uint8Array): readonly Uint8Array[] =>
    Array.from({ length: 25 }, (_, at) => operation(at === 0 ? 'row' : `v${at}`, at === 24 ? 'W' : `v${at + 1}`));

  it('is refused: ONNX Concat of a value with itself, again and again', async () => {
    const nodes = doubled((from, to) => node('Concat', [[from, from], [to]], { axis: 0 }));
    assert.match(await refusalOf('a.onnx', model(nodes)), /512 MB of memory/);
  });

  it('is refused: ONNX Gather of the same row, many million times', async () => {
    const size = tensor('size', [1], BigInt64Array.of(1n << 22n));
    const nodes = [node('ConstantOfShape', [['size'], ['many']]), node('Gather', [['row', 'many'], ['W']])];
    assert.match(await refusalOf('a.onnx', model(nodes, [size])), /512 MB of memory/);
  });

  it('is refused: ONNX Expand and Add of many copies', async () => {
    const shape = tensor('shape', [2], BigInt64Array.of(200_000n, 64n));
    const names = Array.from({ length: 60 }, (_, at) => `e${at}`);
    const nodes = [
      ...names.map((name) => node('Expand', [['row', 'shape'], [name]])),
      node('Concat', [names, ['W']], { axis: 0 }),
    ];
    assert.match(await refusalOf('a.onnx', model(nodes, [shape])), /512 MB of memory/);
  });

  it('is refused: tensors of a .safetensors that overlap', async () => {
    const whole = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [
        `r${at}.weight_hh_l0`,
        { dtype: 'F32', shape: [512, 128], data_offsets: [0, 2 ** 18] },
      ]),
    );
    assert.match(await refusalOf('a.safetensors', { 'a.safetensors': safetensors(whole, 2 ** 18) }), /overlap/);
    const touching = { ...lstmTensors(), other: { dtype: 'F32', shape: [1], data_offsets: [220, 224] } };
    assert.match(await refusalOf('a.safetensors', { 'a.safetensors': safetensors(touching, 224) }), /overlap/);
  });

  it('is refused: a shard of a TensorFlow.js model named 500 times, by one name or by many', async () => {
    const manifest = (name: (at: number) => string): unknown => [
      {
        paths: Array.from({ length: 500 }, (_, at) => name(at)),
        weights: [{ name: 'texts', shape: [1e9], dtype: 'string' }],
      },
    ];
    for (const name of [() => 'w.bin', (at: number) => `part${at}/w.bin`]) {
      const files = { 'model.json': tfjs([lstmConfig], manifest(name)), 'w.bin': weights };
      assert.match(await refusalOf('model.json', files), /several times/);
    }
  });

  it('is refused: a TensorFlow.js weight of a billion texts', async () => {
    const manifest = [{ paths: ['w.bin'], weights: [{ name: 'texts', shape: [1e9], dtype: 'string' }] }];
    const files = { 'model.json': tfjs([lstmConfig], manifest), 'w.bin': weights };
    assert.match(await refusalOf('model.json', files), /1000000000 texts/);
  });

  it('is refused: a pickled module, or one of TorchScript, that holds another twice, which holds another twice, and so on', async () => {
    const isDoubled = (create: () => PickleDict, read: (root: PickleDict) => unknown) => (): unknown => {
      let inner = create();
      for (let depth = 0; depth < 40; depth++) {
        const outer = create();
        const modules = outer.entries.get('_modules') ?? outer;
        assert.ok(modules instanceof PickleDict);
        for (const key of ['a', 'b']) modules.entries.set(key, inner);
        inner = outer;
      }
      return read(inner);
    };
    const plain = (): PickleDict => {
      const module = new PickleDict();
      for (const key of ['_parameters', '_modules']) module.entries.set(key, new PickleDict());
      return module;
    };
    const script = (): PickleObject => new PickleObject(new PickleGlobal('__torch__.a', 'B'));
    const files = createModelFiles('a.pt', { 'a.pt': new Uint8Array(4) });
    await assert.rejects(withBudget(files, isDoubled(plain, readModuleObject)), /512 MB of memory/);
    const readScript = (root: PickleDict): unknown => readScriptObject(root as PickleObject);
    await assert.rejects(withBudget(files, isDoubled(script, readScript)), /512 MB of memory/);
  });

  it('is refused: a model in more files than a process may have open', async () => {
    const paths = Array.from({ length: 1001 }, (_, at) => `${at}.bin`);
    const files = { 'model.json': tfjs([lstmConfig], [{ paths, weights: [] }]), 'w.bin': weights };
    assert.match(await refusalOf('model.json', files), /1001 files/);
  });

  it('is refused: 60 MB of whole numbers, a byte each, in an attribute of a node', async () => {
    const list = field(5, message(field(1, 'value_ints'), field(8, new Uint8Array(60 << 20).fill(1))));
    const constant = message(node('Constant', [[], ['W']]), list);
    const files = { 'a.onnx': onnxModel([constant, lstmNode('W')], [recurrentKernel]) };
    assert.match(await refusalOf('a.onnx', files), /MB of memory/);
  });
});

describe('the memory budget of a file', () => {
  const files = createModelFiles('a', { a: new Uint8Array(4) });
  it('counts all that is made for it, and begins anew with the next', async () => {
    await assert.rejects(
      withBudget(files, () => {
        takeNumbers(memoryBudget);
        takeNumbers(1);
      }),
      /512 MB/,
    );
    await withBudget(files, () => takeNumbers(memoryBudget));
    takeNumbers(2 * memoryBudget);
  });

  it('counts on where one reading of the same files is part of another', async () => {
    await assert.rejects(
      withBudget(files, async () => {
        takeNumbers(memoryBudget);
        await withBudget(files, () => takeNumbers(1));
      }),
      /512 MB/,
    );
  });

  it('is sixteen times the size of a large file for numbers, and never more for objects', async () => {
    const large = { ...files, bytes: () => 2 ** 30 };
    await withBudget(large, () => takeNumbers(2 ** 34));
    await assert.rejects(
      withBudget(large, () => takeHeap(memoryBudget + 1)),
      /512 MB/,
    );
  });
});

describe('a tokenizer.json', () => {
  const spoken = (pattern: string): unknown => ({
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: { '[UNK]': 0, a: 1, b: 2 }, unk_token: '[UNK]' },
  });
  const tokenize = async (json: unknown, text: string): Promise<number> => {
    const files = {
      'a.safetensors': healthy,
      'a.inspector.json': encode({ vocabulary: 'tokenizer.json' }),
      'tokenizer.json': encode(json),
    };
    const { input } = withVocabulary(await open('a.safetensors', files), withTimeLimit);
    assert.ok(input.kind === 'tokens' && input.tokenizer !== undefined);
    return input.tokenizer.tokenize(text).length;
  };

  for (const [pattern, text] of [
    ['(a+)+$', `${'a'.repeat(40)}!`],
    ['(a|aa)+$', `${'a'.repeat(60)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
    ['(.*a){20}b', 'a'.repeat(40)],
  ] as const)
    it(`whose pattern ${pattern} does not end is given up, and the next is read`, async () => {
      await assert.rejects(tokenize(spoken(pattern), text), /tokenizer\.json takes too long/);
      assert.equal(await tokenize(spoken('b'), 'aba'), 3);
    });

  it('of WordPiece that looks into words of a billion characters is given up', async () => {
    const model = {
      type: 'WordPiece',
      unk_token: '[UNK]',
      max_input_chars_per_word: 1e9,
      continuing_subword_prefix: '##',
      vocab: { '[UNK]': 0, a: 1, '##a': 2 },
    };
    const json = { ...(spoken('b') as object), pre_tokenizer: { type: 'Whitespace' }, model };
    await assert.rejects(tokenize(json, `${'a'.repeat(60_000)}b`), /takes too long/);
    assert.equal(await tokenize(json, 'aaa'), 3);
  }).timeout(30_000);
});

describe('a large vocabulary', () => {
  const word = (id: number): string => `w${id.toString(36)}x`;
  const words = (count: number): readonly string[] => Array.from({ length: count }, (_, id) => word(id));
  const index = (count: number): string =>
    `{${words(count)
      .map((text, id) => `"${text}": ${id + 1}`)
      .join(', ')}}`;
  /** As `tokenizer.to_json()` writes it: every count and index is JSON within JSON. */
  const kerasTokenizer = (count: number): unknown => {
    const [ofWords, ofIds] = [
      index(count),
      JSON.stringify(Object.fromEntries(words(count).map((text, id) => [id + 1, text]))),
    ];
    return {
      class_name: 'Tokenizer',
      config: { word_counts: ofWords, word_docs: ofWords, index_docs: ofIds, index_word: ofIds, word_index: ofWords },
    };
  };

  // More than the stack has room for as arguments of one call, which is from about 125,000 on.
  const many = 200_000;
  const withIds = (): string =>
    words(many)
      .map((text, id) => `${text}\t${id}`)
      .join('\n');

  for (const [what, text, count] of [
    ['200,000 lines', () => words(many).join('\n'), many],
    ['200,000 lines with ids', withIds, many],
    ['a word_index of 200,000', () => index(many), many + 1],
    ['a Keras Tokenizer of 200,000', () => kerasTokenizer(many), many + 1],
  ] as const)
    it(`of ${what} opens`, async () => {
      const files = {
        'a.safetensors': healthy,
        'a.inspector.json': encode({ vocabulary: 'words', level: 'word' }),
        words: encode(text()),
      };
      const { vocabulary } = await open('a.safetensors', files);
      assert.ok(vocabulary !== undefined && vocabulary.kind !== 'huggingFace');
      assert.equal(vocabulary.vocabulary.length, count);
    });
});

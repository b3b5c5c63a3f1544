import * as esbuild from 'esbuild';
import { zipSync } from 'fflate';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../../src/base/errors';
import { createRandom } from '../../../src/base/random';
import { isRecurrent } from '../../../src/models/assembleModel';
import { type OwnModel } from '../../../src/models/ownModel';
import { ReaderThread } from '../../../src/worker/readerThread';
import { findFloats, flips, giantNumbers, truncations, type Variant } from '../../support/files/fuzzFiles';

const folder = path.resolve(__dirname, '../../fixtures/models');
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, name)));
const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A format's healthy file, what lies beside it, and files that somebody made to do harm. */
interface Format {
  readonly name: string;
  readonly file: Uint8Array;
  readonly beside?: Readonly<Record<string, Uint8Array>>;
  readonly hostile: readonly Variant[];
  /** How many variants cost how much: HDF5 goes through a library in WebAssembly. */
  readonly count: number;
}

const tfjsConfig = {
  class_name: 'LSTM',
  config: { name: 'l', units: 2, activation: 'tanh', recurrent_activation: 'sigmoid', batch_input_shape: [null, 4, 3] },
};

function tfjsModel(
  layers: readonly unknown[] = [tfjsConfig],
  shape: readonly number[] = [3, 8],
): Record<string, unknown> {
  const weights = [
    ['l/kernel', shape],
    ['l/recurrent_kernel', [2, 8]],
    ['l/bias', [8]],
  ].map(([name, size]) => ({ name, shape: size, dtype: 'float32' }));
  return {
    modelTopology: { class_name: 'Sequential', config: { name: 's', layers } },
    weightsManifest: [{ paths: ['w.bin'], weights }],
  };
}

function cyclicTopology(): Record<string, unknown> {
  const node = (name: string, from: string): unknown => ({ ...tfjsConfig, name, inbound_nodes: [[[from, 0, 0, {}]]] });
  return {
    ...tfjsModel(),
    modelTopology: {
      class_name: 'Model',
      config: {
        name: 'm',
        layers: [node('l', 'k'), node('k', 'l')],
        input_layers: [['l', 0, 0]],
        output_layers: [['k', 0, 0]],
      },
    },
  };
}

/** A pickle that asks for a function: protocol 2, GLOBAL, its argument, REDUCE. */
function evilPickle(module: string, name: string): Uint8Array {
  return Uint8Array.from([
    0x80,
    2,
    ...encode(`c${module}\n${name}\n`),
    0x58,
    4,
    0,
    0,
    0,
    ...encode('true'),
    0x85,
    0x52,
    0x2e,
  ]);
}

function evilPickles(): readonly Variant[] {
  const targets = [
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['subprocess', 'Popen'],
    ['torch.storage', '_load_from_bytes'],
    ['__main__', 'Model'],
    ['torch.nn.modules.rnn', 'LSTM'],
  ] as const;
  return targets.flatMap(([module, name]) => {
    const pickle = evilPickle(module, name);
    return [
      {
        what: `a zip whose pickle calls ${module}.${name}`,
        bytes: zipSync({ 'm/data.pkl': [pickle, { level: 0 }], 'm/data/0': new Uint8Array(16) }),
      },
      { what: `a pickle that calls ${module}.${name}`, bytes: pickle },
    ];
  });
}

/**
 * Pickles that would build whole objects: calls by each opcode, modules that hold themselves, and modules a thousand
 * deep.
 */
function evilObjects(): readonly Variant[] {
  const name = [...encode('cproject\nNet\n')];
  const text = (value: string): number[] => [0x58, value.length, 0, 0, 0, ...encode(value)];
  const empty = [0x7d];
  const state = (modules: readonly number[]): number[] => [
    0x28,
    ...text('_parameters'),
    ...empty,
    ...text('_modules'),
    ...modules,
    0x64,
  ];
  const around = (inner: readonly number[], depth: number): number[] =>
    depth === 0
      ? [...inner]
      : around([...name, 0x29, 0x81, ...state([0x28, ...text('inner'), ...inner, 0x64]), 0x62], depth - 1);
  const wholes: readonly (readonly [string, readonly number[]])[] = [
    ['INST of os.system', [0x28, ...text('true'), 0x69, ...encode('os\nsystem\n'), 0x2e]],
    ['OBJ of os.system', [0x28, ...encode('cos\nsystem\n'), ...text('true'), 0x6f, 0x2e]],
    ['NEWOBJ_EX of builtins.eval', [...encode('cbuiltins\neval\n'), ...text('1'), 0x85, 0x7d, 0x92, 0x2e]],
    ['a call of what getattr gave', [...encode('cbuiltins\ngetattr\n'), ...text('a'), 0x85, 0x52, 0x29, 0x52, 0x2e]],
    [
      'a module that holds itself',
      [...name, 0x29, 0x81, 0x71, 0, ...state([0x28, ...text('self'), 0x68, 0, 0x64]), 0x62, 0x2e],
    ],
    ['300 modules in each other', [...around([...name, 0x29, 0x81], 300), 0x2e]],
    ['NEWOBJ_EX without arguments', [0x92, 0x2e]],
    ['OBJ without a class', [0x28, 0x6f, 0x2e]],
    ['an endless BYTEARRAY8', [0x96, 255, 255, 255, 255, 255, 255, 255, 127, 0x2e]],
  ];
  return wholes.map(([what, bytes]) => ({
    what,
    bytes: zipSync({ 'm/data.pkl': [Uint8Array.from([0x80, 2, ...bytes]), { level: 0 }] }),
  }));
}

/** 64 MB of zeros that deflate to 64 kB. */
function zipBombs(entry: string): readonly Variant[] {
  const bomb = zipSync({
    [entry]: [new Uint8Array(64 << 20), { level: 9 }],
    'config.json': encode('{}'),
    'model.weights.h5': new Uint8Array(8),
  });
  return [{ what: 'a zip bomb', bytes: bomb }];
}

function safetensors(header: unknown, data = new Uint8Array(64)): Uint8Array {
  const text = encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Uint8Array.from([...length, ...text, ...data]);
}

const giantTensor = { dtype: 'F32', shape: [2 ** 40, 4], data_offsets: [0, 2 ** 44] };

function hostileJson(): readonly Variant[] {
  const polluted = JSON.stringify(tfjsModel()).replace(
    '{',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},',
  );
  const nested = `${'{"modelTopology":'.repeat(5000)}{}${'}'.repeat(5000)}`;
  return [
    { what: 'prototype keys', bytes: encode(polluted) },
    { what: 'a circle of layers', bytes: encode(cyclicTopology()) },
    { what: 'a shape of terabytes', bytes: encode(tfjsModel([tfjsConfig], [2 ** 40, 8])) },
    { what: 'a shape that is negative', bytes: encode(tfjsModel([tfjsConfig], [-3, 8])) },
    { what: '5,000 levels', bytes: encode(nested) },
    {
      what: '100,000 levels of lists',
      bytes: encode(`{"modelTopology":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    },
  ];
}

function createFormats(): readonly Format[] {
  const weights = new Uint8Array(Float32Array.from({ length: 48 }, (_, at) => Math.sin(at)).buffer);
  return [
    {
      name: 'model.json',
      file: encode(tfjsModel()),
      beside: { 'w.bin': weights },
      hostile: hostileJson(),
      count: 2000,
    },
    {
      name: 'keras.h5',
      file: fixture('weights-only.weights.h5'),
      beside: { 'keras.json': fixture('weights-only.json') },
      hostile: [],
      count: 2000,
    },
    {
      name: 'keras.keras',
      file: fixture('keras3-text.keras'),
      hostile: zipBombs('assets/vocabulary.txt'),
      count: 2000,
    },
    {
      name: 'torch.safetensors',
      file: fixture('lstm-bidirectional.safetensors'),
      hostile: [
        { what: 'a tensor of terabytes', bytes: safetensors({ weight_ih_l0: giantTensor, weight_hh_l0: giantTensor }) },
      ],
      count: 2000,
    },
    {
      name: 'torch.pt',
      file: fixture('lstm-bidirectional.pt'),
      hostile: [...evilPickles(), ...zipBombs('m/data.pkl')],
      count: 2000,
    },
    { name: 'torch.pth', file: fixture('lstm-bidirectional.legacy.pth'), hostile: evilPickles(), count: 2000 },
    { name: 'torch.onnx', file: fixture('rnn.onnx'), hostile: [], count: 2000 },
    { name: 'module.pt', file: fixture('torch-module.pt'), hostile: evilObjects(), count: 800 },
    { name: 'lightning.ckpt', file: fixture('torch-lightning.ckpt'), hostile: [], count: 800 },
    { name: 'hierarchy.h5', file: fixture('keras2-hierarchy.h5'), hostile: [], count: 400 },
    { name: 'graph.onnx', file: fixture('onnx-tf-sequence.onnx'), hostile: [], count: 800 },
  ];
}

/** 2 of 10 variants have their changes in weights, where the file holds those in one piece. */
function variantsOf({ name, file, hostile, count }: Format, kernels: readonly Float32Array[]): readonly Variant[] {
  const random = createRandom(name.length * 7919 + 1);
  const places = kernels.flatMap((kernel) => {
    const place = findFloats(file, kernel);
    return place === null ? [] : [place];
  });
  const inWeights = places.flatMap(([from, to]) =>
    flips(file, random, { count: Math.ceil((count * 0.2) / places.length), from, to }).map((variant) => ({
      ...variant,
      isInWeights: true,
    })),
  );
  const nans = places.map(([from, to]) => ({
    what: 'NaN weights',
    bytes: file.map((byte, at) => (at >= from && at < to ? 255 : byte)),
    isInWeights: true,
  }));
  const rest = count - 50 - hostile.length - inWeights.length - nans.length;
  return [
    ...truncations(file),
    ...hostile,
    ...inWeights,
    ...nans,
    ...flips(file, random, { count: Math.ceil(rest * 0.7) }),
    ...giantNumbers(file, random, Math.floor(rest * 0.3)),
  ];
}

/**
 * Weights of the layers as they may stand in the file: as stored in Keras's files, transposed and reordered in the
 * others.
 */
function storedKernels({ model }: OwnModel): readonly Float32Array[] {
  const cells = model.stages.filter(isRecurrent).flatMap((stage) => [stage.forward, stage.backward]);
  return cells.flatMap((cell) =>
    cell === undefined
      ? []
      : [
          cell.recurrentKernel,
          cell.kernel,
          turned(cell.kernel, cell.inputWidth),
          turned(cell.recurrentKernel, cell.units),
        ],
  );
}

function turned(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return Float32Array.from(matrix, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

describe('damaged and hostile model files', function () {
  this.timeout(300_000);
  const scripts = mkdtempSync(path.join(tmpdir(), 'lstm-reader-'));
  let reader: ReaderThread;

  before(async () => {
    const outfile = path.join(scripts, 'reader.js');
    await esbuild.build({
      entryPoints: [path.resolve(__dirname, '../../../src/worker/readerMain.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      charset: 'utf8',
      logLevel: 'error',
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    });
    reader = new ReaderThread(outfile);
  });

  after(() => {
    reader.dispose();
    rmSync(scripts, { recursive: true, force: true });
  });

  for (const format of createFormats()) {
    it(`of the kind ${format.name} end in a model or in one line of ours, ${format.count} times, below 512 MB`, async () => {
      const open = (bytes: Uint8Array): Promise<OwnModel> =>
        reader.open({
          source: { kind: 'bytes', name: format.name, files: { ...format.beside, [format.name]: bytes } },
          options: {},
        });
      const kernels = storedKernels(await open(format.file));
      const variants = variantsOf(format, kernels);
      assert.ok(variants.length >= format.count, `only ${variants.length} variants`);
      const before = process.memoryUsage().rss;
      let peak = 0;
      let [inWeights, loaded] = [0, 0];
      for (const { what, bytes, isInWeights } of variants) {
        const isLoaded = await open(bytes).then(
          () => true,
          (error: unknown) => checkError(error, `${format.name}, ${what}`, format.name),
        );
        if (isInWeights) [inWeights, loaded] = [inWeights + 1, loaded + Number(isLoaded)];
        peak = Math.max(peak, process.memoryUsage().rss - before);
      }
      assert.ok(peak < 512 * 2 ** 20, `memory grew by ${Math.round(peak / 2 ** 20)} MB`);
      if (format.count >= 2000 && format.name !== 'model.json')
        assert.ok(inWeights > 100, `only ${inWeights} variants changed weights`);
      assert.ok(loaded >= 0.95 * inWeights, `${loaded} of ${inWeights} variants with other weights load`);
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    });
  }
});

function checkError(error: unknown, what: string, name: string): false {
  assert.ok(error instanceof InspectorError, `${what}: ${String(error)}`);
  assert.notEqual(error.code, 'internal', `${what}: ${error.message}`);
  assert.ok(error.message.startsWith(name), `${what}: ${error.message}`);
  assert.ok(!error.message.includes('\n'), `${what}: ${error.message}`);
  return false;
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { toFailure } from '../../../src/base/errors';
import { createModelFiles } from '../../../src/models/fileAccess';
import { type OwnModel, readOwnModel } from '../../../src/models/ownModel';
import { modelFixtures } from '../../support/givesStates';

const schemaPath = path.resolve(__dirname, '../../../media/schemas/inspector.schema.json');
const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as {
  readonly properties: Readonly<Record<string, object>>;
};

type Settings = Readonly<Record<string, unknown>>;
type Opened = { readonly own: OwnModel } | { readonly error: string };

/** Opens a fixture with settings, and with other files beside it. */
async function open(name: string, settings: Settings, beside: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const texts = { ...beside, 'inspector.json': JSON.stringify(settings) };
  const files: Record<string, Uint8Array> = { [name]: new Uint8Array(readFileSync(path.join(modelFixtures, name))) };
  for (const [file, text] of Object.entries(texts)) files[file] = new TextEncoder().encode(text);
  try {
    return { own: await readOwnModel(createModelFiles(name, files)) };
  } catch (thrown) {
    return { error: toFailure(thrown).message };
  }
}

async function notesOf(...given: Parameters<typeof open>): Promise<string> {
  const opened = await open(...given);
  assert.ok('own' in opened, JSON.stringify(opened));
  return opened.own.model.notes.join(' ');
}

/** For every key of the schema a value that no model has by itself. */
const values: Settings = {
  name: 'another name',
  vocabulary: ['x', 'y', 'z'],
  vocabularyKey: 'word_index',
  level: 'character',
  lowercase: false,
  folding: 'ascii',
  lookup: 'exact',
  unknown: 2,
  padding: 1,
  paddingSide: 'right',
  offset: 1,
  window: 17,
  task: 'regress',
  labels: ['one'],
  description: 'what it was trained on',
  figures: { 'nats, held out': 1.5 },
  architecture: 'other.json',
  order: ['lstm'],
  embedding: 'nothing',
  head: ['nothing'],
  activations: { nothing: 'relu' },
  inputs: { h0: [0] },
};

const architecture = { 'weights-only.json': readFileSync(path.join(modelFixtures, 'weights-only.json'), 'utf8') };

/** Files beside a model that reads `size` ids, or numbers as many as that. */
function vocabularyFiles(size: number): Readonly<Record<string, string>> {
  const words = Array.from({ length: size }, (_, k) => `word${k}`);
  const index = Object.fromEntries(words.map((word, k) => [word, k]));
  const others = words.map((word) => `${word}s`);
  const huggingFace = { model: { type: 'WordLevel', vocab: index, unk_token: 'word0' } };
  const keras = { class_name: 'Tokenizer', config: { word_index: JSON.stringify(index), lower: true } };
  return {
    ...architecture,
    'tokenizer.json': JSON.stringify(huggingFace),
    'keras.json': JSON.stringify(keras),
    'words.json': JSON.stringify({ word_index: index, other: others }),
    'words.txt': words.join('\n'),
  };
}

const ways: Readonly<Record<string, (size: number) => Settings>> = {
  'without a vocabulary': () => ({}),
  'with its words in the settings': (size) => ({ vocabulary: Array.from({ length: size }, (_, k) => `Word${k}`) }),
  'with a file of words': () => ({ vocabulary: 'words.txt' }),
  'with several lists in JSON': () => ({ vocabulary: 'words.json', vocabularyKey: 'other' }),
  'with a tokenizer.json': () => ({ vocabulary: 'tokenizer.json' }),
  "with Keras's Tokenizer": () => ({ vocabulary: 'keras.json' }),
};

/** Ids that a fixture knows, or numbers that it reads. */
async function sizeOf(name: string): Promise<number> {
  const opened = await open(name, {}, architecture);
  assert.ok('own' in opened, JSON.stringify(opened));
  const { input } = opened.own.model;
  return input.kind === 'tokens' ? input.vocabularySize : input.width;
}

describe('no key of the settings of a model file is without effect or a remark', () => {
  it('and the test knows each of the schema', () => {
    assert.deepEqual(Object.keys(schema.properties).sort(), [...Object.keys(values), 'version'].sort());
  });

  for (const name of ['keras2-text.h5', 'keras3-text.keras', 'rnn.safetensors', 'rnn.onnx', 'weights-only.weights.h5'])
    for (const [how, settingsFor] of Object.entries(ways))
      it(`on ${name} ${how}`, async () => {
        const size = await sizeOf(name);
        const [settings, beside] = [settingsFor(size), vocabularyFiles(size)];
        const whole = await open(name, settings, beside);
        assert.ok('own' in whole, JSON.stringify(whole));
        for (const [key, value] of Object.entries(values)) {
          const before = key in settings ? await open(name, { ...settings, [key]: undefined }, beside) : whole;
          const after = await open(name, { ...settings, [key]: value }, beside);
          assert.ok(!isDeepStrictEqual(before, after), `"${key}" is silent: ${JSON.stringify(after).slice(0, 300)}`);
        }
      });

  it('where a value is of another kind than the schema says', async () => {
    for (const key of Object.keys(values)) {
      const opened = await open('rnn.safetensors', { [key]: 1.5 });
      assert.ok('error' in opened, `"${key}": 1.5 is taken`);
      assert.match(opened.error, new RegExp(`inspector\\.json: "${key}" must be`));
    }
    assert.match(JSON.stringify(await open('rnn.safetensors', { version: 2 })), /must be 1/);
  });

  it('and one that stands for another format, or for none, is named', async () => {
    const notes = await notesOf('keras2-text.h5', { ofset: 1, order: ['lstm'] });
    assert.match(notes, /"ofset", which is no key of theirs/);
    assert.match(notes, /"order", which is for PyTorch files/);
  });

  it('and none that has its effect is remarked on', async () => {
    const notes = await notesOf('rnn.safetensors', { description: 'd', figures: {}, task: 'states', window: 5 });
    assert.doesNotMatch(notes, /effect/);
  });
});

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type WorkerLink } from '../../../src/link/workerLink';
import { ask, startWorker } from '../../view/support/workerHost';

describe('what lies beside a model', () => {
  let link: WorkerLink;
  let folder: string;
  let model: string;
  const write = (name: string, content: unknown): void =>
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  before(() => {
    link = startWorker();
    folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-questions-'));
    model = path.join(folder, 'keras3-text.keras');
    cpSync(path.resolve(__dirname, '../../fixtures/models/keras3-text.keras'), model);
    write('words.json', { '<unk>': 1, the: 2, film: 3, was: 4, good: 5, bad: 6 });
    write('tokens.txt', 'the\nfilm\nwas\nGood\n');
    write('readme.txt', 'This is a text.\nIt has lines.\n'.repeat(20));
    write('notes.json', { a: [1, 2] });
    write('broken.json', '{"a":');
    write('keras3-text.inspector.txt', '');
  });
  after(() => {
    link.dispose();
    rmSync(folder, { recursive: true });
  });

  it('is offered as a vocabulary by its content and size, the best fit first', async () => {
    const { vocabularies } = await ask(link, 'modelQuestions', { model: { kind: 'file', path: model } });
    assert.deepEqual(
      vocabularies.map(({ file }) => file),
      ['words.json', 'tokens.txt'],
    );
    const [words, tokens] = vocabularies;
    assert.deepEqual(
      [words?.size, words?.level, words?.lowercase, words?.unknown, words?.saysHow],
      [7, 'word', true, 1, false],
    );
    assert.deepEqual(words?.special, [
      { id: 0, text: '' },
      { id: 1, text: '<unk>' },
    ]);
    assert.equal(tokens?.lowercase, false, 'a capital letter is in the list');
  });

  it('is offered just so where model and files are handed over, as a virtual workspace has them', async () => {
    const here = await ask(link, 'modelQuestions', { model: { kind: 'file', path: model } });
    const name = path.basename(model);
    const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, file)));
    const names = ['words.json', 'tokens.txt', 'readme.txt', 'broken.json'];
    const beside = Object.fromEntries(names.map((file) => [file, bytesOf(file)]));
    const files = { [name]: bytesOf(name) };
    assert.deepEqual(await ask(link, 'modelQuestions', { model: { kind: 'bytes', name, files }, beside }), here);
  });

  it('says how a text is split where it is a Keras Tokenizer', async () => {
    const config = {
      word_index: JSON.stringify({ the: 1, film: 2, was: 3, good: 4, bad: 5 }),
      lower: true,
      char_level: false,
      filters: '!',
    };
    write('tokenizer_config.json', { class_name: 'Tokenizer', config });
    const { vocabularies } = await ask(link, 'modelQuestions', { model: { kind: 'file', path: model } });
    assert.equal(vocabularies.find(({ file }) => file === 'tokenizer_config.json')?.saysHow, true);
    rmSync(path.join(folder, 'tokenizer_config.json'));
  });

  it('counts at once when settings are written: the model is opened again with them', async () => {
    const reference = { kind: 'file', path: model } as const;
    assert.equal((await ask(link, 'openModel', { model: reference })).input, 'ids');
    write('keras3-text.keras.inspector.json', { vocabulary: 'words.json', level: 'word', lowercase: true, unknown: 1 });
    const summary = await ask(link, 'openModel', { model: reference });
    assert.equal(summary.input, 'words');
    assert.equal(summary.vocabularySize, 7);
  });
});

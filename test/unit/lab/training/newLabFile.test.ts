import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suggestData } from '../../../../src/data/suggestData';
import { readExamples } from '../../../../src/data/readSources';
import { parseLabSettings } from '../../../../src/lab/training/labSettings';
import { newLabText } from '../../../../src/session/newLabText';
import { type DataSuggestion } from '../../../../src/trace/lab/dataSuggestion';

describe('a new lab file', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'new-lab-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, contents: string | Uint8Array): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
    return file;
  }

  function columnsOf({ textColumn: text, labelColumn: label }: DataSuggestion): { text: number; label: number } {
    assert.ok(text !== undefined && label !== undefined);
    return { text, label };
  }

  /** What training would read by the file that is written for this data. */
  async function read(target: string): Promise<readonly (readonly [string, string])[]> {
    const suggestion = await suggestData(target);
    const columns = suggestion.columns.length === 0 ? undefined : columnsOf(suggestion);
    const settings = parseLabSettings(newLabText('x', suggestion, columns), 'x.lstm-lab.json');
    const { examples } = await readExamples(settings.data, { folder, reach: [folder] });
    return examples.map(({ text, label }) => [text, label] as const);
  }

  it('reads a CSV with a header by the names of its columns', async () => {
    const file = write(
      'a.csv',
      'id,label,text\n1,good,"A fine, warm day"\n2,bad,Rain again\n3,good,Sun at last\n4,bad,Fog and cold\n',
    );
    assert.deepEqual(await read(file), [
      ['A fine, warm day', 'good'],
      ['Rain again', 'bad'],
      ['Sun at last', 'good'],
      ['Fog and cold', 'bad'],
    ]);
  });

  it('finds the columns of a file without a header, and of one with unusual names', async () => {
    const rows = Array.from(
      { length: 12 },
      (_, k) => [`a sentence with number ${k} in it`, k % 2 === 0 ? 'yes' : 'no'] as const,
    );
    const bare = write('bare.tsv', rows.map(([text, label]) => `${label}\t${text}\n`).join(''));
    assert.equal((await suggestData(bare)).hasHeader, false);
    assert.deepEqual(await read(bare), rows);
    const odd = write('odd.csv', `kind;words\n${rows.map(([text, label]) => `${label};${text}\n`).join('')}`);
    assert.deepEqual(await read(odd), rows);
  });

  it('reads JSON lines, UTF-16 with a byte-order mark, a folder a class and a file a class', async () => {
    const lines = write(
      'b.jsonl',
      '{"body":"a long text that goes on","n":1,"mood":"x"}\n{"body":"another long text here","n":2,"mood":"y"}\n{"body":"and a third of them","n":3,"mood":"x"}\n',
    );
    assert.deepEqual(
      (await read(lines)).map(([, label]) => label),
      ['x', 'y', 'x'],
    );
    const wide = write('wide.csv', Buffer.from(`\ufefftext,label\nfine \u00fcber day,good\nbad day,bad\n`, 'utf16le'));
    assert.deepEqual((await read(wide))[0], ['fine \u00fcber day', 'good']);
    write('classes/happy/1.txt', 'yes');
    write('classes/sad/1.txt', 'no');
    assert.deepEqual(await read(path.join(folder, 'classes')), [
      ['yes', 'happy'],
      ['no', 'sad'],
    ]);
    write('files/en.txt', 'hello\ngood day\n');
    write('files/de.txt', 'hallo\n');
    assert.deepEqual(await read(path.join(folder, 'files')), [
      ['hallo', 'de'],
      ['hello', 'en'],
      ['good day', 'en'],
    ]);
  });

  it('holds a search that needs no more than its slashes taken off', async () => {
    const suggestion = await suggestData(write('s.csv', 'text,label\nfine,good\npoor,bad\n'));
    const text = newLabText('s', suggestion, columnsOf(suggestion));
    assert.equal(parseLabSettings(text, 's').search, undefined);
    const { search } = parseLabSettings(text.replace('// "search"', '"search"'), 's');
    assert.deepEqual(
      [search?.method, search?.trials, Object.keys(search?.space ?? {})],
      ['gp', 10, ['learning_rate', 'units']],
    );
  });

  it('makes a language model of running text, and refuses what holds no labels', async () => {
    const file = write('book.txt', 'Once upon a time.');
    const settings = parseLabSettings(newLabText('book', await suggestData(file)), 'x');
    assert.deepEqual([settings.task, settings.data.format], ['next-token', 'text']);
    await assert.rejects(suggestData(write('one.csv', 'a\nb\n')), /one\.csv has only one column/);
    mkdirSync(path.join(folder, 'empty'));
    await assert.rejects(suggestData(path.join(folder, 'empty')), /neither a folder for each class nor a text file/);
    await assert.rejects(suggestData(path.join(folder, 'gone.csv')), /Cannot read/);
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRandom } from '../../../../src/base/random';
import { openNodeFolder } from '../../../../src/lab/training/nodeFolder';
import { runTraining } from '../../../../src/lab/training/runTraining';
import { type TrainingEvent } from '../../../../src/trace/lab/trainingEvents';
import { useWasmBackend } from '../../../support/tfjsBackend';

/**
 * In each script words that say nothing, and four that decide: two are a, two b. They differ in marks or one letter
 * only where the script allows.
 */
const scripts = {
  'Latin with marks': { level: 'word', plain: 'nhà bàn ghế sách chợ', a: 'mà má', b: 'mả mạ' },
  Cyrillic: { level: 'word', plain: 'дом стол река утро берег', a: 'май мой', b: 'маи мои' },
  Greek: { level: 'word', plain: 'σπίτι νερό δρόμος μέρα βιβλίο', a: 'πότε νόμος', b: 'ποτέ νομός' },
  Arabic: { level: 'word', plain: 'بيت كتاب شارع يوم ماء', a: 'عِلم كَتب', b: 'عَلم كُتب' },
  Hindi: { level: 'word', plain: 'घर किताब चाय दिन बाग', a: 'की कि', b: 'को का' },
  Thai: { level: 'character', plain: 'บ้าน น้ำ ถนน วัน หนังสือ', a: 'ใกล้ ขาว', b: 'ไกล ข้าว' },
  Chinese: { level: 'character', plain: '房子 今天 走路 喝茶 看书', a: '喜 美', b: '悲 丑' },
  Korean: { level: 'word', plain: '집 책 길 물 하루', a: '좋다 밝다', b: '나쁘다 어둡다' },
} as const;

type Script = keyof typeof scripts;

let folder = '';

/** Rows of four plain words and a deciding one in between; scripts without spaces are written without. */
function writeTask(script: Script): string {
  const { level, plain, a, b } = scripts[script];
  const random = createRandom(7);
  const pick = (words: string): string => {
    const list = words.split(' ');
    return list[Math.floor(random() * list.length)] ?? '';
  };
  const rows = Array.from({ length: 400 }, (_, row) => {
    const words = Array.from({ length: 4 }, () => pick(plain));
    words.splice(Math.floor(random() * 5), 0, pick(row % 2 === 0 ? a : b));
    return `${words.join(level === 'word' ? ' ' : '')},${row % 2 === 0 ? 'a' : 'b'}`;
  });
  writeFileSync(path.join(folder, 'task.csv'), `text,label\n${[...new Set(rows)].join('\n')}\n`);
  return writeLab({
    task: 'classify',
    data: { format: 'table', files: [{ path: 'task.csv' }], split: { by: 'stratified', test: 0.2 } },
    tokens: { level, length: 30 },
    hyperparameters: { units: 16, embedding_dim: 8, epochs: 15, learning_rate: 0.02, batch_size: 16, clip_norm: 1 },
  });
}

function writeLab(contents: object): string {
  const file = path.join(folder, 'task.lstm-lab.json');
  writeFileSync(file, JSON.stringify({ name: 'task', seed: 1, model: { cell: 'lstm' }, ...contents }));
  return file;
}

async function run(settingsPath: string) {
  const events: TrainingEvent[] = [];
  const target = openNodeFolder(path.join(folder, 'out'));
  const outcome = await runTraining(
    { settingsPath, folder: target },
    {
      signal: new AbortController().signal,
      now: () => 0,
      breathe: () => Promise.resolve(),
      tell: (event) => events.push(event),
    },
  );
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, 'out', name), 'utf8'));
  return { outcome, events, inspector: read('inspector.json'), results: read('results.json') };
}

describe('a training in another language', () => {
  before(() => useWasmBackend());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'languages-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const script of Object.keys(scripts) as Script[])
    it(`learns what marks, letters and signs decide: ${script}`, async () => {
      const { outcome } = await run(writeTask(script));
      assert.ok(outcome.test.count >= 60, String(outcome.test.count));
      assert.ok(outcome.test.accuracy >= 0.95, `${script}: ${outcome.test.accuracy}`);
    });

  it('has the letters of Cyrillic text as the vocabulary of its language model, judged from several starts', async () => {
    const random = createRandom(3);
    const words = ['река', 'Берег', 'тихо', 'ёж', 'май'];
    const text = Array.from({ length: 2500 }, () => words[Math.floor(random() * words.length)]).join(' ');
    writeFileSync(path.join(folder, 'a.txt'), text);
    const { inspector, results, outcome } = await run(
      writeLab({
        task: 'next-token',
        data: { format: 'text', files: [{ path: 'a.txt' }], split: { by: 'last-tenths' } },
        tokens: { level: 'character' },
        hyperparameters: {
          units: 16,
          embedding_dim: 8,
          epochs: 4,
          learning_rate: 0.03,
          batch_size: 8,
          sequence_length: 40,
        },
      }),
    );
    const { vocabulary, description } = inspector as { vocabulary: string[]; description: string };
    assert.deepEqual(vocabulary, [...[...new Set(text)].sort(), '\ufffd']);
    const { testStarts } = results as { testStarts: number[] };
    assert.equal(testStarts.length, 8);
    const mean = testStarts.reduce((sum, loss) => sum + loss, 0) / testStarts.length;
    assert.ok(Math.abs(mean - outcome.test.loss) < 1e-9, `${mean} and ${outcome.test.loss}`);
    assert.match(description, /nats per character from 8 starts on unseen text/);
    assert.ok(outcome.test.loss < 1.5, String(outcome.test.loss));
  });
});

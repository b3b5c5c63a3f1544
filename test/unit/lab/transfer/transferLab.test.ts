import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openNodeFolder } from '../../../../src/lab/training/nodeFolder';
import { runTraining } from '../../../../src/lab/training/runTraining';
import { transferLab } from '../../../../src/lab/transfer/transferLab';
import { openModelFiles } from '../../../../src/models/fileAccess';
import { readOwnModel } from '../../../../src/models/ownModel';
import { type RecurrentModel } from '../../../../src/models/recurrentModel';
import { withVocabulary } from '../../../../src/models/withVocabulary';
import { type TransferEvent } from '../../../../src/trace/transferEvents';
import { useWasmBackend } from '../../../support/tfjsBackend';

type EventOf<T extends TransferEvent['type']> = Extract<TransferEvent, { readonly type: T }>;

let folder = '';
const place = (...parts: string[]): string => path.join(folder, ...parts);

function writeLab(name: string, contents: object): string {
  writeFileSync(place(`${name}.lstm-lab.json`), JSON.stringify({ name, ...contents }));
  return place(`${name}.lstm-lab.json`);
}

/** Sentences of one domain: `words` say what is good and bad, the rest says nothing. */
function writeDomain(name: string, words: Readonly<Record<'good' | 'bad', readonly string[]>>, topics: readonly string[]): void {
  const rows = Array.from({ length: 160 }, (_, at) => {
    const label = (at + Math.floor(at / 10)) % 2 === 0 ? 'good' : 'bad';
    const pick = (list: readonly string[], step: number) => list[Math.floor(at / step) % list.length] ?? '';
    return `${label},the ${pick(topics, 3)} was ${pick(words[label], 2)} and number ${at}`;
  });
  writeFileSync(place(`${name}.csv`), `label,text\n${rows.join('\n')}\n`);
}

const hyperparameters = { units: 6, embedding_dim: 5, batch_size: 8, epochs: 15, learning_rate: 0.03, clip_norm: 1 };
const common = { task: 'classify', tokens: { level: 'word', vocabularySize: 300 }, model: { cell: 'lstm' }, hyperparameters };
const dataOf = (name: string) => ({ format: 'table', files: [{ path: `${name}.csv` }], split: { by: 'line-modulo' } });

async function open(source: string, home: string): Promise<RecurrentModel> {
  const files = openModelFiles(path.resolve(home, source));
  try {
    return withVocabulary(await readOwnModel(files));
  } finally {
    files.close();
  }
}

async function run(settingsPath: string, out: string): Promise<readonly TransferEvent[]> {
  const events: TransferEvent[] = [];
  const host = { signal: new AbortController().signal, now: () => 0, breathe: () => Promise.resolve(), tell: (event: TransferEvent) => void events.push(event) };
  await transferLab({ settingsPath, folder: openNodeFolder(place(out)), open }, host);
  return events;
}

function find<T extends TransferEvent['type']>(events: readonly TransferEvent[], type: T): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

const transfer = { source: 'source/model.json', fineTune: { epochs: 4, learning_rate: 0.01 }, labels: [20, 40], baseline: { learning_rates: [0.01, 0.03], epochs: 5 }, seeds: 2 };

describe('a transfer', function () {
  this.timeout(120_000);

  before(async () => {
    await useWasmBackend();
    folder = mkdtempSync(path.join(tmpdir(), 'transfer-'));
    const words = { good: ['fine', 'lovely', 'great'], bad: ['awful', 'poor', 'dull'] };
    writeDomain('films', words, ['film', 'plot', 'actor']);
    writeDomain('phones', { good: ['fine', 'lovely', 'crisp'], bad: ['awful', 'poor', 'broken'] }, ['phone', 'screen', 'sound']);
    const host = { signal: new AbortController().signal, now: () => 0, breathe: () => Promise.resolve(), tell: () => undefined };
    await runTraining({ settingsPath: writeLab('films', { ...common, data: dataOf('films') }), folder: openNodeFolder(place('source')) }, host);
  });
  after(() => rmSync(folder, { recursive: true }));

  describe('to labelled texts', () => {
    let events: readonly TransferEvent[] = [];
    let tensors = [0, 0];
    before(async () => {
      const before = tf.memory().numTensors;
      events = await run(writeLab('phones', { ...common, data: dataOf('phones'), transfer: { ...transfer, pseudoLabels: { confidence: 0.6 }, adaptLanguage: { epochs: 1, sequence_length: 5 } } }), 'phones');
      tensors = [before, tf.memory().numTensors];
    });

    it('says what is frozen, and freezes it: only the new rows and the head differ before the fine-tuning', () => {
      const [started] = find(events, 'transfer-started');
      assert.deepEqual(started?.kinds, ['transductive', 'inductive']);
      assert.deepEqual(started.layers.map(({ name, isNew }) => [name, isNew]), [['embedding', false], ['0', false], ['dense', true]]);
      const frozen = started.layers.map((layer) => layer.frozen);
      assert.deepEqual(frozen.slice(1), [4 * 6 * (5 + 6 + 1), 0]);
      assert.equal(started.frozenWeights, frozen.reduce((sum, value) => sum + value));
      assert.ok(started.vocabulary.added > 0 && (started.layers[0]?.weights ?? 0) - (frozen[0] ?? 0) === 5 * started.vocabulary.added);
    });

    it('accounts for every token of the target: kept, added or unknown', () => {
      const { keptShare, addedShare, unknownShare, shared, added, target } = find(events, 'transfer-started')[0]?.vocabulary ?? assert.fail();
      assert.ok(Math.abs(keptShare + addedShare + unknownShare - 1) < 1e-9);
      assert.ok(shared > 5 && shared + added === target);
    });

    it('goes through its phases in order and tells the curve of each', () => {
      const phases = find(events, 'transfer-phase').filter(({ seed, labels }) => seed === 0 && labels <= 20);
      assert.deepEqual(phases.map(({ way, stage }) => `${way}: ${stage}`), [
        'pseudo-labels: all layers',
        'language layers: language head',
        'language layers: language layers',
        'language, pseudo-labels: all layers',
        'new head: new layers',
        'fine-tuned: unfrozen',
        'fine-tuned: unfrozen',
        'scratch: all layers',
        'scratch: all layers',
      ]);
      const curves = find(events, 'transfer-curve');
      assert.ok(phases.every(({ phase }) => curves.some((curve) => curve.phase === phase)));
      const [first, second] = phases.filter(({ stage }) => stage === 'unfrozen').map(({ layers }) => layers.map(({ rate }) => rate));
      assert.deepEqual([first?.[0], (second?.[1] ?? 0) > (second?.[0] ?? 0) && (second?.[0] ?? 0) > 0], [0, true]);
    });

    it('judges the source by its labels, learns from few, and tabulates every way over the seeds', () => {
      const [finished] = find(events, 'transfer-finished');
      const row = (way: string, labels: number) => finished?.table.find((each) => each.way === way && each.labels === labels) ?? assert.fail(way);
      assert.ok(row('source', 0).mean > 0.6 && row('fine-tuned', 20).mean > 0.75, JSON.stringify(finished?.table));
      assert.equal(row('fine-tuned', 40).seeds, 2);
      const { each, mean, deviation } = row('scratch', 40);
      assert.ok(Math.abs(((each[0] ?? 0) + (each[1] ?? 0)) / 2 - mean) < 1e-12);
      assert.ok(Math.abs(Math.abs((each[0] ?? 0) - (each[1] ?? 0)) / Math.SQRT2 - deviation) < 1e-12);
    });

    it('shows which gates moved: weights, values on texts, and a sentence on which both networks answer', () => {
      const [{ moved, sentence, texts }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
      assert.deepEqual(moved.map(({ gate }) => gate), ['i', 'f', 'g', 'o']);
      assert.ok(texts > 10 && moved.every(({ relative }) => relative > 0));
      const activation = moved[1]?.activation ?? assert.fail();
      assert.ok(activation.before.every((value, unit) => value > 0 && value < 1 && Math.abs((activation.after[unit] ?? 0) - value) <= (activation.changed[unit] ?? 0) + 1e-6));
      assert.equal(sentence?.layers[0]?.fields.f?.length, 6 * (sentence?.tokens.length ?? 0));
      assert.ok(Math.abs((sentence?.answers?.before ?? []).reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
    });

    it('writes a model that opens again, with its labels and the words that came new', async () => {
      const model = await open('phones/model.json', folder);
      assert.deepEqual(model.labels, ['bad', 'good']);
      assert.ok(model.vocabulary?.kind === 'list' && model.vocabulary.vocabulary.includes('crisp'));
      const results = JSON.parse(readFileSync(place('phones', 'transfer.json'), 'utf8')) as { results: unknown[]; moved: unknown[] };
      assert.equal(results.results.length, find(events, 'transfer-result').length);
    });

    it('leaves no tensor behind', () => assert.equal(tensors[1], tensors[0]));
  });

  it('puts a new recurrent layer on top and keeps the vocabulary where that is asked for', async () => {
    const taller = { ...transfer, vocabulary: 'keep', newRecurrentLayers: 1, labels: [20], seeds: 1, fineTune: undefined, baseline: undefined };
    const events = await run(writeLab('taller', { ...common, data: dataOf('phones'), transfer: taller }), 'taller');
    const [started] = find(events, 'transfer-started');
    assert.deepEqual(started?.layers.map(({ name, isNew, frozen, weights }) => [name, isNew, frozen === weights]), [['embedding', false, true], ['0', false, true], ['1', true, false], ['dense', true, false]]);
    assert.ok((started?.vocabulary.unknownShare ?? 0) > 0 && started?.vocabulary.added === 0);
    const [{ moved }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
    assert.ok(moved.length === 4 && moved.every(({ relative, activation }) => relative === 0 && activation?.changed.every((value) => value === 0)), 'frozen gates do not move');
    assert.equal((await open('taller/model.json', folder)).stages.filter(({ kind }) => kind === 'recurrent').length, 2);
  });

  it('goes on with a language model without labels, and its states then feed a classifier', async () => {
    const text = (words: string): string => `${words} `.repeat(120);
    writeFileSync(place('a.txt'), text('the film was fine and the plot was dull .'));
    writeFileSync(place('b.txt'), text('the phone was fine and the screen was broken .'));
    const language = (file: string) => ({ ...common, task: 'next-token', data: { format: 'text', files: [{ path: file }], split: { by: 'last-tenths' } }, hyperparameters: { ...hyperparameters, sequence_length: 8, batch_size: 4, epochs: 3 } });
    const host = { signal: new AbortController().signal, now: () => 0, breathe: () => Promise.resolve(), tell: () => undefined };
    await runTraining({ settingsPath: writeLab('lm', language('a.txt')), folder: openNodeFolder(place('lm')) }, host);
    const events = await run(writeLab('lm-phones', { ...language('b.txt'), transfer: { source: 'lm/model.json', baseline: { learning_rates: [0.03], epochs: 3 } } }), 'lm-phones');
    const [{ table, moved }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
    const loss = (way: string) => table.find((row) => row.way === way)?.loss ?? assert.fail(way);
    assert.ok(loss('adapted') < loss('source'), JSON.stringify(table));
    assert.ok(loss('scratch') > 0 && moved.length === 4);
    const states = await run(writeLab('states', { ...common, data: dataOf('phones'), transfer: { source: 'lm-phones/model.json', labels: [80], fineTune: {} } }), 'states');
    const results = find(states, 'transfer-result');
    assert.ok((results.at(-1)?.test.accuracy ?? 0) > 0.7, JSON.stringify(results));
  });

  it('refuses by name what it cannot do', async () => {
    const attempt = (name: string, more: object, top: object = {}) => run(writeLab(name, { ...common, data: dataOf('phones'), transfer: { ...transfer, ...more }, ...top }), name);
    await assert.rejects(attempt('nothing', { labels: [] }), /nothing to do/);
    await assert.rejects(attempt('level', {}, { tokens: { level: 'character' } }), /set "tokens.level" to "word"/);
    await assert.rejects(attempt('strangers', { labels: [], pseudoLabels: {}, sourceLabels: { good: 'excellent' } }), /other labels/);
  });
});

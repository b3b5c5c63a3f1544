import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { openNodeFolder } from '../../../../src/lab/training/nodeFolder';
import { type TransferEvent } from '../../../../src/trace/lab/transferEvents';
import {
  openFile,
  smallClassifier as common,
  SmallDomains,
  smallHyperparameters,
  smallTransfer,
} from '../../../support/smallTransfer';
import { useWasmBackend } from '../../../support/tfjsBackend';

type EventOf<T extends TransferEvent['type']> = Extract<TransferEvent, { readonly type: T }>;

function find<T extends TransferEvent['type']>(events: readonly TransferEvent[], type: T): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

describe('a transfer', function () {
  this.timeout(120_000);

  let domains: SmallDomains;
  before(async () => {
    await useWasmBackend();
    domains = await SmallDomains.create();
  });
  after(() => domains.dispose());

  describe('to labelled texts', () => {
    let events: readonly TransferEvent[] = [];
    let tensors = [0, 0];
    before(async () => {
      const before = tf.memory().numTensors;
      events = await domains.transfer(
        domains.writeLab('phones', {
          ...common,
          data: domains.dataOf('phones'),
          transfer: {
            ...smallTransfer,
            pseudoLabels: { confidence: 0.6 },
            adaptLanguage: { epochs: 1, sequence_length: 5 },
          },
        }),
        'phones',
      );
      tensors = [before, tf.memory().numTensors];
    });

    it('says what is frozen, and freezes it: only the new rows and the head differ before the fine-tuning', () => {
      const [started] = find(events, 'transfer-started');
      assert.deepEqual(started?.kinds, ['transductive', 'inductive']);
      assert.deepEqual(
        started.layers.map(({ name, isNew }) => [name, isNew]),
        [
          ['embedding', false],
          ['0', false],
          ['dense', true],
        ],
      );
      const frozen = started.layers.map((layer) => layer.frozen);
      assert.deepEqual(frozen.slice(1), [4 * 6 * (5 + 6 + 1), 0]);
      assert.equal(
        started.frozenWeights,
        frozen.reduce((sum, value) => sum + value),
      );
      assert.ok(
        started.vocabulary.added > 0 &&
          (started.layers[0]?.weights ?? 0) - (frozen[0] ?? 0) === 5 * started.vocabulary.added,
      );
    });

    it('accounts for every token of the target: kept, added or unknown', () => {
      const { keptShare, addedShare, unknownShare, shared, added, target } =
        find(events, 'transfer-started')[0]?.vocabulary ?? assert.fail();
      assert.ok(Math.abs(keptShare + addedShare + unknownShare - 1) < 1e-9);
      assert.ok(shared > 5 && shared + added === target);
    });

    it('goes through its phases in order and tells the curve of each', () => {
      const phases = find(events, 'transfer-phase').filter(({ seed, labels }) => seed === 0 && labels <= 20);
      assert.deepEqual(
        phases.map(({ way, stage }) => `${way}: ${stage}`),
        [
          'pseudo-labels: all layers',
          'language layers: language head',
          'language layers: language layers',
          'language, pseudo-labels: all layers',
          'new head: new layers',
          'fine-tuned: unfrozen',
          'fine-tuned: unfrozen',
          'scratch: all layers',
          'scratch: all layers',
        ],
      );
      const curves = find(events, 'transfer-curve');
      assert.ok(phases.every(({ phase }) => curves.some((curve) => curve.phase === phase)));
      const [first, second] = phases
        .filter(({ stage }) => stage === 'unfrozen')
        .map(({ layers }) => layers.map(({ rate }) => rate));
      assert.deepEqual([first?.[0], (second?.[1] ?? 0) > (second?.[0] ?? 0) && (second?.[0] ?? 0) > 0], [0, true]);
    });

    it('judges the source by its labels, learns from few, and tabulates every way over the seeds', () => {
      const [finished] = find(events, 'transfer-finished');
      const row = (way: string, labels: number) =>
        finished?.table.find((each) => each.way === way && each.labels === labels) ?? assert.fail(way);
      assert.ok(row('source', 0).mean > 0.6 && row('fine-tuned', 20).mean > 0.75, JSON.stringify(finished?.table));
      assert.equal(row('fine-tuned', 40).seeds, 2);
      const { each, mean, deviation } = row('scratch', 40);
      assert.ok(Math.abs(((each[0] ?? 0) + (each[1] ?? 0)) / 2 - mean) < 1e-12);
      assert.ok(Math.abs(Math.abs((each[0] ?? 0) - (each[1] ?? 0)) / Math.SQRT2 - deviation) < 1e-12);
    });

    it('shows which gates moved: weights, values on texts, and a sentence on which both networks answer', () => {
      const [{ moved, sentence, texts }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
      assert.deepEqual(
        moved.map(({ gate }) => gate),
        ['i', 'f', 'g', 'o'],
      );
      assert.ok(texts > 10 && moved.every(({ relative }) => relative > 0));
      const activation = moved[1]?.activation ?? assert.fail();
      assert.ok(
        activation.before.every(
          (value, unit) =>
            value > 0 &&
            value < 1 &&
            Math.abs((activation.after[unit] ?? 0) - value) <= (activation.changed[unit] ?? 0) + 1e-6,
        ),
      );
      assert.equal(sentence?.layers[0]?.fields.f?.length, 6 * (sentence?.tokens.length ?? 0));
      assert.ok(Math.abs((sentence?.answers?.before ?? []).reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
    });

    it('writes a model that opens again, with its labels and the words that came new', async () => {
      const model = await openFile('phones/model.json', domains.place());
      assert.deepEqual(model.labels, ['bad', 'good']);
      assert.ok(model.vocabulary?.kind === 'list' && model.vocabulary.vocabulary.includes('crisp'));
      const results = JSON.parse(readFileSync(domains.place('phones', 'transfer.json'), 'utf8')) as {
        results: unknown[];
        moved: unknown[];
      };
      assert.equal(results.results.length, find(events, 'transfer-result').length);
      const log = readFileSync(domains.place('phones', 'transfer.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TransferEvent);
      assert.deepEqual(log, JSON.parse(JSON.stringify(events)));
      assert.equal(find(events, 'transfer-phase').length, find(events, 'transfer-started')[0]?.phases);
    });

    it('leaves no tensor behind', () => assert.equal(tensors[1], tensors[0]));
  });

  it('puts a new recurrent layer on top and keeps the vocabulary where that is asked for', async () => {
    const taller = {
      ...smallTransfer,
      vocabulary: 'keep',
      newRecurrentLayers: 1,
      labels: [20],
      seeds: 1,
      fineTune: undefined,
      baseline: undefined,
    };
    const events = await domains.transfer(
      domains.writeLab('taller', { ...common, data: domains.dataOf('phones'), transfer: taller }),
      'taller',
    );
    const [started] = find(events, 'transfer-started');
    assert.deepEqual(
      started?.layers.map(({ name, isNew, frozen, weights }) => [name, isNew, frozen === weights]),
      [
        ['embedding', false, true],
        ['0', false, true],
        ['1', true, false],
        ['dense', true, false],
      ],
    );
    assert.ok((started?.vocabulary.unknownShare ?? 0) > 0 && started?.vocabulary.added === 0);
    const [{ moved }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
    assert.ok(
      moved.length === 4 &&
        moved.every(({ relative, activation }) => relative === 0 && activation?.changed.every((value) => value === 0)),
      'frozen gates do not move',
    );
    assert.equal(
      (await openFile('taller/model.json', domains.place())).stages.filter(({ kind }) => kind === 'recurrent').length,
      2,
    );
  });

  it('goes on with a language model without labels, and its states then feed a classifier', async () => {
    const text = (words: string): string => `${words} `.repeat(120);
    domains.writeText('a.txt', text('the film was fine and the plot was dull .'));
    domains.writeText('b.txt', text('the phone was fine and the screen was broken .'));
    const language = (file: string) => ({
      ...common,
      task: 'next-token',
      data: { format: 'text', files: [{ path: file }], split: { by: 'last-tenths' } },
      hyperparameters: { ...smallHyperparameters, sequence_length: 8, batch_size: 4, epochs: 3 },
    });
    await domains.train(domains.writeLab('lm', language('a.txt')), 'lm');
    const events = await domains.transfer(
      domains.writeLab('lm-phones', {
        ...language('b.txt'),
        transfer: { source: 'lm/model.json', baseline: { learning_rates: [0.03], epochs: 3 } },
      }),
      'lm-phones',
    );
    const [{ table, moved, sentence }] = find(events, 'transfer-finished') as [EventOf<'transfer-finished'>];
    const loss = (way: string) => table.find((row) => row.way === way)?.loss ?? assert.fail(way);
    assert.ok(loss('adapted') < loss('source'), JSON.stringify(table));
    assert.ok(loss('scratch') > 0 && moved.length === 4 && (sentence?.tokens.length ?? 0) > 5);
    assert.equal(
      find(events, 'transfer-started')[0]?.layers.some(({ isNew }) => isNew),
      false,
      'its own head goes on',
    );
    const states = await domains.transfer(
      domains.writeLab('states', {
        ...common,
        data: domains.dataOf('phones'),
        transfer: { source: 'lm-phones/model.json', labels: [80], fineTune: {} },
      }),
      'states',
    );
    const results = find(states, 'transfer-result');
    assert.ok((results.at(-1)?.test.accuracy ?? 0) > 0.7, JSON.stringify(results));
  });

  it('goes on after an interruption with what is left, and comes to the same figures and the same model', async () => {
    const file = domains.writeLab('cut', {
      ...common,
      hyperparameters: { ...smallHyperparameters, epochs: 2 },
      data: domains.dataOf('phones'),
      transfer: {
        ...smallTransfer,
        fineTune: { epochs: 1 },
        baseline: { learning_rates: [0.03], epochs: 1 },
        pseudoLabels: { confidence: 0.5, epochs: 1 },
      },
    });
    const whole = await domains.transfer(file, 'whole');
    const told: TransferEvent[] = [];
    for (const [seed, labels] of [
      [0, 40],
      [1, 40],
    ] as const) {
      told.length = 0;
      const abort = new AbortController();
      const heard = (event: TransferEvent): void => {
        told.push(event);
        if (
          event.type === 'transfer-phase' &&
          event.seed === seed &&
          event.labels === labels &&
          event.stage === 'unfrozen'
        )
          abort.abort();
      };
      await assert.rejects(domains.transfer(file, 'cut', { signal: abort.signal, heard }), /Cancelled/);
    }
    assert.deepEqual(
      [existsSync(domains.place('cut/model.json')), existsSync(domains.place('cut/transfer.jsonl'))],
      [false, true],
    );
    const left = await domains.transfer(file, 'cut');
    assert.match(
      find(left, 'transfer-started')[0]?.remarks[0] ?? '',
      /^\d+ trainings of an interrupted transfer are kept\.$/,
    );
    assert.deepEqual(find(left, 'transfer-result'), find(whole, 'transfer-result'));
    assert.deepEqual(find(left, 'transfer-finished'), find(whole, 'transfer-finished'));
    assert.deepEqual(
      find(left, 'transfer-phase').map(({ phase }) => phase),
      find(whole, 'transfer-phase').map(({ phase }) => phase),
    );
    assert.deepEqual(readFileSync(domains.place('cut/weights.bin')), readFileSync(domains.place('whole/weights.bin')));
    assert.ok(!existsSync(domains.place('cut/transfer-progress.json')), 'what is whole is begun anew');
  });

  it('refuses a second transfer into a folder, and says who has it', async () => {
    const lock = openNodeFolder(domains.place('twice')).lock('transfer');
    const lab = domains.writeLab('twice', { ...common, data: domains.dataOf('phones'), transfer: smallTransfer });
    const refusal = new RegExp(`A transfer is under way in .*twice already .*process ${process.pid} on`);
    await assert.rejects(domains.transfer(lab, 'twice'), refusal);
    lock.dispose();
    assert.deepEqual(readdirSync(domains.place('twice')), []);
  });

  it('refuses by name what it cannot do', async () => {
    const attempt = (name: string, more: object, top: object = {}) =>
      domains.transfer(
        domains.writeLab(name, {
          ...common,
          data: domains.dataOf('phones'),
          transfer: { ...smallTransfer, ...more },
          ...top,
        }),
        name,
      );
    await assert.rejects(attempt('nothing', { labels: [] }), /nothing to do/);
    await assert.rejects(attempt('level', {}, { tokens: { level: 'character' } }), /set "tokens.level" to "word"/);
    await assert.rejects(
      attempt('strangers', { labels: [], pseudoLabels: {}, sourceLabels: { good: 'excellent' } }),
      /other labels/,
    );
  });
});

import { createModelFiles } from '../../../../src/models/fileAccess';
import { readOwnModel } from '../../../../src/models/ownModel';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openNodeFolder } from '../../../../src/lab/training/nodeFolder';
import { runTraining } from '../../../../src/lab/training/runTraining';
import { type TrainingFolder } from '../../../../src/lab/training/trainingFolder';
import { type TrainingOutcome } from '../../../../src/lab/training/trainer';
import { type TrainingEvent } from '../../../../src/trace/lab/trainingEvents';
import { useWasmBackend } from '../../../support/tfjsBackend';

let folder = '';

function writeLab(name: string, contents: object): string {
  const file = path.join(folder, `${name}.lstm-lab.json`);
  writeFileSync(file, JSON.stringify({ name, ...contents }));
  return file;
}

interface Run {
  readonly outcome: TrainingOutcome;
  readonly events: readonly TrainingEvent[];
}

async function run(settingsPath: string, out: string, stopAfter = Infinity): Promise<Run> {
  const events: TrainingEvent[] = [];
  const abort = new AbortController();
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    if (++breaths > stopAfter) abort.abort();
  };
  const target: TrainingFolder = openNodeFolder(path.join(folder, out));
  const outcome = await runTraining(
    { settingsPath, folder: target },
    { signal: abort.signal, now: () => 0, breathe, tell: (event) => events.push(event) },
  );
  return { outcome, events };
}

const model = { cell: 'lstm', input: 'one-hot' };
const language = {
  task: 'next-token',
  seed: 3,
  data: { format: 'text', files: [{ path: 'abc.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model,
  hyperparameters: {
    units: 12,
    batch_size: 4,
    sequence_length: 10,
    steps: 40,
    learning_rate: 0.05,
    validate_every: 10,
    clip_norm: 1,
  },
};
const classifier = {
  task: 'classify',
  seed: 5,
  data: { format: 'table', files: [{ path: 'mood.csv' }], split: { by: 'line-modulo' } },
  tokens: { level: 'word', vocabularySize: 50 },
  model: { cell: 'gru', bidirectional: true, layers: 2 },
  hyperparameters: {
    units: 6,
    embedding_dim: 8,
    batch_size: 8,
    epochs: 12,
    learning_rate: 0.02,
    dropout_rate: 0.1,
    recurrent_dropout: 0.1,
    class_weights: 'balanced',
  },
};

function writeData(): void {
  writeFileSync(path.join(folder, 'abc.txt'), 'abcdefgh '.repeat(400));
  const moods = { good: ['fine', 'lovely', 'great'], bad: ['awful', 'poor', 'dull'] };
  const rows = Array.from({ length: 120 }, (_, at) => {
    const label = at % 3 === 0 ? 'bad' : 'good';
    return `${label},the ${at} was ${moods[label][at % 3] ?? ''} ${moods[label][(at >> 2) % 3] ?? ''} indeed`;
  });
  writeFileSync(path.join(folder, 'mood.csv'), `label,text\n${rows.join('\n')}\n`);
}

const weightsOf = ({ outcome }: Run) => outcome.weights.map(({ data }) => [...data]);
const steps = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'validated' ? [event] : []));

describe('training', () => {
  before(async () => {
    await useWasmBackend();
    folder = mkdtempSync(path.join(tmpdir(), 'lab-'));
    writeData();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('learns a repeating text, leaves no tensor behind and writes a model', async () => {
    const before = tf.memory().numTensors;
    const { outcome, events } = await run(writeLab('language', language), 'language');
    assert.equal(tf.memory().numTensors, before);
    const curve = steps(events).map(({ validation }) => validation.loss);
    assert.equal(curve.length, 4);
    assert.ok((curve.at(-1) ?? 9) < 0.6 * (curve[0] ?? 0), curve.join(' '));
    assert.equal(outcome.why, 'complete');
    const last = events.at(-1);
    assert.ok(last?.type === 'finished' && last.files.includes('model.json'));
  });

  it('learns with two minGRUs, whose saved model opens again', async () => {
    const lab = { ...language, model: { cell: 'mingru', input: 'one-hot', layers: 2 } };
    const { events } = await run(writeLab('minimal', lab), 'minimal');
    const curve = steps(events).map(({ validation }) => validation.loss);
    assert.ok((curve.at(-1) ?? 9) < 0.8 * (curve[0] ?? 0), curve.join(' '));
    const files = Object.fromEntries(
      ['model.json', 'weights.bin', 'inspector.json'].map((name) => [
        name,
        readFileSync(path.join(folder, 'minimal', name)),
      ]),
    );
    const { model: saved } = await readOwnModel(createModelFiles('model.json', files));
    const cells = saved.stages.flatMap((stage) => (stage.kind === 'recurrent' && stage.forward ? [stage.forward] : []));
    assert.deepEqual(
      cells.map(({ cell, units, activation, recurrentKernel }) => [cell, units, activation, recurrentKernel.length]),
      [
        ['mingru', 12, 'linear', 0],
        ['mingru', 12, 'linear', 0],
      ],
    );
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const short = { ...language, hyperparameters: { ...language.hyperparameters, steps: 6 } };
    const first = await run(writeLab('same', short), 'a');
    const second = await run(writeLab('same', short), 'b');
    const other = await run(writeLab('other', { ...short, seed: 4 }), 'c');
    assert.deepEqual(weightsOf(first), weightsOf(second));
    assert.notDeepEqual(weightsOf(first), weightsOf(other));
  });

  it('goes on after a stop as if it had never stopped', async () => {
    const file = writeLab('resumed', {
      ...language,
      hyperparameters: { ...language.hyperparameters, optimizer: 'Nadam', schedule: 'cosine', dropout_rate: 0.2 },
    });
    const whole = await run(file, 'whole');
    const stopped = await run(file, 'parts', 24);
    assert.equal(stopped.outcome.why, 'stopped');
    const rest = await run(file, 'parts');
    assert.ok(rest.events[0]?.type === 'started' && rest.events[0].firstStep > 1);
    assert.deepEqual(weightsOf(rest), weightsOf(whole));
    assert.equal(rest.outcome.history.length, whole.outcome.history.length);
  });

  it('learns a classifier: two bidirectional layers, dropout, class weights; counts its mistakes', async () => {
    const { outcome, events } = await run(writeLab('mood', classifier), 'mood');
    assert.ok(outcome.test.accuracy > 0.9, String(outcome.test.accuracy));
    const last = events.at(-1);
    assert.ok(last?.type === 'finished');
    assert.deepEqual(last.labels, ['bad', 'good']);
    assert.equal(
      last.confusion?.flat().reduce((sum, count) => sum + count),
      outcome.test.count,
    );
    assert.equal(last.mistakes?.length, outcome.test.count - Math.round(outcome.test.accuracy * outcome.test.count));
  });

  it('keeps a model of every epoch that was asked for, and a log by which the curves are shown again', async () => {
    const kept = {
      ...classifier,
      training: { keepEpochs: true },
      hyperparameters: { ...classifier.hyperparameters, epochs: 3 },
    };
    const lab = writeLab('epochs', kept);
    const whole = await run(lab, 'epochs');
    const epochs = whole.events.flatMap((event) => (event.type === 'epoch-kept' ? [event] : []));
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      [0, 1, 2, 3],
    );
    const last = path.join(folder, 'epochs', epochs[3]?.folder ?? '');
    const [first, end] = ['epoch-0000/weights.bin', 'epoch-0003/weights.bin'].map((name) =>
      readFileSync(path.join(folder, 'epochs', name)),
    );
    assert.ok(first && end && !first.equals(end), 'the weights changed');
    assert.ok(JSON.parse(readFileSync(path.join(last, 'inspector.json'), 'utf8')).labels.length === 2);
    const log = readFileSync(path.join(folder, 'epochs', 'training-log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TrainingEvent);
    assert.deepEqual(log, JSON.parse(JSON.stringify(whole.events.filter(({ type }) => type !== 'step'))));
  });

  it('shows the curve and the epochs before an interruption when it goes on', async () => {
    const kept = {
      ...classifier,
      training: { keepEpochs: true },
      hyperparameters: { ...classifier.hyperparameters, epochs: 3 },
    };
    const lab = writeLab('resumed', kept);
    const stepsPerEpoch = 12;
    await run(lab, 'resumed', stepsPerEpoch + 5);
    const { events } = await run(lab, 'resumed');
    const started = events.find((event) => event.type === 'started');
    assert.ok(started?.type === 'started');
    assert.deepEqual(
      [started.firstStep, started.history.map(({ step }) => step)],
      [stepsPerEpoch + 1, [stepsPerEpoch]],
    );
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'epoch-kept' ? [event.epoch] : [])),
      [0, 1, 2, 3],
    );
    assert.deepEqual(started.data?.classes, [
      { label: 'bad', count: 40 },
      { label: 'good', count: 80 },
    ]);
  });

  it('writes a model that plain TensorFlow.js loads, with the same weights', async () => {
    const { outcome } = await run(
      writeLab('loaded', { ...language, hyperparameters: { ...language.hyperparameters, steps: 2 } }),
      'loaded',
    );
    const read = (name: string) => readFileSync(path.join(folder, 'loaded', name));
    const { modelTopology, weightsManifest } = JSON.parse(read('model.json').toString()) as {
      modelTopology: object;
      weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
    };
    const weightData = new Uint8Array(read('weights.bin')).buffer;
    const loaded = await layers.loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
    );
    assert.equal(
      loaded.countParams(),
      outcome.weights.reduce((sum, { data }) => sum + data.length, 0),
    );
    const bias = loaded.getWeights().at(-1)?.dataSync();
    assert.deepEqual([...(bias ?? [])], [...(outcome.weights.at(-1)?.data ?? [])]);
    loaded.dispose();
  });

  it('says what is wrong with the data', async () => {
    const tiny = { ...language, hyperparameters: { ...language.hyperparameters, batch_size: 400 } };
    await assert.rejects(run(writeLab('tiny', tiny), 'x'), /tokens are too few to train on/);
    const missing = {
      ...language,
      data: { ...language.data, files: [{ path: 'none.txt', from: 'https://example.org' }] },
    };
    await assert.rejects(run(writeLab('missing', missing), 'x'), /Cannot read .*none\.txt/);
    await assert.rejects(run(path.join(folder, 'absent.lstm-lab.json'), 'x'), /Cannot read the settings file/);
  });

  it('says that the rate is too high when the loss is no number', async () => {
    const wild = {
      ...language,
      hyperparameters: {
        ...language.hyperparameters,
        optimizer: 'SGD',
        learning_rate: 100,
        clip_norm: 0,
        activation: 'linear',
        steps: 200,
      },
      model: { cell: 'rnn', input: 'one-hot' },
    };
    await assert.rejects(run(writeLab('wild', wild), 'x'), /lower "learning_rate"/);
  });
});

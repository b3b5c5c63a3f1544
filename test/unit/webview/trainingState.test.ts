import assert from 'node:assert/strict';
import { macroF1 } from '../../../src/lab/training/macroF1';
import { type TrainingEvent, type ValidatedEvent } from '../../../src/trace/lab/trainingEvents';
import {
  addTrainingEvent,
  classFigures,
  emptyTraining,
  isInterrupted,
  progressOf,
} from '../../../webview/store/trainingState';

const validated = (step: number): ValidatedEvent => ({
  type: 'validated',
  step,
  epoch: step / 10,
  training: { loss: 1, accuracy: 0.5 },
  validation: { loss: 1, accuracy: 0.5, count: 4 },
  isBest: true,
});
const started = (history: readonly ValidatedEvent[] = []): TrainingEvent => ({
  type: 'started',
  name: 'a',
  task: 'classify',
  parameters: 5,
  steps: 40,
  stepsPerEpoch: 10,
  sizes: [1, 1, 1],
  remarks: [],
  settings: {},
  firstStep: history.length * 10 + 1,
  history,
});

describe('the state of a training page', () => {
  it('keeps what came before an interruption, and knows that there was one', () => {
    const state = [started([validated(10)]), validated(20)].reduce(addTrainingEvent, emptyTraining);
    assert.deepEqual(
      state.validations.map(({ step }) => step),
      [10, 20],
    );
    assert.equal(progressOf(state), 0.5);
    assert.equal(isInterrupted(state), true, 'it neither runs nor has finished');
    assert.equal(isInterrupted({ ...state, status: { kind: 'running' } }), false);
  });

  it('forgets the run before when another begins, and holds each epoch once, in order', () => {
    const epochs: TrainingEvent[] = [2, 1, 2].map((epoch) => ({
      type: 'epoch-kept',
      epoch,
      folder: `epoch-000${epoch}`,
    }));
    const state = [started(), ...epochs].reduce(addTrainingEvent, emptyTraining);
    assert.deepEqual(
      state.epochs.map(({ epoch }) => epoch),
      [1, 2],
    );
    assert.deepEqual(addTrainingEvent(state, started()).epochs, []);
  });

  it('has the same macro F1 as results.json, classes that do not occur left out', () => {
    const confusion = [
      [3, 1, 0],
      [2, 4, 0],
      [0, 0, 0],
    ];
    const figures = classFigures(confusion, ['a', 'b', 'c']);
    const counted = figures.filter(({ f1 }) => Number.isFinite(f1));
    assert.equal(counted.length, 2);
    assert.ok(Math.abs(counted.reduce((sum, { f1 }) => sum + f1, 0) / 2 - macroF1(confusion)) < 1e-12);
    assert.deepEqual([figures[0]?.precision, figures[0]?.recall, figures[1]?.count], [0.6, 0.75, 6]);
  });
});

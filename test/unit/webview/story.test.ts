import assert from 'node:assert/strict';
import { type ModelSummary } from '../../../src/protocol/summaries';
import { type PredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { changeGradient, initialGradientState, lossInSight } from '../../../webview/store/gradientState';
import { initialState, type InspectorState } from '../../../webview/store/inspectorState';
import { placeInRange, rangeOfOutputs } from '../../../webview/store/shownOutput';
import { storyOf } from '../../../webview/store/story';

const summary: ModelSummary = {
  name: 'm',
  format: 'f',
  task: 'next-token',
  outputKind: 'probabilities',
  input: 'characters',
  layers: [],
  parameters: 0,
  description: '',
  notes: [],
};

function track(rows: readonly (readonly [number, number])[], surprise: readonly number[]): PredictionTrack {
  return {
    steps: rows.length,
    top: 1,
    indices: Int32Array.from(rows, ([index]) => index),
    probabilities: Float32Array.from(rows, ([, probability]) => probability),
    surprise: Float32Array.from(surprise),
    names: { 0: 'a', 1: 'b' },
  };
}

function stateOf(task: ModelSummary['task'], words: readonly string[], predictions: PredictionTrack): InspectorState {
  const outputKind = task === 'regress' || task === 'states' ? 'numbers' : 'probabilities';
  const tokens = words.map((text, k) => ({ text, start: k, end: k + 1, id: 0 }));
  return { ...initialState, tokens, predictions, model: { ...summary, task, outputKind } };
}

describe('the line over the pictures', () => {
  const next = stateOf(
    'next-token',
    ['a', ' ', 'b'],
    track(
      [
        [1, 0.25],
        [0, 0.001],
        [0, 0.5],
      ],
      [NaN, 1.39, 6.2],
    ),
  );

  it('says what a language model expects after the last token in sight, and what came', () => {
    assert.equal(
      storyOf(next, 0),
      'After \u201ca\u201d it expects \u201cb\u201d 25 %; \u201c\u00b7\u201d comes (1.4 nats).',
    );
    assert.equal(storyOf(next, 99), 'After \u201ca\u00b7b\u201d it expects \u201ca\u201d 50 %.');
  });

  it('goes along with the mouse, and does not call a small probability nothing', () => {
    const pointed = { ...next, hover: { step: 1, unit: null, field: null } };
    assert.match(storyOf(pointed, 0), /expects \u201ca\u201d <1 %; \u201cb\u201d comes \(6\.2 nats\)/);
  });

  it('gives the answer of a classifier for the whole text, and under the mouse that so far', () => {
    const classifier = stateOf(
      'classify',
      ['x', 'y'],
      track(
        [
          [0, 0.6],
          [1, 0.93],
        ],
        [NaN, NaN],
      ),
    );
    assert.equal(storyOf(classifier, 0), 'Answer: b 93 %');
    const pointed = { ...classifier, hover: { step: 0, unit: null, field: null } };
    assert.match(storyOf(pointed, 0), /After \u201cx\u201d the answer is a 60 %/);
  });

  it('writes the outputs of a language model and of a classifier without probabilities as numbers', () => {
    const logits = { ...summary, outputKind: 'numbers' as const };
    const language = { ...next, model: logits, predictions: track([[1, 4.204]], [NaN]) };
    assert.equal(storyOf(language, 0), 'After \u201ca\u201d it expects \u201cb\u201d 4.204; \u201c\u00b7\u201d comes.');
    const classifier = { ...language, model: { ...logits, task: 'classify' as const } };
    assert.match(storyOf({ ...classifier, tokens: [{ text: 'a', start: 0, end: 1, id: 0 }] }, 0), /^Answer: b 4\.204$/);
  });

  it('tells every output of a regression by its name, in order, from its own range', () => {
    const two = { ...track([], []), steps: 1, top: 2, indices: Int32Array.of(1, 0) };
    const predictions = { ...two, probabilities: Float32Array.of(420.4, -1.92), surprise: Float32Array.of(NaN) };
    const state = stateOf('regress', ['x'], predictions);
    const model = { ...summary, task: 'regress' as const, outputKind: 'numbers' as const, labels: ['heat', 'rain'] };
    const named = { ...predictions, names: { 0: 'heat', 1: 'rain' } };
    assert.equal(storyOf({ ...state, model, predictions: named }, 0), 'heat: \u22121.920, rain: 420');
    const range = rangeOfOutputs(model, named);
    assert.deepEqual([range.low, range.high].map(Math.fround), [Math.fround(-1.92), Math.fround(420.4)]);
    assert.equal(placeInRange(range, range.high), 1);
    assert.deepEqual(rangeOfOutputs({ ...model, outputKind: 'logits' }, named), { low: 0, high: 1 });
    assert.deepEqual(rangeOfOutputs(model, track([[0, 3]], [NaN])), { low: 2.5, high: 3.5 });
  });

  it('gives the number of a regression as a number, and nothing without a head', () => {
    assert.equal(storyOf(stateOf('regress', ['x'], track([[0, 420.4]], [NaN])), 0), 'output a: 420');
    assert.equal(storyOf(stateOf('states', ['x'], track([[0, 1]], [NaN])), 0), '');
    assert.equal(storyOf(initialState, 0), '');
  });
});

describe('the loss that follows the sight', () => {
  it('is that of the last column in sight, and the last known one where the end is in sight', () => {
    assert.deepEqual(lossInSight({ at: 'last' }, 40, 100).at, { step: 39 });
    assert.equal(lossInSight({ at: { step: 3 } }, 99, 100).at, 'last');
    assert.equal(lossInSight({ at: { step: 3 } }, 0, 100).at, 'last');
  });

  it('stays where a person has put it', () => {
    const followed = changeGradient(initialGradientState, { loss: { at: { step: 5 } }, followsSight: true });
    assert.equal(followed.followsSight, true);
    assert.equal(changeGradient(followed, { wantsMatrix: true }).followsSight, true);
    assert.equal(changeGradient(followed, { loss: { at: 'all' } }).followsSight, false);
  });
});

import assert from 'node:assert/strict';
import { type ModelSummary } from '../../../src/protocol/summaries';
import { type PredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { initialState, type InspectorState } from '../../../webview/store/inspectorState';
import { targetKey, targetOfKey, targetOptions } from '../../../webview/views/panes/lossTarget';

const layers = [0, 1].map((layer) => ({
  layer,
  direction: 'forward' as const,
  cell: 'lstm' as const,
  name: `l${layer}`,
  units: 4,
  outputWidth: 4,
  inputWidth: 3,
}));

function stateOf(
  task: ModelSummary['task'],
  change: Partial<InspectorState> = {},
  labels?: readonly string[],
): InspectorState {
  const model: ModelSummary = {
    name: 'm',
    format: 'f',
    task,
    outputKind: task === 'regress' || task === 'states' ? 'numbers' : 'probabilities',
    input: 'characters',
    layers,
    parameters: 1,
    description: '',
    notes: [],
    ...(labels && { labels }),
  };
  return { ...initialState, model, ...change };
}

function track(top: number, indices: readonly number[], names: PredictionTrack['names'] = {}): PredictionTrack {
  const steps = indices.length / top;
  return {
    steps,
    top,
    indices: Int32Array.from(indices),
    probabilities: new Float32Array(indices.length),
    surprise: new Float32Array(steps),
    names,
  };
}

const labelsOf = (state: InspectorState): string[] => targetOptions(state).map(({ label }) => label);
const keysOf = (state: InspectorState): string[] => targetOptions(state).map(({ value }) => value);

describe('the targets of a loss', () => {
  it('of a classifier are its own answer and its classes', () => {
    const state = stateOf('classify', { predictions: track(2, [0, 1]) }, ['no', 'yes']);
    assert.deepEqual(labelsOf(state), ['its own answer', 'no', 'yes']);
    assert.deepEqual(keysOf(state).map(targetOfKey), [{}, { target: 0 }, { target: 1 }]);
  });

  it('of a single sigmoid output are its two answers, as labels', () => {
    const state = stateOf('classify', { predictions: track(1, [0]) }, ['no', 'yes']);
    assert.deepEqual(keysOf(state).map(targetOfKey), [{}, { label: 0 }, { label: 1 }]);
  });

  it('of a next-token model are what follows and what it expects at the loss step', () => {
    const predictions = track(2, [3, 1, 2, 0], { 0: 'a', 1: 'b', 2: ' ', 3: 'd' });
    assert.deepEqual(labelsOf(stateOf('next-token', { predictions })), [
      'the token that follows',
      'token \u00b7',
      'token a',
    ]);
    const gradient = { ...initialState.gradient, loss: { at: { step: 0 }, target: 2 } };
    const chosen = stateOf('next-token', { predictions, gradient });
    assert.deepEqual(
      labelsOf(chosen),
      ['the token that follows', 'token d', 'token b', 'token \u00b7'],
      'the one chosen stays in the list',
    );
    assert.ok(keysOf(chosen).includes(targetKey(gradient.loss)));
  });

  it('of states without a head are their sum and the chosen unit of the last layer', () => {
    const view = { ...initialState.view, unit: 2 };
    assert.deepEqual(labelsOf(stateOf('states', { view })), ['the sum over all units']);
    assert.deepEqual(labelsOf(stateOf('states', { view: { ...view, layer: 1 } })), [
      'the sum over all units',
      'unit 2',
    ]);
  });

  it('are only the own answer before the predictions are there', () => {
    assert.equal(targetOptions(stateOf('next-token')).length, 1);
    assert.equal(targetOptions(initialState).length, 1);
  });
});

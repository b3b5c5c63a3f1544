import assert from 'node:assert/strict';
import { type DecayParams } from '../../../src/protocol/requestParams';
import { controlsOf, paramsOf, withSomeNetwork } from '../../../webview/store/decayControls';

const models = [{ kind: 'bundled', name: 'prose-lstm' }] as const;
const first: DecayParams = { models, untrainedTwins: true, input: { kind: 'text', text: 'abc' }, seeds: 3 };

describe('the controls of the decay page', () => {
  it('show what the page came with and ask for the same again', () => {
    const controls = controlsOf(first);
    assert.deepEqual(
      [controls.trained, controls.twins, controls.cells, controls.steps, controls.seeds],
      [true, true, [], 0, 3],
    );
    const again = paramsOf(controls, first);
    assert.deepEqual(again.models, models);
    assert.deepEqual(again.input, first.input);
    assert.equal(again.steps, undefined);
    assert.deepEqual(controlsOf(again), controls);
  });

  it('give the forget bias to the LSTM and the twins, and the spectral radius to the RNN', () => {
    const controls = {
      ...controlsOf(first),
      cells: ['rnn', 'lstm', 'gru'] as const,
      forgetBias: 'chrono' as const,
      spectralRadius: 1.2,
    };
    const { cells = [], twins } = paramsOf(controls, first);
    assert.deepEqual(
      cells.map(({ forgetBias, spectralRadius }) => [forgetBias, spectralRadius]),
      [
        [undefined, 1.2],
        ['chrono', undefined],
        [undefined, undefined],
      ],
    );
    assert.deepEqual([twins?.forgetBias, twins?.spectralRadius], ['chrono', 1.2]);
    assert.deepEqual(controlsOf(paramsOf(controls, first)), controls);
  });

  it('ask for the plain comparison when nothing is chosen', () => {
    const nothing = { ...controlsOf({}), trained: false, twins: false, cells: [] };
    assert.deepEqual(
      paramsOf(nothing, {}).cells?.map(({ cell }) => cell),
      ['rnn', 'lstm'],
    );
    assert.deepEqual(withSomeNetwork(nothing, {}).cells, ['rnn', 'lstm'], 'the boxes say so');
    assert.deepEqual(withSomeNetwork({ ...nothing, trained: true }, first).cells, []);
  });

  it('leave out models that are not wanted, and steps that mean the whole text', () => {
    const params = paramsOf(
      { ...controlsOf(first), trained: false, twins: false, cells: ['gru'], clipNorm: 0.1, steps: 101 },
      first,
    );
    assert.equal(params.models, undefined);
    assert.deepEqual([params.steps, params.clipNorm], [101, 0.1]);
    assert.equal(controlsOf(params).clipNorm, 0.1);
  });
});

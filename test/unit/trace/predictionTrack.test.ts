import assert from 'node:assert/strict';
import {
  emptyPredictionTrack,
  packPredictionTrack,
  unpackPredictionTrack,
  type PredictionTrack,
  withPredictions,
} from '../../../src/trace/reading/predictionTrack';

const track: PredictionTrack = {
  steps: 2,
  top: 3,
  indices: Int32Array.of(4, 7, -1, 0, 1, 2),
  probabilities: Float32Array.of(0.5, 0.25, NaN, 1, 0, 0),
  surprise: Float32Array.of(NaN, Infinity),
  names: { 0: ' ', 1: '\n', 2: '\u{1F600}', 4: 'e', 7: 'caf\u00e9' },
};

describe('the prediction track', () => {
  it('comes back from its buffer as it was, names beyond the BMP, NaN and Infinity included', () => {
    assert.deepEqual(unpackPredictionTrack(packPredictionTrack(track)), track);
  });

  it('may be empty', () => {
    const empty = {
      steps: 0,
      top: 0,
      indices: new Int32Array(),
      probabilities: new Float32Array(),
      surprise: new Float32Array(),
      names: {},
    };
    assert.deepEqual(unpackPredictionTrack(packPredictionTrack(empty)), empty);
  });

  it('is put together from parts, and unknown where none has come', () => {
    const part = withPredictions(emptyPredictionTrack(5, 3), track, 3);
    assert.deepEqual([...part.indices], [...Array<number>(9).fill(-1), ...track.indices]);
    assert.deepEqual([...part.surprise], [NaN, NaN, NaN, ...track.surprise]);
    const whole = withPredictions(part, { ...track, names: { 9: 'z' } }, 0);
    assert.deepEqual(whole.names, { ...track.names, 9: 'z' });
    assert.ok(whole.surprise !== part.surprise, 'who keeps the last one sees that it is another');
    assert.equal(whole.probabilities[1], 0.25);
    assert.throws(() => withPredictions(part, track, 4), /A part of 2 steps/);
    assert.throws(() => withPredictions(part, { ...track, top: 2 }, 0), /2 outputs/);
  });

  it('refuses lengths that do not add up', () => {
    assert.throws(() => packPredictionTrack({ ...track, steps: 3 }), /Expected \[T, K\]/);
    assert.throws(
      () => unpackPredictionTrack(packPredictionTrack(track).slice(0, 40)),
      /Expected a prediction track of/,
    );
    assert.throws(() => unpackPredictionTrack(new ArrayBuffer(4)), /too short/);
  });
});

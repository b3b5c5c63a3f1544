import assert from 'node:assert/strict';
import { packPredictionTrack, unpackPredictionTrack, type PredictionTrack } from '../../../src/trace/predictionTrack';

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
    const empty = { steps: 0, top: 0, indices: new Int32Array(), probabilities: new Float32Array(), surprise: new Float32Array(), names: {} };
    assert.deepEqual(unpackPredictionTrack(packPredictionTrack(empty)), empty);
  });

  it('refuses lengths that do not add up', () => {
    assert.throws(() => packPredictionTrack({ ...track, steps: 3 }), /Expected \[T, K\]/);
    assert.throws(() => unpackPredictionTrack(packPredictionTrack(track).slice(0, 40)), /Expected a prediction track of/);
    assert.throws(() => unpackPredictionTrack(new ArrayBuffer(4)), /too short/);
  });
});

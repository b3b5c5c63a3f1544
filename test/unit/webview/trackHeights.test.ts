import assert from 'node:assert/strict';
import { fitTracks, predictionRowPx, trackGapPx, type TracksToFit } from '../../../webview/scales/trackHeights';

const lstm: TracksToFit = {
  availablePx: 500,
  heatmaps: 6,
  units: 128,
  fewestPredictionRows: 2,
  hasSurprise: true,
  hasGradient: true,
  fixedPx: 21,
};

function total(tracks: TracksToFit): number {
  const { heatmapPx, gradientPx, surprisePx, predictionRows } = fitTracks(tracks);
  return (
    tracks.heatmaps * (heatmapPx + trackGapPx) +
    (tracks.hasGradient ? gradientPx + trackGapPx : 0) +
    (tracks.hasSurprise ? surprisePx + trackGapPx : 0) +
    (predictionRows > 0 ? predictionRows * predictionRowPx + trackGapPx : 0) +
    tracks.fixedPx
  );
}

describe('the heights of the pictures', () => {
  it('fit into every panel height from 400 pixels on, with and without what may be missing', () => {
    for (let availablePx = 400; availablePx <= 1400; availablePx += 7) {
      for (const hasGradient of [true, false]) {
        for (const fewestPredictionRows of [0, 2, 4]) {
          const tracks = { ...lstm, availablePx, hasGradient, fewestPredictionRows };
          assert.ok(total(tracks) <= availablePx, `${total(tracks)} of ${availablePx}`);
        }
      }
    }
  });

  it('leave no room unused while the heatmaps may grow', () => {
    assert.ok(total(lstm) > lstm.availablePx - lstm.heatmaps);
  });

  it('make no row taller than 12 pixels, but a picture of few units high enough to point at', () => {
    assert.equal(fitTracks({ ...lstm, heatmaps: 1, units: 20, availablePx: 2000 }).heatmapPx, 240);
    assert.equal(fitTracks({ ...lstm, heatmaps: 1, units: 1, availablePx: 2000 }).heatmapPx, 72);
    assert.equal(fitTracks({ ...lstm, heatmaps: 1, units: 512, availablePx: 4000 }).heatmapPx, 480);
  });

  it('keep every picture readable where there is too little room, so that the pictures scroll', () => {
    assert.deepEqual(fitTracks({ ...lstm, availablePx: 100 }), {
      heatmapPx: 24,
      gradientPx: 44,
      surprisePx: 24,
      predictionRows: 2,
    });
  });

  it('give the names of four classes a row each', () => {
    assert.equal(fitTracks({ ...lstm, fewestPredictionRows: 4 }).predictionRows, 4);
    assert.equal(fitTracks({ ...lstm, fewestPredictionRows: 0 }).predictionRows, 0);
  });
});

import assert from 'node:assert/strict';
import {
  columnsInSight,
  createColumnScale,
  initialZoom,
  leftOf,
  panBy,
  panTo,
  stepAt,
  strideFor,
  widestColumnPx,
  zoomAt,
} from '../../../webview/scales/columns';

describe('the column scale', () => {
  const scale = createColumnScale(1000, 800, { from: 100, to: 200 });

  it('puts columns side by side and finds them again under their pixels', () => {
    assert.equal(leftOf(scale, 100), 0);
    assert.equal(leftOf(scale, 101), 8);
    assert.equal(stepAt(scale, 7.9), 100);
    assert.equal(stepAt(scale, 8), 101);
    assert.equal(stepAt(scale, -1), null);
    assert.deepEqual(columnsInSight(scale), { from: 100, to: 200 });
  });

  it('holds the column under the mouse in place while zooming', () => {
    const closer = createColumnScale(1000, 800, zoomAt(scale, 400, 2));
    assert.ok(Math.abs(closer.from + 400 / closer.columnPx - 150) < 1e-9);
    assert.equal(closer.columnPx, 16);
  });

  it('never leaves the text, however far it is moved', () => {
    assert.deepEqual(panBy(scale, 1e9), { from: 900, to: 1000 });
    assert.deepEqual(panBy(scale, -1e9), { from: 0, to: 100 });
    const whole = createColumnScale(1000, 800, { from: -50, to: 1e9 });
    assert.deepEqual([whole.from, whole.to], [0, 1000]);
  });

  it('moves no more than needed to bring a step into sight', () => {
    assert.deepEqual(panTo(scale, 150), { from: 100, to: 200 });
    assert.deepEqual(panTo(scale, 199), { from: 103, to: 203 });
    assert.deepEqual(panTo(scale, 0), { from: 0, to: 100 });
  });

  it('gives one token no more than the widest column, and none an empty plot', () => {
    const one = createColumnScale(1, 800, initialZoom(1, 800, 12));
    assert.ok(one.columnPx <= widestColumnPx);
    assert.equal(stepAt(one, 1), 0);
    assert.equal(stepAt(one, 799), null);
    const none = createColumnScale(0, 800, initialZoom(0, 800, 12));
    assert.equal(stepAt(none, 0), null);
    assert.deepEqual(columnsInSight(none), { from: 0, to: 0 });
  });

  it('takes a coarser level as soon as columns are under half a pixel', () => {
    assert.deepEqual([12, 1, 0.5, 0.49, 0.125, 0.1, 0.008].map(strideFor), [1, 1, 1, 4, 4, 16, 64]);
  });

  it('shows 100,000 tokens whole', () => {
    const all = createColumnScale(100000, 800, { from: 0, to: Infinity });
    assert.deepEqual(columnsInSight(all), { from: 0, to: 100000 });
    assert.equal(strideFor(all.columnPx), 64);
  });
});

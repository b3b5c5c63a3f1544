import assert from 'node:assert/strict';
import { showRow, zoomRows } from '../../../webview/scales/rows';

const all = { from: 0, to: 1 };

describe('the rows in sight', () => {
  it('come closer around the place under the mouse', () => {
    const closer = zoomRows(all, { at: 0.25, factor: 2, units: 128 });
    assert.deepEqual(closer, { from: 0.125, to: 0.625 });
    const share = (0.25 - closer.from) / (closer.to - closer.from);
    assert.equal(share, 0.25);
  });

  it('stay inside, and show at least six rows', () => {
    assert.deepEqual(zoomRows({ from: 0, to: 0.5 }, { at: 0, factor: 1e9, units: 60 }), { from: 0, to: 0.1 });
    assert.deepEqual(zoomRows(all, { at: 1, factor: 4, units: 128 }), { from: 0.75, to: 1 });
  });

  it('are all again, with nothing kept, once they have been zoomed out', () => {
    assert.equal(zoomRows({ from: 0.2, to: 0.7 }, { at: 0.4, factor: 0.1, units: 128 }), undefined);
    assert.equal(zoomRows(all, { at: 0.5, factor: 8, units: 3 }), undefined);
  });

  it('move no more than needed to show a chosen row', () => {
    assert.equal(showRow(undefined, 5, 10), undefined);
    assert.deepEqual(showRow({ from: 0.2, to: 0.5 }, 3, 10), { from: 0.2, to: 0.5 });
    assert.deepEqual(showRow({ from: 0.2, to: 0.5 }, 0, 10), { from: 0, to: 0.3 });
    assert.deepEqual(showRow({ from: 0, to: 0.25 }, 9, 10), { from: 0.75, to: 1 });
  });
});

import assert from 'node:assert/strict';
import { paintRibbon } from '../../../webview/paint/paintRibbon';
import { createColourTable } from '../../../webview/scales/colourTable';
import { createColumnScale, leftOf } from '../../../webview/scales/columns';

type Rectangle = readonly [left: number, top: number, width: number, height: number];

/** The rectangles that painting a ribbon of 10 tokens fills. */
function paintedRectangles(borders: readonly number[], plotWidthPx: number): readonly Rectangle[] {
  const filled: Rectangle[] = [];
  const context = {
    clearRect: () => undefined,
    fillText: () => undefined,
    measureText: (text: string) => ({ width: 7 * text.length }),
    fillRect: (...rectangle: Rectangle) => void filled.push(rectangle),
  } as unknown as CanvasRenderingContext2D;
  paintRibbon(context, {
    columns: createColumnScale(10, plotWidthPx, { from: 0, to: 10 }),
    labelAt: (step) => 'abcdefghij'[step] ?? '',
    usualLength: 1,
    startsWord: (step) => step === 0,
    borders,
    valueAt: () => NaN,
    scale: { kind: 'sequential', low: 0, high: 1 },
    table: createColourTable(
      Array.from({ length: 256 }, () => '#808080'),
      '#000000',
    ),
    heightPx: 36,
    font: '13px monospace',
    foreground: '#ffffff',
  });
  return filled;
}

describe('the ribbon', () => {
  it('draws a line over its whole height where another selection begins, wide or narrow', () => {
    for (const plotWidthPx of [200, 40]) {
      const left = leftOf(createColumnScale(10, plotWidthPx, { from: 0, to: 10 }), 4);
      assert.deepEqual(paintedRectangles([4], plotWidthPx), [[Math.round(left) - 1, 0, 2, 36]]);
    }
  });

  it('draws none in a text of one piece', () => {
    assert.deepEqual(paintedRectangles([], 200), []);
  });
});

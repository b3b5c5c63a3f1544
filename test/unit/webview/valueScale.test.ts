import assert from 'node:assert/strict';
import { createColourTable, luminance, textColourOn } from '../../../webview/scales/colourTable';
import { SizeHistogram } from '../../../webview/store/sizeHistogram';
import { roundUp, shareOf, tableIndex, valueScaleOf } from '../../../webview/scales/valueScale';

describe('the value scales', () => {
  it('show gates over [0, 1] and the candidate over [-1, 1], whatever has arrived', () => {
    assert.deepEqual(valueScaleOf('f', 0.2), { kind: 'sequential', low: 0, high: 1 });
    assert.deepEqual(valueScaleOf('g', 0.2), { kind: 'diverging', low: -1, high: 1 });
  });

  it('widen for gates and candidates whose activation leaves that range', () => {
    assert.equal(valueScaleOf('i', 2.3).high, 3);
    assert.equal(valueScaleOf('n', 7).low, -8);
  });

  it('are symmetric about zero for states, over a rounded range that holds every value', () => {
    assert.deepEqual(valueScaleOf('c', 3.2, 3.2, 'linear'), { kind: 'diverging', low: -4, high: 4 });
    assert.deepEqual(valueScaleOf('h', 1.7), { kind: 'diverging', low: -2, high: 2 });
    assert.deepEqual(valueScaleOf('h', 0.031), { kind: 'diverging', low: -0.04, high: 0.04 });
    assert.deepEqual(valueScaleOf('h', 0.6, 0.1), { kind: 'diverging', low: -1, high: 1 });
    assert.deepEqual(valueScaleOf('h', 0), { kind: 'diverging', low: -1, high: 1 });
    assert.equal(valueScaleOf('c', Infinity).high, 1);
  });

  it('round up to a number that is easy to read and never under the value', () => {
    for (const value of [1e-7, 0.0299, 0.5, 1, 1.01, 9.9, 123, 8.1e5])
      assert.ok(roundUp(value) >= value * (1 - 1e-9), String(value));
    assert.equal(roundUp(1), 1);
    assert.equal(roundUp(123), 150);
  });

  it('put zero in the middle of a diverging table, clamp what lies outside, and mark NaN', () => {
    const scale = valueScaleOf('c', 2, 2, 'linear');
    assert.equal(tableIndex(scale, 0), 128);
    assert.equal(tableIndex(scale, -99), 0);
    assert.equal(tableIndex(scale, Infinity), 255);
    assert.equal(tableIndex(scale, NaN), -1);
  });
});

describe('a colour table', () => {
  const table = createColourTable(['#ffffff', '#000000'], '#ff00ff');

  it('runs from its first colour to its last', () => {
    assert.equal(table.words.length, 256);
    assert.equal(table.words[0], 0xffffffff);
    assert.equal(table.words[255], 0xff000000);
    assert.equal(table.nanWord, 0xffff00ff);
  });

  it('lets black or white be read on every colour at a contrast of 4.5', () => {
    for (const word of table.words) {
      const light = luminance(word);
      const contrast = textColourOn(word) === '#000000' ? (light + 0.05) / 0.05 : 1.05 / (light + 0.05);
      assert.ok(contrast >= 4.5, `${word.toString(16)}: ${contrast}`);
    }
  });
});

describe('a histogram of sizes', () => {
  it('finds the size that nearly all values keep within, whatever a few do', () => {
    const sizes = new SizeHistogram();
    sizes.add(Float32Array.from({ length: 1000 }, (_, k) => (k < 5 ? 500 : (k % 10) / 10)));
    assert.equal(sizes.largest, 500);
    assert.ok(sizes.quantile(0.99) >= 0.9 && sizes.quantile(0.99) < 1.2, String(sizes.quantile(0.99)));
  });

  it('is not disturbed by zeros, NaN and Infinity', () => {
    const sizes = new SizeHistogram();
    assert.equal(sizes.quantile(0.5), 0);
    sizes.add(Float32Array.of(0, NaN, Infinity, -2));
    assert.deepEqual([sizes.largest, sizes.quantile(1)], [2, 2]);
  });

  it('keeps the range of a state readable where one cell counts far away, and says that it is clamped', () => {
    assert.deepEqual(valueScaleOf('c', 50, 2.8, 'linear'), { kind: 'diverging', low: -3, high: 3, isClamped: true });
    assert.deepEqual(valueScaleOf('c', 5, 2.8, 'linear'), { kind: 'diverging', low: -5, high: 5 });
  });
});

describe('the scale of a cell state', () => {
  it('is what the output gate sees, tanh(c), unless another is chosen', () => {
    assert.deepEqual(valueScaleOf('c', 123, 90), { kind: 'diverging', low: -1, high: 1, shape: 'tanh' });
    assert.deepEqual(valueScaleOf('c', 123, 90, 'log'), { kind: 'diverging', low: -150, high: 150, shape: 'log' });
    assert.deepEqual(valueScaleOf('c', 123, 90, 'linear'), { kind: 'diverging', low: -150, high: 150 });
    assert.deepEqual(valueScaleOf('c', 2, 2, 'tanh'), { kind: 'diverging', low: -1, high: 1, shape: 'tanh' });
    assert.equal(valueScaleOf('h', 123, 90, 'log').shape, undefined, 'only the cell state has a choice');
  });

  it('keeps zero in the middle, the sign and the order, and the ends at the ends', () => {
    for (const scale of [
      valueScaleOf('c', 100, 90, 'log'),
      valueScaleOf('c', 100, 90),
      valueScaleOf('c', 100, 90, 'linear'),
    ]) {
      const shares = [-100, -3, -0.1, 0, 0.1, 3, 100].map((value) => shareOf(scale, value));
      assert.equal(shares[3], 0.5);
      shares.forEach((share, k) => assert.ok(Math.abs(share + (shares[6 - k] ?? NaN) - 1) < 1e-9));
      assert.deepEqual(
        [...shares].sort((a, b) => a - b),
        shares,
      );
      assert.ok((shares[0] ?? NaN) < 1e-9 && (shares[6] ?? NaN) > 1 - 1e-9);
      assert.equal(tableIndex(scale, NaN), -1);
      assert.deepEqual([tableIndex(scale, -Infinity), tableIndex(scale, Infinity)], [0, 255]);
    }
    assert.ok(shareOf(valueScaleOf('c', 100, 90, 'log'), 1) > 0.57, 'a cell of 1 is seen beside one of 100');
  });
});

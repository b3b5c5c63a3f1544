import assert from 'node:assert/strict';
import { coarsen } from '../../../src/trace/reading/coarsen';
import { type Frame } from '../../../src/trace/reading/frame';
import { blockColumns, TraceBlocks } from '../../../webview/store/traceBlocks';

const key = { layer: 0, direction: 'forward' } as const;

function frameOf(from: number, to: number, width = 2, stride = 1): Frame {
  const values = Float32Array.from({ length: (to - from) * width }, (_, k) => from * width + k);
  const plane = stride === 1 ? values : coarsen(values, width, stride);
  return { header: { ...key, fields: ['h'], from, to, widths: [width], stride }, planes: [plane] };
}

describe('the blocks of a trace', () => {
  it('give back every column of a frame that crosses blocks', () => {
    const blocks = new TraceBlocks(1e9);
    blocks.add(frameOf(200, 600));
    for (const step of [200, 255, 256, 511, 512, 599])
      assert.deepEqual([...(blocks.column(key, 'h', step) ?? [])], [2 * step, 2 * step + 1]);
    assert.equal(blocks.column(key, 'h', 199), undefined);
    assert.equal(blocks.column(key, 'h', 600), undefined);
  });

  it('know which columns are still missing', () => {
    const blocks = new TraceBlocks(1e9);
    blocks.add(frameOf(0, 300));
    blocks.add(frameOf(310, 400));
    assert.equal(blocks.missingRun(key, 'h', { from: 0, to: 300, stride: 1 }), null);
    assert.deepEqual(blocks.missingRun(key, 'h', { from: 0, to: 400, stride: 1 }), { from: 300, to: 310 });
    assert.deepEqual(blocks.missingRun(key, 'h', { from: 390, to: 900, stride: 1 }), { from: 400, to: 900 });
    assert.equal(blocks.missingRun(key, 'h', { from: 310, to: 400, stride: 1 }), null);
    assert.deepEqual(blocks.missingRun({ ...key, layer: 1 }, 'h', { from: 0, to: 1, stride: 1 }), { from: 0, to: 1 });
    assert.equal(blocks.missingRun(key, 'h', { from: 5, to: 5, stride: 1 }), null);
  });

  it('know it of a coarse level, in whole columns', () => {
    const blocks = new TraceBlocks(1e9);
    blocks.add(frameOf(64, 128, 2, 16));
    assert.deepEqual(blocks.missingRun(key, 'h', { from: 0, to: 200, stride: 16 }), { from: 0, to: 64 });
    assert.equal(blocks.missingRun(key, 'h', { from: 70, to: 127, stride: 16 }), null);
    assert.deepEqual(blocks.missingRun(key, 'h', { from: 70, to: 200, stride: 16 }), { from: 128, to: 208 });
    assert.deepEqual(
      blocks.missingRun(key, 'h', { from: 64, to: 128, stride: 1 }),
      { from: 64, to: 128 },
      'the values themselves are not here',
    );
  });

  it('keep mean and farthest value of a coarse level', () => {
    const blocks = new TraceBlocks(1e9);
    blocks.add({
      header: { ...key, fields: ['c'], from: 0, to: 4, widths: [1], stride: 4 },
      planes: [coarsen(Float32Array.of(1, -9, 2, 2), 1, 4)],
    });
    const plane = blocks.find(key, 4, 0)?.planes.get('c');
    assert.deepEqual([plane?.values[0], plane?.extremes[0]], [-1, -9]);
    assert.equal(blocks.missingRun(key, 'c', { from: 0, to: 4, stride: 4 }), null);
  });

  it('note the largest finite size, and do not fall over NaN and Infinity', () => {
    const blocks = new TraceBlocks(1e9);
    blocks.add({
      header: { ...key, fields: ['c'], from: 0, to: 4, widths: [1], stride: 1 },
      planes: [Float32Array.of(NaN, -3, Infinity, 2)],
    });
    assert.equal(blocks.largestOf(key, 'c'), 3);
    assert.equal(blocks.largestOf(key, 'h'), 0);
  });

  it('drop what was used longest ago when there is no more room', () => {
    const bytes = blockColumns * 2 * 4;
    const blocks = new TraceBlocks(3 * bytes);
    for (let block = 0; block < 6; block++) blocks.add(frameOf(block * blockColumns, (block + 1) * blockColumns));
    assert.equal(blocks.column(key, 'h', 0), undefined);
    assert.ok(blocks.column(key, 'h', 6 * blockColumns - 1));
  });
});

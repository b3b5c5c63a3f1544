import assert from 'node:assert/strict';
import path from 'node:path';
import { type WorkerLink } from '../../../src/link/workerLink';
import { type ModelReference } from '../../../src/protocol/modelReference';
import { ask, startWorker } from '../../view/support/workerHost';

const fixture = (name: string): ModelReference => ({
  kind: 'file',
  path: path.resolve(__dirname, '../../fixtures/models', name),
});

describe('the overview of a model', () => {
  let link: WorkerLink;
  before(() => {
    link = startWorker();
  });
  after(() => link.dispose());

  it('names the gates of a bundled model, with the forget bias as it was trained', async () => {
    const { summary, cells, chains } = await ask(link, 'overview', { model: { kind: 'bundled', name: 'prose-lstm' } });
    assert.equal(summary.name, 'prose-lstm');
    const [cell] = cells;
    assert.ok(cell);
    assert.deepEqual(
      cell.gates.map(({ gate }) => gate),
      ['i', 'f', 'g', 'o'],
    );
    assert.deepEqual(cell.fileOrder, ['i', 'f', 'g', 'o']);
    assert.equal(cell.memoryBias?.gate, 'f');
    assert.equal(
      cell.memoryBias?.counts.reduce((sum, count) => sum + count, 0),
      128,
    );
    assert.ok(Math.abs((cell.memoryBias?.mean ?? 0) - (cell.gates[1]?.bias.mean ?? NaN)) < 1e-9);
    for (const { recurrent } of cell.gates)
      assert.ok(recurrent && recurrent.spectralRadius > 0 && recurrent.spectralRadius <= recurrent.norm);
    assert.ok(chains[0]?.stages.some(({ kind }) => kind === 'Dense'));
    assert.equal(
      chains[0]?.stages.reduce((sum, { parameters }) => sum + parameters, 0),
      summary.parameters,
    );
  });

  it('knows the order of each format, both directions, and what stands around', async () => {
    const bidirectional = await ask(link, 'overview', { model: fixture('lstm-bidirectional.onnx') });
    assert.deepEqual(bidirectional.cells[0]?.fileOrder, ['i', 'o', 'f', 'g']);
    assert.ok(bidirectional.cells.some(({ direction }) => direction === 'backward'));
    const gru = await ask(link, 'overview', { model: fixture('gru-stacked.safetensors') });
    assert.deepEqual(gru.cells[0]?.fileOrder, ['r', 'z', 'n']);
    assert.deepEqual(
      gru.cells[0]?.gates.map(({ gate }) => gate),
      ['z', 'r', 'n'],
    );
    assert.equal(gru.cells[0]?.memoryBias?.gate, 'z');
  });

  it('shows the same model of two formats alike', async () => {
    const [onnx, torch] = await Promise.all([
      ask(link, 'overview', { model: fixture('lstm-projected.safetensors') }),
      ask(link, 'overview', { model: fixture('lstm-projected.pt') }),
    ]);
    assert.deepEqual(
      onnx.cells.map(({ gates }) => gates),
      torch.cells.map(({ gates }) => gates),
    );
    assert.ok(onnx.cells[0]?.extras.includes('projection'));
  });

  it('gives pictures of every block of every gate, no larger than asked', async () => {
    const model: ModelReference = { kind: 'bundled', name: 'prose-lstm' };
    const maps = await ask(link, 'weightMaps', { model, index: 0, most: 32 });
    assert.equal(maps.length, 12);
    for (const { rows, columns, values } of maps) {
      assert.ok(rows <= 32 && columns <= 32);
      assert.equal(values.length, rows * columns);
    }
    const { cells } = await ask(link, 'overview', { model });
    const whole = await ask(link, 'weightMaps', { model, index: 0, most: 512 });
    for (const { gate, block, values } of whole) {
      const figures = cells[0]?.gates.find((one) => one.gate === gate)?.[block];
      assert.equal(Math.max(...values), figures?.max, `${gate} ${block}`);
      const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
      assert.ok(Math.abs(norm / (figures?.norm ?? 0) - 1) < 1e-6, `${gate} ${block}`);
    }
    const refused = await link.request('weightMaps', { model, index: 9, most: 32 });
    assert.ok(!refused.ok && refused.error.code === 'out-of-range');
  });
});

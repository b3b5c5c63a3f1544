import assert from 'node:assert/strict';
import { type TransferResult, type TransferWay } from '../../../src/trace/lab/transferEvents';
import { tabulate } from '../../../src/trace/lab/transferTable';

const result = (
  way: TransferWay,
  labels: number,
  seed: number,
  accuracy: number,
  loss = 1 - accuracy,
): TransferResult => {
  const figures = { loss, accuracy, count: 100 };
  return { way, labels, examples: labels, seed, validation: figures, test: figures, seconds: 1 };
};

describe('the table of a transfer', () => {
  const results = [
    result('fine-tuned', 200, 0, 0.8),
    result('scratch', 200, 0, 0.8),
    result('fine-tuned', 50, 0, 0.7),
    result('scratch', 50, 0, 0.6),
    result('fine-tuned', 50, 1, 0.6),
    result('scratch', 50, 1, 0.65),
  ];

  it('has a row for each size and way, smaller sizes first', () => {
    assert.deepEqual(
      tabulate(results, 'classify').map(({ way, labels, seeds }) => [way, labels, seeds]),
      [
        ['fine-tuned', 50, 2],
        ['scratch', 50, 2],
        ['fine-tuned', 200, 1],
        ['scratch', 200, 1],
      ],
    );
  });

  it('gives mean, sample standard deviation and the values themselves', () => {
    const [row] = tabulate(results, 'classify');
    assert.deepEqual(row?.each, [0.7, 0.6]);
    assert.ok(Math.abs((row?.mean ?? 0) - 0.65) < 1e-12 && Math.abs((row?.deviation ?? 0) - Math.sqrt(0.005)) < 1e-12);
    assert.equal(tabulate(results, 'classify')[2]?.deviation, 0);
  });

  it('counts the seeds in which a way beats scratch; a tie is no win, and scratch has none', () => {
    assert.deepEqual(
      tabulate(results, 'classify').map(({ wins }) => wins),
      [1, undefined, 0, undefined],
    );
  });

  it('compares language models by their loss', () => {
    const rows = tabulate([result('adapted', 0, 0, 0.5, 1.2), result('scratch', 0, 0, 0.9, 1.5)], 'next-token');
    assert.equal(rows[0]?.wins, 1);
  });

  it('is empty without results', () => assert.deepEqual(tabulate([], 'classify'), []));
});

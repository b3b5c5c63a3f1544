import assert from 'node:assert/strict';
import { macroF1 } from '../../../../src/lab/training/macroF1';

describe('the macro F1', () => {
  it('is 1 when all is right and 0 when all is wrong', () => {
    assert.equal(
      macroF1([
        [3, 0],
        [0, 1],
      ]),
      1,
    );
    assert.equal(
      macroF1([
        [0, 3],
        [1, 0],
      ]),
      0,
    );
  });

  it('weighs classes alike, whatever their size', () => {
    // Class 0: 2 * 8 / (10 + 8); class 1: 2 * 1 / (1 + 3).
    assert.ok(
      Math.abs(
        macroF1([
          [8, 2],
          [0, 1],
        ]) -
          (16 / 18 + 2 / 4) / 2,
      ) < 1e-12,
    );
  });

  it('leaves out a class that does not occur, and is NaN of nothing', () => {
    assert.equal(
      macroF1([
        [2, 0],
        [0, 0],
      ]),
      1,
    );
    assert.ok(Number.isNaN(macroF1([])));
  });
});

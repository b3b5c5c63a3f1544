import assert from 'node:assert/strict';
import { estimateGradients, sayCost, stepsOffered, stepsUnasked } from '../../../src/trace/reading/gradientCost';
import { gradientFrom, initialGradientState } from '../../../webview/store/gradientState';

describe('how far gradients go back', () => {
  it('is all of a usual text, and asked for in a long one', () => {
    assert.equal(gradientFrom(initialGradientState, stepsUnasked), 0);
    assert.equal(gradientFrom(initialGradientState, stepsUnasked + 1), null);
    assert.equal(gradientFrom({ ...initialGradientState, reach: 'all' }, 20_000), 0);
  });

  it('is a part that ends with the loss where that was chosen', () => {
    const part = { ...initialGradientState, reach: 'part' } as const;
    assert.equal(gradientFrom(part, 20_000), 20_000 - stepsOffered);
    assert.equal(gradientFrom({ ...part, loss: { at: { step: 7000 } } }, 20_000), 7001 - stepsOffered);
    assert.equal(gradientFrom({ ...part, loss: { at: { step: 5 } } }, 20_000), 0);
  });

  it('costs what the weights and the arrays of all layers add up to', () => {
    const lstm = { cell: 'lstm', units: 128, outputWidth: 128, inputWidth: 98 } as const;
    const { seconds, megabytes } = estimateGradients([lstm], 20_000);
    // dLdh, dLdc, four gates and dLdx in float32.
    assert.equal(megabytes, (20_000 * (6 * 128 + 98) * 4) / 1e6);
    assert.equal(estimateGradients([lstm, lstm], 20_000).seconds, 2 * seconds);
    assert.match(sayCost({ seconds, megabytes }), /^about 0\.\d+ s and 70 MB$/);
    assert.equal(sayCost({ seconds: 0.01, megabytes: 0.2 }), 'less than 0.1 s and 1 MB');
  });
});

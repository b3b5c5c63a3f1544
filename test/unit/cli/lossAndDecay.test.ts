import assert from 'node:assert/strict';
import { parseArguments } from '../../../src/cli/arguments';
import { packDecayCsv, packDecayJson } from '../../../src/cli/decayFile';
import { lossOptions, parseLoss } from '../../../src/cli/lossOptions';
import { type DecayComparison } from '../../../src/trace/reading/decay';
import { type LossChoice } from '../../../src/trace/reading/gradients';

const parse = (...args: string[]): LossChoice => parseLoss(parseArguments(args, lossOptions));

describe('the loss options', () => {
  it('are the last step by default, all, or a step', () => {
    assert.deepEqual(parse(), { at: 'last' });
    assert.deepEqual(parse('--loss', 'all', '--target', '3'), { at: 'all', target: 3 });
    assert.deepEqual(parse('--loss', '12', '--label', '0'), { at: { step: 12 }, label: 0 });
  });

  it('refuse what is neither', () => {
    for (const wrong of [
      ['--loss', 'first'],
      ['--loss', '-1'],
      ['--target', '-1'],
      ['--target', '1.5'],
      ['--label', '2'],
      ['--target', '1', '--label', '1'],
    ]) {
      assert.throws(() => parse(...wrong), { name: 'UsageError' });
    }
  });
});

const fit = { slope: -0.1, intercept: 0, r2: 1, halfLife: 3, measuredHalfLife: null, lastLag: 1 };
const reach = { steps: 1, isWhole: true };
const curve = {
  mean: Float32Array.of(0, -Infinity),
  deviation: Float32Array.of(0, 0),
  minimum: Float32Array.of(0, -Infinity),
  maximum: Float32Array.of(0, NaN),
  fit,
  reach,
};
const comparison: DecayComparison = {
  settings: {
    input: 'a "text"',
    steps: 2,
    seeds: 1,
    loss: { at: 'last' },
    lossName: 'r . h',
    lossStep: 1,
    equal: 'units',
  },
  entries: [
    {
      name: 'LSTM, forget bias 1',
      trained: false,
      cell: 'lstm',
      layer: 0,
      units: 1,
      parameters: 12,
      settingsLine: '1 unit',
      h: curve,
      c: curve,
      direct: curve,
      gapLog10: null,
    },
  ],
  headline: 'Learning reaches far.',
  sentences: ['One.'],
};

describe('a decay file', () => {
  it('keeps infinities and NaN as strings in JSON', () => {
    const parsed = JSON.parse(packDecayJson(comparison)) as { entries: { h: { mean: unknown; maximum: unknown } }[] };
    assert.deepEqual(parsed.entries[0]?.h.mean, [0, '-Infinity']);
    assert.deepEqual(parsed.entries[0]?.h.maximum, [0, 'NaN']);
  });

  it('has a row for each quantity and lag in CSV, with names quoted', () => {
    const lines = packDecayCsv(comparison).trimEnd().split('\r\n');
    assert.equal(lines.length, 1 + 3 * 2);
    assert.equal(lines[2], '"LSTM, forget bias 1",1 unit,dLdh,1,0,-Infinity,0,-Infinity,NaN');
  });
});

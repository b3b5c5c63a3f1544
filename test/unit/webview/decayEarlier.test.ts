import assert from 'node:assert/strict';
import { type DecayComparison } from '../../../src/trace/reading/decay';
import { joinCurves } from '../../../src/analysis/decayFit';
import { sayHeadline } from '../../../src/analysis/decaySentences';
import { controlsOf } from '../../../webview/store/decayControls';
import { changedEntries, keepEarlier, withUntrained } from '../../../webview/store/decayEarlier';

type Entry = DecayComparison['entries'][number];

function entry(name: string, cell: Entry['cell'], of: { trained: boolean; log10: readonly number[] }): Entry {
  const h = joinCurves([Float64Array.from(of.log10)]);
  return { name, cell, trained: of.trained, layer: 0, units: 1, parameters: 1, settingsLine: '', h };
}

function comparison(entries: readonly Entry[]): DecayComparison {
  return { entries, headline: '', sentences: [], settings: {} as DecayComparison['settings'] };
}

const steep = [0, -2, -4, -6];
const flat = [0, -0.1, -0.2, -0.3];

describe('the comparison from before a setting changed', () => {
  const shown = comparison([entry('rnn', 'rnn', { trained: false, log10: steep })]);
  const later = comparison([entry('rnn', 'rnn', { trained: false, log10: flat })]);

  it('stays through all values of one setting, and begins anew with another', () => {
    const kept = keepEarlier(null, 'forgetBias', shown);
    assert.equal(keepEarlier(kept, 'forgetBias', later)?.comparison, shown);
    assert.equal(keepEarlier(kept, 'seeds', later)?.comparison, later);
    assert.equal(keepEarlier(kept, 'cells', later), null, 'other networks');
    assert.equal(keepEarlier(null, 'forgetBias', null), null, 'nothing is in sight yet');
  });

  it('has untrained twins asked for where only trained networks are there and the setting draws weights', () => {
    const trained = controlsOf({ models: [{ kind: 'bundled', name: 'prose-lstm' }] });
    assert.equal(withUntrained(trained, 'forgetBias')?.twins, true);
    assert.equal(withUntrained(trained, 'clipNorm'), null);
    assert.equal(withUntrained({ ...trained, twins: true }, 'forgetBias'), null);
    assert.equal(withUntrained({ ...trained, cells: ['lstm'] }, 'forgetBias'), null);
  });

  it('is set beside the same network, though its name tells the setting', () => {
    const [before, now] = [1, 0].map((bias) =>
      comparison([
        entry('LSTM', 'lstm', { trained: true, log10: flat }),
        entry(`LSTM, forget bias ${bias}`, 'lstm', { trained: false, log10: bias === 0 ? steep : flat }),
      ]),
    ) as [DecayComparison, DecayComparison];
    assert.deepEqual(
      changedEntries(before, now).map((pair) => [pair.before.name, pair.now.name]),
      [['LSTM, forget bias 1', 'LSTM, forget bias 0']],
    );
    assert.deepEqual(changedEntries(now, now), []);
  });
});

describe('the sentence over the curves', () => {
  it('says how far learning reaches, the farthest first, and only then how it was before training', () => {
    const lstm = entry('prose-lstm', 'lstm', { trained: true, log10: flat });
    const rnn = entry('prose-rnn', 'rnn', { trained: true, log10: steep });
    const twin = entry('prose-rnn (untrained)', 'rnn', { trained: false, log10: flat });
    assert.equal(sayHeadline([rnn, lstm]), 'Learning reaches 3 steps or more back in the LSTM and 1 in the RNN.');
    assert.equal(
      sayHeadline([rnn, twin]),
      'Learning reaches 1 step back in the RNN; before training, 3 steps or more back in the RNN.',
    );
    assert.equal(
      sayHeadline([{ ...twin, cell: 'lstm' }, twin]),
      'Before any training, learning reaches 3 steps or more back in the LSTM and 3 or more in the RNN.',
    );
    assert.match(sayHeadline([lstm, { ...lstm, name: 'other' }]), /in prose-lstm and 3 or more in other/);
  });
});

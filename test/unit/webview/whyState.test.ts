import assert from 'node:assert/strict';
import { type WhyReport } from '../../../src/trace/reading/shares';
import {
  cover,
  initialWhyState,
  keepOnly,
  placeOfPhrase,
  sharesByStep,
  whyParams,
} from '../../../webview/store/whyState';
import { listedPlaces, mostRows, rangeOfRows, waterfallRows } from '../../../webview/views/why/waterfallRows';

const edit = (steps: readonly number[]) => ({ steps, words: 'w' });

/** A report of one method; only what the view reads of it. */
function reportOf(shares: readonly number[]): WhyReport {
  return { methods: [{ method: 'leave-one-out', shares: Float64Array.from(shares) }] } as unknown as WhyReport;
}

describe('what is asked about an answer', () => {
  it('is nothing but the default at first, so that a report page can answer it', () => {
    assert.deepEqual(whyParams(initialWhyState), {});
  });

  it('names both methods where one stands beside another, and one where they are the same', () => {
    const why = { ...initialWhyState, method: 'leave-one-out', beside: 'sensitivity' } as const;
    assert.deepEqual(whyParams(why).methods, ['leave-one-out', 'sensitivity']);
    assert.deepEqual(whyParams({ ...why, beside: 'leave-one-out' }).methods, ['leave-one-out']);
  });

  it('keeps the default method first when another is set beside it', () => {
    const why = { ...initialWhyState, beside: 'sensitivity', unedited: reportOf([1]) } as const;
    assert.deepEqual(whyParams(why).methods, ['leave-one-out', 'sensitivity']);
  });

  it('tells a phrase by its places in the text that is left', () => {
    assert.deepEqual(placeOfPhrase({ from: 2, to: 4 }, null), { from: 2, to: 4 });
    assert.deepEqual(placeOfPhrase({ from: 2, to: 4 }, [0, 2, 4, 5]), { from: 1, to: 2 });
    assert.equal(placeOfPhrase({ from: 2, to: 3 }, [3, 2, 0]), null, 'its words stand the other way round');
    assert.equal(placeOfPhrase({ from: 2, to: 3 }, [2, 0, 3]), null, 'another word stands between');
    assert.equal(placeOfPhrase({ from: 2, to: 3 }, [0, 1]), null, 'it is covered');
    const why = { ...initialWhyState, phrase: { from: 2, to: 2 }, edits: [edit([0, 1, 2]), edit([0, 2])] };
    assert.deepEqual(whyParams(why), { phrase: { from: 1, to: 1 }, steps: [0, 2] });
  });

  it('covers and keeps by steps of the text as it was read, whatever their order now', () => {
    assert.deepEqual(cover([3, 1, 2, 0], { from: 1, to: 2 }), [3, 0]);
    assert.deepEqual(keepOnly([3, 1, 2, 0], { from: 1, to: 2 }), [1, 2]);
  });

  it('colours a step by its own share after edits, and a covered one not at all', () => {
    const why = { ...initialWhyState, shown: { report: reportOf([0.5, -1]), steps: [2, 0] } };
    assert.deepEqual([...sharesByStep(why, 3)], [-1, NaN, 0.5]);
  });
});

describe('the lines of a waterfall', () => {
  const shares = Float64Array.of(1, -3, 0.5);
  const sum = { sum: -1.5, of: -1.5, start: 2, from: 'no token' };

  it('go from the state before the first token over the tokens to the answer', () => {
    const rows = waterfallRows({ shares, sum }, { value: 0.5 }, new Set([0, 1, 2]));
    assert.deepEqual(
      rows.map(({ kind, from, to }) => [kind, from, to]),
      [
        ['start', 0, 2],
        ['token', 2, 3],
        ['token', 3, 0],
        ['token', 0, 0.5],
        ['answer', 0, 0.5],
      ],
    );
    assert.deepEqual(rangeOfRows(rows), { low: 0, high: 3 });
  });

  it('say what shares that do not add up leave over', () => {
    const rows = waterfallRows({ shares, sum }, { value: 1 }, new Set([0, 1, 2]));
    assert.deepEqual(
      rows.filter(({ kind }) => kind === 'together').map(({ value }) => value),
      [0.5],
    );
  });

  it('start at zero each, without an end, where the shares are no parts of a sum', () => {
    const rows = waterfallRows({ shares, sum: null }, { value: 1 }, new Set([0, 1, 2]));
    assert.deepEqual(
      rows.map(({ kind, from, to }) => [kind, from, to]),
      [
        ['token', 0, 1],
        ['token', 0, -3],
        ['token', 0, 0.5],
      ],
    );
  });

  it('of a long text are those with the largest shares, with all others added up between', () => {
    const many = Float64Array.from({ length: 1000 }, (_, t) => (t % 7 === 3 ? 5 + t : 0.001 * t));
    const listed = listedPlaces([{ shares: many }]);
    assert.equal(listed.size, mostRows);
    const total = many.reduce((a, b) => a + b, 0);
    const rows = waterfallRows(
      { shares: many, sum: { sum: total, of: total, start: 0, from: 'no token' } },
      { value: total },
      listed,
    );
    const words = rows.filter(({ kind }) => kind === 'token' || kind === 'others');
    assert.equal(
      words.reduce((count, row) => count + row.count, 0),
      1000,
    );
    assert.ok(Math.abs(words.reduce((all, { value }) => all + value, 0) - total) < 1e-6);
    const smallest = Math.min(...[...listed].map((place) => many[place] ?? 0));
    assert.ok(many.every((share, place) => listed.has(place) || share <= smallest));
  });
});

import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { findAgain, type FindOptions } from '../../../src/engine/find/findAgain';
import { compareRuns, matchRuns, type Run, type RunRule } from '../../../src/engine/find/matchRuns';
import { countBits, createOnBits, type OnBits, setOnBits } from '../../../src/engine/find/onBits';
import { nearestSentence, relaxations } from '../../../src/engine/find/relaxations';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type Pace } from '../../../src/engine/forward/pace';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { type PreparedModel, prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { type FindReport } from '../../../src/trace/causes/findAgain';
import { useWasmBackend } from '../../support/tfjsBackend';
import { dense, model, recurrent } from './smallModels';

const pace: Pace = { breathe: () => Promise.resolve() };
const V = 7;
const net = model(
  [{ kind: 'oneHot', name: 'o', width: V }, recurrent('lstm', { D: V, H: 40, seed: 2 }), dense([40, V], 'softmax', 3)],
  { task: 'next-token', vocabularySize: V },
);

function runAll(work: Generator<void, Run[]>): Run[] {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

function bitsOf(rows: Float32Array, units: number, threshold: number): OnBits {
  const bits = createOnBits(rows.length / units, units);
  setOnBits(bits, rows, 0, threshold);
  return bits;
}

/** The rule by loops over states, one step and unit at a time. */
function matchSlowly(rows: Float32Array, width: number, threshold: number, rule: RunRule): Run[] {
  const T = rows.length / width;
  const isOn = (t: number, unit: number): boolean => (rows[t * width + unit] as number) >= threshold;
  const keeps = (t: number): boolean => t < T && rule.units.filter((unit) => isOn(t, unit)).length >= rule.least;
  const runs: Run[] = [];
  for (let from = 0; from < T; from++) {
    if (!keeps(from) || (from > 0 && keeps(from - 1))) continue;
    let to = from;
    while (keeps(to + 1)) to++;
    if (to - from + 1 < rule.length) continue;
    const throughout = Array.from({ length: width }, (_, unit) => unit).filter((unit) => {
      for (let t = from; t <= to; t++) if (!isOn(t, unit)) return false;
      return true;
    });
    const unitsOn = throughout.filter((unit) => rule.units.includes(unit)).length;
    runs.push({ from, to, unitsOn, others: throughout.length - unitsOn });
  }
  return runs;
}

describe('the matcher of patterns', () => {
  it('counts bits', () => {
    for (const word of [0, 1, -1, 0x80000000, 0x12345678])
      assert.equal(countBits(word), (word >>> 0).toString(2).replace(/0/g, '').length);
  });

  it('finds what a plain loop over all states finds, for any width, threshold and share of the units', () => {
    const random = createRandom(5);
    for (const width of [1, 31, 32, 33, 100]) {
      const rows = new Float32Array(600 * width);
      // States that move slowly, so that runs are long.
      for (let at = 0; at < rows.length; at++)
        rows[at] = 0.85 * (at < width ? 0 : (rows[at - width] as number)) + 0.4 * (random() * 2 - 1);
      rows[3] = NaN;
      for (const threshold of [0.1, 0.3])
        for (const count of [1, 2, 5]) {
          const units = Array.from({ length: Math.min(count, width) }, (_, k) => (k * 7) % width);
          for (const least of [1, units.length])
            for (const length of [1, 4]) {
              const rule = { units: [...new Set(units)], least: Math.min(least, new Set(units).size), length };
              const found = runAll(matchRuns(bitsOf(rows, width, threshold), rule));
              assert.deepEqual(found, matchSlowly(rows, width, threshold, rule), `${width} units, ${threshold}`);
            }
        }
    }
  });

  it('finds 10,000 planted patterns in a million steps, all of them, in order', () => {
    const [T, width, length] = [1_000_000, 64, 5];
    const bits = createOnBits(T, width);
    const units = [3, 31, 32, 60];
    const random = createRandom(9);
    // Noise that never has all four on.
    for (let t = 0; t < T; t++) {
      bits.data[2 * t] = Math.floor(random() * 2 ** 32) & ~(1 << 3);
      bits.data[2 * t + 1] = Math.floor(random() * 2 ** 32);
    }
    const planted = Array.from({ length: 10_000 }, (_, k) => 100 * k + (k % 90));
    for (const from of planted)
      for (let t = from; t < from + length; t++) {
        bits.data[2 * t] = (1 << 3) | (1 << 31);
        bits.data[2 * t + 1] = (1 << 0) | (1 << 28);
      }
    const found = runAll(matchRuns(bits, { units, least: 4, length }));
    assert.deepEqual(
      found.map(({ from }) => from),
      planted,
    );
    assert.ok(found.every((run) => run.to - run.from + 1 === length && run.unitsOn === 4 && run.others === 0));
  });

  it('puts most units first, then fewest others, then the longest, then the order of the text', () => {
    const run = (unitsOn: number, others: number, to: number, from = 0, text = 0) => ({
      text,
      from,
      to,
      unitsOn,
      others,
    });
    const order = [run(3, 9, 2), run(2, 0, 1), run(2, 1, 9), run(2, 1, 4), run(2, 1, 14, 10), run(2, 1, 4, 0, 1)];
    assert.deepEqual([...order].reverse().sort(compareRuns), order);
  });
});

describe('finding a phrase again', () => {
  const ids = Array.from({ length: 400 }, (_, t) => (t % 50 < 6 ? t % 50 : (t * t + 3 * t) % V));
  let prepared: PreparedModel;
  before(async () => {
    await useWasmBackend();
    prepared = prepareModel(net, createPlainRunner);
  });
  const open = (tokens: readonly number[]): Reading =>
    new Reading(prepared, { kind: 'ids', ids: tokens }, new BlockCache());
  const find = (options: Partial<FindOptions>, texts: readonly (readonly number[])[] = [ids]): Promise<FindReport> => {
    const openText = (k: number) => Promise.resolve(texts[k] === undefined ? undefined : open(texts[k]));
    return findAgain(open(ids), openText, { layer: 0, direction: 'forward', from: 52, to: 55, pace, ...options });
  };

  it('takes the units that are on throughout, and finds the phrase itself and what is like it', async () => {
    const report = await find({ threshold: 0.2 });
    const rows = open(ids).directions[0]!.field('h', 0, ids.length);
    const units = Array.from({ length: 40 }, (_, unit) => unit).filter((unit) =>
      [52, 53, 54, 55].every((t) => (rows[t * 40 + unit] as number) >= Math.fround(0.2)),
    );
    assert.ok(units.length > 0);
    assert.deepEqual(report.pattern.units, units);
    assert.deepEqual(report.relaxed, []);
    const slow = matchSlowly(rows, 40, 0.2, { units, least: units.length, length: 4 });
    assert.equal(report.count, slow.length);
    assert.deepEqual(
      new Set(report.matches.map(({ from, to }) => `${from}..${to}`)),
      new Set(slow.map(({ from, to }) => `${from}..${to}`)),
    );
    assert.ok(report.matches.some(({ from, to }) => from <= 52 && to >= 55));
    assert.equal(report.steps, 400);
  });

  it('looks through several texts, each by itself', async () => {
    const report = await find({ threshold: 0.2 }, [ids.slice(0, 60), [1, 2], ids]);
    assert.equal(report.steps, 462);
    assert.deepEqual(new Set(report.matches.map(({ text }) => text)), new Set([0, 2]));
  });

  it('relaxes its rule in the order that it states, and never ends empty', async () => {
    const shortened = await find({ threshold: 0.2 }, [ids.slice(8, 48)]);
    const place = relaxations.findIndex(({ sentence }) => sentence === shortened.relaxed[0]);
    assert.ok(place > 0 && shortened.relaxed.length === 1 && shortened.count > 0, shortened.relaxed.join());
    const rows = open(ids.slice(8, 48)).directions[0]!.field('h', 0, 40);
    for (const { share, level, length } of relaxations.slice(0, place)) {
      const { units } = shortened.pattern;
      const rule = { units, least: Math.ceil(share * units.length), length: Math.max(1, Math.ceil(length * 4)) };
      assert.deepEqual(matchSlowly(rows, 40, Math.fround(0.2 * level), rule), [], 'an earlier rule would have matched');
    }
    const lowered = await find({ threshold: 0.99 });
    assert.match(
      lowered.relaxed[0] as string,
      /No unit stays at 0\.99 or over throughout the phrase; the threshold is/,
    );
  });

  it('gives the steps of the nearest state where no unit is on throughout the phrase', async () => {
    const narrow = model(
      [
        { kind: 'oneHot', name: 'o', width: V },
        recurrent('lstm', { D: V, H: 2, seed: 4 }),
        dense([2, V], 'softmax', 3),
      ],
      { task: 'next-token', vocabularySize: V },
    );
    const small = prepareModel(narrow, createPlainRunner);
    const read = (): Reading => new Reading(small, { kind: 'ids', ids }, new BlockCache());
    const openText = (k: number) => Promise.resolve(k === 0 ? read() : undefined);
    const options = { layer: 0, direction: 'forward', from: 0, to: 399, pace } as const;
    const none = await findAgain(read(), openText, options);
    assert.deepEqual(none.pattern.units, []);
    assert.equal(none.relaxed.at(-1), nearestSentence);
    const cosines = none.matches.map(({ cosine }) => cosine as number);
    assert.deepEqual(
      [...cosines].sort((one, other) => other - one),
      cosines,
    );
    assert.ok(Math.abs((none.matches.find(({ from }) => from === 399)?.cosine ?? 0) - 1) < 1e-6);
    assert.equal(none.count, 200);
  });

  it('refuses a phrase outside the text and a threshold without meaning', async () => {
    await assert.rejects(find({ to: 400 }), /Steps 52 to 400 are no phrase of this text of 400 steps/);
    await assert.rejects(find({ threshold: 0 }), /A threshold of 0 has no meaning/);
  });
});

import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { withoutTokenMeans } from '../../../src/analysis/tokenMeans';
import { createRandom, drawNormal } from '../../../src/base/random';
import { chooseColumns, chooseTextFeatures } from '../../../src/analysis/followFeatures';
import { chanceLevel, shiftNull } from '../../../src/analysis/shiftNull';
import { correlateUnits } from '../../../src/analysis/correlation';
import { fitDecay, joinCurves } from '../../../src/analysis/decayFit';
import { formatRatio } from '../../../src/analysis/decaySentences';
import { bestCorrelations, correlateLayer, findFollowers } from '../../../src/analysis/followFindings';
import { findInGradients } from '../../../src/analysis/gradientFindings';
import {
  findDeadUnits,
  findLatchedCells,
  findLeakyCells,
  findNotFinite,
  findSaturated,
  type LayerValues,
} from '../../../src/analysis/layerFindings';
import { readTextFeatures, type TextFeatures } from '../../../src/analysis/textFeatures';
import { cellHalfLives, findDead, measureSaturation } from '../../../src/analysis/unitActivity';
import { type Field } from '../../../src/trace/reading/cellKind';
import { type GradientNorms, reachOf } from '../../../src/trace/reading/gradients';
import { type Token } from '../../../src/trace/reading/token';
import { type LayerShape } from '../../../src/trace/reading/trace';

function featuresOf(text: string): TextFeatures {
  return runAtOnce(
    readTextFeatures([...text].map((character, k) => ({ text: character, start: k, end: k + 1, id: 0 }))),
  );
}

const shape = (units: number): LayerShape => ({
  layer: 0,
  direction: 'forward',
  cell: 'lstm',
  name: 'lstm',
  units,
  outputWidth: units,
  inputWidth: 1,
});
const layer = (units: number, fields: Partial<Record<Field, readonly number[]>>): LayerValues => ({
  shape: shape(units),
  mask: undefined,
  fields: Object.fromEntries(Object.entries(fields).map(([field, values]) => [field, Float32Array.from(values)])),
});

describe('text features', () => {
  it('follow quotes, brackets, lines, case, digits, words and spaces', () => {
    const found = featuresOf('A "b (1)\nc" d');
    assert.deepEqual([...found['inside quotes']], [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
    assert.deepEqual([...found['bracket depth']], [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...found['place in line']], [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4]);
    assert.deepEqual([...found['upper case']].indexOf(1), 0);
    assert.deepEqual([...found.digit].indexOf(1), 6);
    assert.deepEqual([...found['word start']], [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
    assert.deepEqual([...found.space], [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0]);
  });

  it('do not take the apostrophe of a word for its end, nor a forgotten quote for the rest of the text', () => {
    assert.deepEqual([...featuresOf("don't")['word start']], [1, 0, 0, 0, 0]);
    const text = '"a\n\nb';
    assert.equal(featuresOf(text)['inside quotes'][text.length - 1], 0);
    assert.deepEqual([...featuresOf('\u201ca\u201db')['inside quotes']], [1, 1, 0, 0]);
    assert.equal(featuresOf(')')['bracket depth'][0], 0);
  });

  it('take a line end of two characters as one, and an empty text as it is', () => {
    const found = runAtOnce(
      readTextFeatures([
        { text: '\r\n', start: 0, end: 2, id: 0 },
        { text: '"', start: 2, end: 3, id: 0 },
        { text: '\r\n', start: 3, end: 5, id: 0 },
      ]),
    );
    assert.deepEqual([...found['inside quotes']], [0, 1, 1]);
    assert.equal(runAtOnce(readTextFeatures([])).digit.length, 0);
  });
});

describe('the correlation of units with a feature', () => {
  it('is 1 and -1 for units that follow it, whatever their scale and offset', () => {
    const feature = [0, 1, 1, 0, 1];
    const values = feature.flatMap((value) => [1e6 + value, -3 * value, 0.5]);
    const [up, down, constant] = runAtOnce(correlateUnits(values, 3, feature));
    assert.ok(Math.abs((up as number) - 1) < 1e-9 && Math.abs((down as number) + 1) < 1e-9);
    assert.ok(Number.isNaN(constant));
  });

  it('equals the textbook formula, and is NaN where there is nothing to correlate', () => {
    const x = [1, 4, 2, 8, 5];
    const y = [2, 3, 1, 9, 4];
    const mean = (a: number[]): number => a.reduce((sum, value) => sum + value, 0) / a.length;
    const c = (a: number[], b: number[]): number =>
      a.reduce((sum, value, k) => sum + (value - mean(a)) * ((b[k] as number) - mean(b)), 0);
    assert.ok(
      Math.abs((runAtOnce(correlateUnits(x, 1, y))[0] as number) - c(x, y) / Math.sqrt(c(x, x) * c(y, y))) < 1e-12,
    );
    for (const [values, feature] of [
      [
        [1, 2],
        [1, 1],
      ],
      [
        [NaN, 2],
        [0, 1],
      ],
      [[1], [1]],
    ] as const)
      assert.ok(Number.isNaN(runAtOnce(correlateUnits(values, 1, feature))[0]));
  });

  it('tells the unit of a layer that goes along with quotes, where chance does not', () => {
    const text = 'a "bcd" e "f" g\n'.repeat(4);
    const feature = { name: 'inside quotes' as const, values: featuresOf(text)['inside quotes'] };
    const values = Float32Array.from(
      [...feature.values].flatMap((value, t) => [Math.sin(t), value * 0.9 + 0.01 * Math.cos(t)]),
    );
    const best = bestCorrelations([
      ...runAtOnce(correlateLayer(shape(2), { field: 'h', values }, feature)),
      ...runAtOnce(correlateLayer(shape(2), { field: 'c', values }, feature)),
    ]);
    const [finding] = findFollowers(best, { steps: text.length, chance: 0.8, features: [feature] });
    assert.equal(finding?.units[0], 1);
    assert.match(finding?.title ?? '', /Unit 1 goes along with inside quotes \(r = 1\.00\)/);
    assert.deepEqual([finding?.step, finding?.range], [2, { from: 2, to: 62 }], 'where the quotes are');
    assert.equal(best.length, 2, 'one line a unit, not one for h and one for c');
    assert.deepEqual(findFollowers(best, { steps: text.length, chance: 1, features: [feature] }), []);
  });
});

describe('the features that units are tested with', () => {
  const tokensOf = (text: string): Token[] =>
    [...text].map((character, k) => ({ text: character, start: k, end: k + 1, id: character.codePointAt(0) ?? 0 }));
  const namesFor = (text: string): readonly string[] =>
    chooseTextFeatures(featuresOf(text), tokensOf(text)).tested.map(({ name }) => name);
  const prose = 'He said "yes" (I Think) And "No 12" or 3 4 5 6\n'.repeat(5);

  it('are those that change often enough', () => {
    assert.deepEqual(namesFor(prose), ['inside quotes', 'bracket depth', 'place in line']);
    assert.ok(!namesFor('a "b" c\nd "e" f g h i j k\n').includes('inside quotes'), 'two quotes');
    assert.ok(!namesFor('a b c d e f\n'.repeat(3)).includes('place in line'), 'three lines');
  });

  it('are none for one line of text, which gave "place in line, r = 1.00"', () => {
    assert.deepEqual(namesFor('He said "yes" and "no" and "so" to the Man And The Wife And A Son Of It.'), []);
    assert.deepEqual(namesFor(prose.slice(0, prose.indexOf('\n') + 1)), []);
  });

  it('are none that a token tells, alone or with the one before it: no unit has to remember them', () => {
    for (const name of ['upper case', 'digit', 'word start', 'space']) assert.ok(!namesFor(prose).includes(name), name);
  });

  it('are called constant only where no mark of their kind is in the text', () => {
    const absentIn = (text: string): readonly string[] => chooseTextFeatures(featuresOf(text), tokensOf(text)).absent;
    assert.ok(!absentIn("const a = 'x';\nconst b = `y`;\n").includes('inside quotes'));
    assert.ok(absentIn('plain words\nonly\n').includes('inside quotes'));
  });

  it('are the columns of rows of numbers, from 40 rows on', () => {
    const values = { data: Float32Array.from({ length: 80 }, (_, k) => (k % 2 === 0 ? k : 7)), width: 2 };
    assert.deepEqual(
      chooseColumns({ ...values, columnNames: ['wind', 'rain'] }, 40).tested.map(({ name }) => name),
      ['input wind'],
    );
    assert.deepEqual(chooseColumns(values, 39).tested, []);
  });
});

describe('the null of circular shifts', () => {
  it('lies under a feature that a unit knows, and over what many slow units reach by chance', () => {
    const random = createRandom(3);
    const steps = 400;
    const walk = (): number[] => {
      let x = 0;
      return Array.from({ length: steps }, () => (x = 0.97 * x + drawNormal(random)));
    };
    let told = 0;
    for (let run = 0; run < 20; run++) {
      const columns = Array.from({ length: 8 }, walk);
      const feature = walk();
      const values = Float32Array.from({ length: steps * 8 }, (_, k) => columns[k % 8]?.[Math.floor(k / 8)] ?? NaN);
      const chance = chanceLevel(runAtOnce(shiftNull({ states: [{ values, units: 8 }], features: [feature], steps })));
      const reached = Math.max(...runAtOnce(correlateUnits(values, 8, feature)).map(Math.abs));
      if (reached > chance) told++;
      assert.ok(chance < 1 && (runAtOnce(correlateUnits(values, 8, columns[2] ?? []))[2] as number) > 0.999);
    }
    assert.ok(told <= 3, `${told} of 20`);
  });
});

describe('values without the mean of their token', () => {
  const without = (...given: Parameters<typeof withoutTokenMeans>): Float32Array =>
    runAtOnce(withoutTokenMeans(...given));

  it('keep what the token does not tell, and nothing of a token that is read once', () => {
    const ids = Int32Array.of(7, 8, 7, 9, 8);
    assert.deepEqual([...without(Float32Array.of(1, 5, 3, 40, 5), 1, ids)], [-1, 0, 1, 0, 0]);
    assert.deepEqual(
      [...without(Float32Array.of(1, 0, 5, 0, 3, 2, 40, 1, 5, 4), 2, ids)],
      [-1, -1, 0, -2, 1, 1, 0, 0, 0, 2],
    );
    const rows = Float32Array.of(1, 2);
    assert.equal(without(rows, 1, undefined), rows);
  });
});

describe('findings of a layer', () => {
  it('name dead units', () => {
    assert.deepEqual(runAtOnce(findDead(Float32Array.of(0.001, 0.5, -0.002, 0.001), 2)), [0]);
    assert.deepEqual(runAtOnce(findDead(new Float32Array(0), 2)), []);
    assert.deepEqual(runAtOnce(findDead(Float32Array.of(NaN), 1)), []);
    assert.match(runAtOnce(findDeadUnits(layer(2, { h: [0, 1, 0, 1] })))[0]?.title ?? '', /1 of 2 units/);
  });

  it('count saturated steps on both sides, masked ones left out', () => {
    const gate = Float32Array.of(0.05, 0.95, 0.5, 0.95, 0.01, 0.95);
    assert.deepEqual([...runAtOnce(measureSaturation(gate, 2, undefined)).low], [Math.fround(2 / 3), 0]);
    assert.deepEqual([...runAtOnce(measureSaturation(gate, 2, Uint8Array.of(1, 0, 1))).low], [1, 0]);
    const { findings, saturation } = runAtOnce(
      findSaturated(layer(2, { i: [...gate], f: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5] })),
    );
    assert.equal(saturation.length, 2);
    assert.deepEqual(
      findings.map(({ gate: name, units }) => [name, units]),
      [['i', [1]]],
    );
  });

  it('name cells that hold for long, with the range', () => {
    const T = 40;
    const f = Array.from({ length: T }, (_, t) => (t >= 5 && t < 35 ? 0.99 : 0.5));
    const i = Array.from({ length: T }, () => 0.01);
    assert.deepEqual(
      runAtOnce(findLatchedCells(layer(1, { f, i }))).map(({ range }) => range),
      [{ from: 5, to: 35 }],
    );
    assert.deepEqual(runAtOnce(findLatchedCells(layer(1, { f: f.slice(0, 20), i: i.slice(0, 20) }))), []);
  });

  it('name cells that leak, by the geometric mean of f', () => {
    assert.ok(Math.abs((runAtOnce(cellHalfLives(Float32Array.of(0.5, 0.5), 1, undefined))[0] as number) - 1) < 1e-6);
    assert.equal(runAtOnce(cellHalfLives(Float32Array.of(1, 1), 1, undefined))[0], Infinity);
    assert.deepEqual(runAtOnce(findLeakyCells(layer(3, { f: [0.1, 0.9, 1, 0.2, 0.9, 1] })))[0]?.units, [0]);
  });

  it('say where what is not finite first appears, in the order of reading', () => {
    const values = layer(2, { c: [0, 1, 2, Infinity], h: [0, 1, 2, 3] });
    assert.deepEqual(
      runAtOnce(findNotFinite(values)).map(({ step, units, field }) => [step, units, field]),
      [[1, [1], 'c']],
    );
    const reversed = { ...layer(1, { h: [NaN, 0, NaN] }), shape: { ...shape(1), direction: 'backward' as const } };
    assert.equal(runAtOnce(findNotFinite(reversed))[0]?.step, 2);
    assert.deepEqual(runAtOnce(findNotFinite(layer(1, { h: [1] }))), []);
  });
});

describe('findings in gradients', () => {
  const norms = (log2: readonly number[]): GradientNorms => {
    const scaled = { mantissa: new Float32Array(log2.length).fill(1), exponent: Int32Array.from(log2) };
    return {
      loss: { at: 'last' },
      lossValue: 1,
      lossSteps: [log2.length - 1],
      lossName: 'the loss',
      thresholds: { vanishingLog10: -3, explodingLog10: 3 },
      layers: [{ layer: 0, direction: 'forward', dLdh: scaled, dLdx: scaled, dLdGate: {} }],
      notes: [],
    };
  };

  it('say how far learning reaches, which is no problem of a healthy model', () => {
    const [finding] = findInGradients(norms([-14, -12, -5, -11, -4, 0]));
    assert.equal(finding?.kind, 'vanishing');
    assert.equal(finding.severity, 'interest');
    assert.equal(finding.title, 'Learning reaches 3 steps back here (to a thousandth)');
    assert.deepEqual(reachOf([0, -2, -3.1, -2.9, -3.5]), { steps: 3, isWhole: false });
    assert.deepEqual(reachOf([0, -1]), { steps: 1, isWhole: true });
  });

  it('call it a problem where no gradient goes back at all', () => {
    const dead = norms([0, 0, 0]);
    const mantissa = Float32Array.of(0, 0, 1);
    const layers = dead.layers.map((each) => ({ ...each, dLdh: { ...each.dLdh, mantissa } }));
    const [finding] = findInGradients({ ...dead, layers });
    assert.deepEqual([finding?.severity, finding?.title], ['problem', 'No gradient goes back from the loss step']);
  });

  it('say where it explodes, and nothing where it stays', () => {
    assert.deepEqual(
      findInGradients(norms([30, 20, 11, 5, 0])).map(({ kind, step }) => [kind, step]),
      [['exploding', 2]],
    );
    assert.deepEqual(findInGradients(norms([0, 1, -1, 0])), []);
    assert.deepEqual(findInGradients(norms([0])), []);
  });
});

describe('a decay fit', () => {
  it('is the line through the finite points, with its half-life', () => {
    const fit = fitDecay([0, -0.1, -0.2, -Infinity, -0.4]);
    assert.ok(
      Math.abs((fit.slope as number) + 0.1) < 1e-12 && Math.abs((fit.halfLife as number) - Math.log10(2) / 0.1) < 1e-9,
    );
    assert.equal(fit.measuredHalfLife, 4);
    assert.equal(fit.lastLag, 4);
  });

  it('has no half-life where nothing decays, and nothing to fit in one point', () => {
    assert.equal(fitDecay([0, 0.1]).halfLife, null);
    assert.equal(fitDecay([0]).slope, null);
    assert.equal(fitDecay([]).slope, null);
    assert.equal(fitDecay([0, 0, 0]).r2, 1);
  });

  it('joins seeds by lag: mean, deviation and extremes', () => {
    const { mean, deviation, minimum, maximum } = joinCurves([Float64Array.of(0, -1), Float64Array.of(0, -3)]);
    assert.deepEqual(
      [[...mean], [...minimum], [...maximum]],
      [
        [0, -2],
        [0, -3],
        [0, -1],
      ],
    );
    assert.equal(deviation[1], Math.fround(Math.SQRT2));
    assert.equal(joinCurves([Float64Array.of(-Infinity)]).mean[0], -Infinity);
    assert.equal(joinCurves([Float64Array.of(NaN)]).mean[0], NaN);
    assert.equal(joinCurves([]).mean.length, 0);
  });

  it('writes ratios far below a float', () => {
    assert.equal(formatRatio(-350.5), '3.2e-351');
    assert.equal(formatRatio(-0.30103), '0.5');
    assert.equal(formatRatio(-Infinity), 'exactly 0');
  });
});

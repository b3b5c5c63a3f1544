import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
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
import { type GradientNorms } from '../../../src/trace/reading/gradients';
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

  it('finds the unit of a layer that follows quotes', () => {
    const text = 'a "bcd" e "f" g';
    const feature = { name: 'inside quotes' as const, values: featuresOf(text)['inside quotes'] };
    const values = Float32Array.from(
      [...feature.values].flatMap((value, t) => [Math.sin(t), value * 0.9 + 0.01 * Math.cos(t)]),
    );
    const best = bestCorrelations([
      ...runAtOnce(correlateLayer(shape(2), { field: 'h', values }, feature)),
      ...runAtOnce(correlateLayer(shape(2), { field: 'c', values }, feature)),
    ]);
    const [finding] = findFollowers(best, text.length);
    assert.equal(finding?.units[0], 1);
    assert.match(finding?.title ?? '', /Unit 1 follows inside quotes \(r = 1\.00\)/);
    assert.equal(best.length, 2, 'one line a unit, not one for h and one for c');
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

  it('say after how many steps it vanishes for good', () => {
    const [finding] = findInGradients(norms([-14, -12, -5, -11, -4, 0]));
    assert.equal(finding?.kind, 'vanishing');
    assert.match(finding?.title ?? '', /after 4 steps/);
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

import { pushAll } from '../../base/extremes';
import { findInGradients } from '../../analysis/gradientFindings';
import {
  bestCorrelations,
  correlateLayer,
  findFollowers,
  isBeyondChance,
  followThreshold,
} from '../../analysis/followFindings';
import {
  findDeadUnits,
  findLatchedCells,
  findLeakyCells,
  findNotFinite,
  findSaturated,
  type LayerValues,
} from '../../analysis/layerFindings';
import { chooseColumns, chooseTextFeatures, type FeatureChoice, fewestRows } from '../../analysis/followFeatures';
import { chanceLevel, falseAlarms, shiftCount, shiftNull } from '../../analysis/shiftNull';
import { readTextFeatures } from '../../analysis/textFeatures';
import { withoutTokenMeans } from '../../analysis/tokenMeans';
import { activityThresholds } from '../../analysis/unitActivity';
import { type Field, fieldsOf } from '../../trace/reading/cellKind';
import {
  type Finding,
  type FindingKind,
  type FindingsReport,
  type GateSaturation,
  type UnitCorrelation,
} from '../../trace/reading/findings';
import { type GradientNorms } from '../../trace/reading/gradients';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace, runPaced } from '../forward/pace';
import { type Reading } from '../forward/reading';

const order: readonly FindingKind[] = [
  'not-finite',
  'exploding',
  'dead',
  'follows',
  'saturated',
  'leaky',
  'latched',
  'vanishing',
];

/** Everything that stands out in a reading; vanishing and exploding are judged by the gradients given. */
export async function findAll(reading: Reading, gradients: GradientNorms | null, pace: Pace): Promise<FindingsReport> {
  const { tested, absent } = await chooseFeatures(reading, pace);
  const ids = reading.input.ids;
  const states: StateValues[] = [];
  const findings: Finding[] = gradients === null ? [] : [...findInGradients(gradients)];
  const saturation: GateSaturation[] = [];
  const correlations: UnitCorrelation[] = [];
  for (const [index, direction] of reading.directions.entries()) {
    const layer = await readValues(direction, pace);
    for (const find of [findNotFinite, findDeadUnits, findLatchedCells, findLeakyCells]) {
      pushAll(findings, await runPaced(find(layer), pace));
      await pace.breathe(index, reading.directions.length);
    }
    const saturated = await runPaced(findSaturated(layer), pace);
    pushAll(findings, saturated.findings);
    pushAll(saturation, saturated.saturation);
    if (direction.steps !== reading.steps) continue;
    if (tested.length === 0) continue;
    for (const { field, values, units } of statesOf(layer)) {
      const state = { field, units, values: await runPaced(withoutTokenMeans(values, units, ids), pace) };
      states.push(state);
      for (const { name, values: raw } of tested) {
        const feature = { name, values: await runPaced(withoutTokenMeans(raw, 1, ids), pace) };
        pushAll(correlations, await runPaced(correlateLayer(layer.shape, state, feature), pace));
      }
      await pace.breathe(index, reading.directions.length);
    }
  }
  const best = bestCorrelations(correlations);
  const isWorthTesting = best.some(({ correlation }) => Math.abs(correlation) >= followThreshold);
  const given = { states, features: tested.map(({ values }) => values), steps: reading.steps, ids };
  const chance = isWorthTesting ? chanceLevel(await runPaced(shiftNull(given), pace)) : Infinity;
  pushAll(findings, findFollowers(best, { steps: reading.steps, chance, features: tested }));
  return {
    findings: sortFindings(findings.map((finding) => withLayer(finding, reading))),
    saturation,
    correlations: best.filter((each) => isBeyondChance(each, chance)),
    absentFeatures: absent,
    thresholds: thresholdsInWords(),
  };
}

interface StateValues {
  readonly field: 'h' | 'c';
  readonly values: Float32Array;
  readonly units: number;
}

/** What a unit's neighbours get of it: h, and of an LSTM tanh(c), which its output gate sees. */
function statesOf({ shape, fields: { h, c } }: LayerValues): readonly StateValues[] {
  return [
    ...(h ? [{ field: 'h' as const, values: h, units: shape.outputWidth }] : []),
    ...(c ? [{ field: 'c' as const, values: c.map(Math.tanh), units: shape.units }] : []),
  ];
}

async function chooseFeatures({ input, tokens, steps }: Reading, pace: Pace): Promise<FeatureChoice> {
  if (input.values !== undefined) return chooseColumns(input.values, steps);
  const features = await runPaced(readTextFeatures(tokens), pace);
  return chooseTextFeatures(features, tokens);
}

async function readValues(direction: DirectionReading, pace: Pace): Promise<LayerValues> {
  const fields: Partial<Record<Field, Float32Array>> = {};
  for (const field of fieldsOf(direction.shape.cell)) {
    fields[field] = direction.field(field, 0, direction.steps);
    await pace.breathe();
  }
  return { shape: direction.shape, fields, mask: direction.input.mask };
}

/** Says in the title of which layer a finding is, where there are several. */
function withLayer(finding: Finding, { directions }: Reading): Finding {
  if (directions.length < 2) return finding;
  const hasBoth = directions.some(({ shape }) => shape.direction === 'backward');
  return { ...finding, title: `${finding.title} (layer ${finding.layer}${hasBoth ? `, ${finding.direction}` : ''})` };
}

function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      Number(b.severity === 'problem') - Number(a.severity === 'problem') ||
      order.indexOf(a.kind) - order.indexOf(b.kind) ||
      b.figure - a.figure,
  );
}

function thresholdsInWords(): readonly string[] {
  const t = activityThresholds;
  return [
    'reach: the farthest step at which the norm of dL/dh is a thousandth of that at the loss or more; exploding: over a thousandfold',
    `dead: |h| under ${t.dead} at every step`,
    `saturated: a gate under ${t.shut} or over ${t.open} at ${t.saturatedShare * 100} % of the steps or more`,
    `latched: f over ${t.latchedForget} and i under ${t.latchedInput} for ${t.latchedSteps} steps on end or more`,
    `leaky: c halves within ${t.leakyHalfLife} step along the forget gates`,
    `goes along with: |r| of h or tanh(c), each token's own mean taken out, of ${followThreshold} or more, and more than ${(1 - falseAlarms) * 100} % of ${shiftCount} circular shifts give to the closest of all units and features; at least two lines of text (four for the place in line), three quotes or brackets, or ${fewestRows} rows`,
  ];
}

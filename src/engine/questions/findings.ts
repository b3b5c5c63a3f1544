import { pushAll } from '../../base/extremes';
import { findInGradients } from '../../analysis/gradientFindings';
import {
  bestCorrelations,
  correlateLayer,
  findFollowers,
  followThreshold,
  splitFeatures,
} from '../../analysis/followFindings';
import {
  findDeadUnits,
  findLatchedCells,
  findLeakyCells,
  findNotFinite,
  findSaturated,
  type LayerValues,
} from '../../analysis/layerFindings';
import { readTextFeatures } from '../../analysis/textFeatures';
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
import { gradientThresholds } from '../gradients/gradients';
import { type Pace, runPaced } from '../forward/pace';
import { type Reading } from '../forward/reading';

const order: readonly FindingKind[] = [
  'not-finite',
  'exploding',
  'vanishing',
  'dead',
  'saturated',
  'leaky',
  'follows',
  'latched',
];

/** Everything that stands out in a reading; vanishing and exploding are judged by the gradients given. */
export async function findAll(reading: Reading, gradients: GradientNorms | null, pace: Pace): Promise<FindingsReport> {
  const features = await runPaced(readTextFeatures(reading.tokens), pace);
  const { present, absent } = splitFeatures(features);
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
    for (const name of present) {
      for (const field of ['h', 'c'] as const) {
        const values = layer.fields[field];
        if (values !== undefined)
          pushAll(
            correlations,
            await runPaced(correlateLayer(layer.shape, { field, values }, { name, values: features[name] }), pace),
          );
        await pace.breathe(index, reading.directions.length);
      }
    }
  }
  const best = bestCorrelations(correlations);
  pushAll(findings, findFollowers(best, reading.steps));
  return {
    findings: sortFindings(findings.map((finding) => withLayer(finding, reading))),
    saturation,
    correlations: best,
    absentFeatures: absent,
    thresholds: thresholdsInWords(),
  };
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
  return [...findings].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.figure - a.figure);
}

function thresholdsInWords(): readonly string[] {
  const t = activityThresholds;
  return [
    `vanishing: the norm of dL/dh stays under 10^${gradientThresholds.vanishingLog10} of that at the loss; exploding: over 10^${gradientThresholds.explodingLog10}`,
    `dead: |h| under ${t.dead} at every step`,
    `saturated: a gate under ${t.shut} or over ${t.open} at ${t.saturatedShare * 100} % of the steps or more`,
    `latched: f over ${t.latchedForget} and i under ${t.latchedInput} for ${t.latchedSteps} steps on end or more`,
    `leaky: c halves within ${t.leakyHalfLife} step along the forget gates`,
    `follows: |r| of ${followThreshold} or more`,
  ];
}

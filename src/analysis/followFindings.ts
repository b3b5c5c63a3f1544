import { type Finding, type UnitCorrelation } from '../trace/reading/findings';
import { type LayerShape } from '../trace/reading/trace';
import { correlateUnits } from './correlation';
import { type Feature } from './followFeatures';
import { shiftCount } from './shiftNull';

/** |r| from which on a unit is said to go along with a feature: half of its variance, where chance gives less. */
export const followThreshold = 0.7;

const bestPerFeature = 8;

/** Correlations of every unit's h or tanh(c) with one feature, best first. */
export function* correlateLayer(
  shape: LayerShape,
  of: { field: 'h' | 'c'; values: Float32Array },
  feature: Feature,
): Generator<void, readonly UnitCorrelation[]> {
  const width = of.field === 'h' ? shape.outputWidth : shape.units;
  return [...(yield* correlateUnits(of.values, width, feature.values))]
    .map((correlation, unit) => ({
      layer: shape.layer,
      direction: shape.direction,
      unit,
      field: of.field,
      feature: feature.name,
      correlation,
    }))
    .filter(({ correlation }) => !Number.isNaN(correlation))
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
    .slice(0, bestPerFeature);
}

/**
 * The best units for each feature over all layers; one line a unit and feature, with whichever of h and tanh(c) is
 * closer.
 */
export function bestCorrelations(all: readonly UnitCorrelation[]): readonly UnitCorrelation[] {
  const sorted = [...all].sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return sorted.filter(({ layer, direction, unit, feature }) => {
    const key = `${layer} ${direction} ${unit} ${feature}`;
    const count = counts.get(feature) ?? 0;
    if (seen.has(key) || count >= bestPerFeature) return false;
    seen.add(key);
    counts.set(feature, count + 1);
    return true;
  });
}

/**
 * Whether a correlation is told: large enough, and larger than chance gives to the closest of all units and features.
 */
export function isBeyondChance({ correlation }: UnitCorrelation, chance: number): boolean {
  return Math.abs(correlation) >= followThreshold && Math.abs(correlation) > chance;
}

/** A finding for the best unit of each feature with which any unit goes along closer than chance does. */
export function findFollowers(
  best: readonly UnitCorrelation[],
  {
    steps,
    chance,
    features: tested,
  }: { readonly steps: number; readonly chance: number; readonly features: readonly Feature[] },
): readonly Finding[] {
  const features = [...new Set(best.map(({ feature }) => feature))];
  return features.flatMap((feature): readonly Finding[] => {
    const of = best.filter((each) => each.feature === feature);
    const [first] = of;
    if (first === undefined || !isBeyondChance(first, chance)) return [];
    const { layer, direction, unit, field, correlation } = first;
    const others = of
      .slice(1, 4)
      .map(
        (each) =>
          `unit ${each.unit}${each.layer === layer ? '' : ` of layer ${each.layer}`} ${each.correlation.toFixed(2)}`,
      );
    return [
      {
        kind: 'follows',
        severity: 'interest',
        layer,
        direction,
        units: of
          .filter((each) => each.layer === layer && each.direction === direction && isBeyondChance(each, chance))
          .map((each) => each.unit),
        field,
        title: `Unit ${unit} goes along with ${feature} (r = ${correlation.toFixed(2)})`,
        evidence: `Correlation of ${field === 'c' ? 'tanh(c)' : field} with ${feature} over ${steps} steps: unit ${unit} ${correlation.toFixed(3)}${others.length > 0 ? `; next ${others.join(', ')}` : ''}. With the text shifted ${shiftCount} times, the closest of all units and features stays under ${chance.toFixed(2)} in 95 % of the shifts.`,
        figure: Math.abs(correlation),
        feature,
        ...placeOfChanges(tested.find(({ name }) => name === feature)?.values ?? []),
      },
    ];
  });
}

const stretch = 60;

/** The stretch of the text in which a feature changes most often, and the first change in it: it shows best there. */
function placeOfChanges(values: ArrayLike<number>): Pick<Finding, 'step' | 'range'> {
  const changes = Array.from(values).flatMap((value, t) => (t > 0 && value !== values[t - 1] ? [t] : []));
  let best: { readonly step: number; readonly count: number } | null = null;
  for (let first = 0, last = 0; first < changes.length; first++) {
    const step = changes[first] as number;
    while (last < changes.length && (changes[last] as number) < step + stretch) last++;
    if (best === null || last - first > best.count) best = { step, count: last - first };
  }
  if (best === null) return {};
  return { step: best.step, range: { from: best.step, to: Math.min(values.length, best.step + stretch) } };
}

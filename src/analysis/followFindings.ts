import { type Finding, type TextFeature, type UnitCorrelation } from '../trace/reading/findings';
import { type LayerShape } from '../trace/reading/trace';
import { correlateUnits } from './correlation';
import { isConstant, type TextFeatures } from './textFeatures';

/** A correlation from which on a unit is said to follow a feature. */
export const followThreshold = 0.5;

const bestPerFeature = 8;

/** Names of features that change in the text, and of those that do not. */
export function splitFeatures(features: TextFeatures): {
  readonly present: readonly TextFeature[];
  readonly absent: readonly TextFeature[];
} {
  const names = Object.keys(features) as TextFeature[];
  return {
    present: names.filter((name) => !isConstant(features[name])),
    absent: names.filter((name) => isConstant(features[name])),
  };
}

/** Correlations of every unit's h or c with one feature, best first. */
export function* correlateLayer(
  shape: LayerShape,
  of: { field: 'h' | 'c'; values: Float32Array },
  feature: { name: TextFeature; values: Float32Array },
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

/** The best units for each feature over all layers; one line a unit and feature, with whichever of h and c follows closer. */
export function bestCorrelations(all: readonly UnitCorrelation[]): readonly UnitCorrelation[] {
  const sorted = [...all].sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  const seen = new Set<string>();
  const counts = new Map<TextFeature, number>();
  return sorted.filter(({ layer, direction, unit, feature }) => {
    const key = `${layer} ${direction} ${unit} ${feature}`;
    const count = counts.get(feature) ?? 0;
    if (seen.has(key) || count >= bestPerFeature) return false;
    seen.add(key);
    counts.set(feature, count + 1);
    return true;
  });
}

/** A finding for the best unit of each feature that any unit follows. */
export function findFollowers(best: readonly UnitCorrelation[], steps: number): readonly Finding[] {
  const features = [...new Set(best.map(({ feature }) => feature))];
  return features.flatMap((feature): readonly Finding[] => {
    const of = best.filter((each) => each.feature === feature);
    const [first] = of;
    if (first === undefined || Math.abs(first.correlation) < followThreshold) return [];
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
          .filter(
            (each) =>
              each.layer === layer && each.direction === direction && Math.abs(each.correlation) >= followThreshold,
          )
          .map((each) => each.unit),
        field,
        title: `Unit ${unit} follows ${feature} (r = ${correlation.toFixed(2)})`,
        evidence: `Correlation of ${field} with ${feature} over ${steps} steps: unit ${unit} ${correlation.toFixed(3)}${others.length > 0 ? `; next ${others.join(', ')}` : ''}.`,
        figure: Math.abs(correlation),
        feature,
      },
    ];
  });
}

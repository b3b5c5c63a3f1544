import { type Direction, type Field } from '../../src/trace/reading/cellKind';
import { type GateMovement, type SentenceMovement } from '../../src/trace/lab/transferEvents';

/** What is measured of a gate: how far its weights moved, or how far its values on texts. */
export type Measure = 'weights' | 'values';

/** One layer and direction of the moved gates. */
export interface MovedLayer {
  readonly layer: number;
  readonly direction: Direction;
  readonly gates: readonly GateMovement[];
  /** H */
  readonly units: number;
}

/** Most units that are shown; of more those that moved most. */
export const mostRows = 64;

/** The moved gates by layer and direction, in order. */
export function movedLayers(moved: readonly GateMovement[]): readonly MovedLayer[] {
  const layers = new Map<string, GateMovement[]>();
  for (const row of moved) {
    const key = `${row.layer}.${row.direction}`;
    layers.set(key, [...(layers.get(key) ?? []), row]);
  }
  return [...layers.values()].map((gates) => {
    const [{ layer, direction, perUnit }] = gates as [GateMovement];
    return { layer, direction, gates, units: perUnit.length };
  });
}

/** How far each unit's gate moved, length H: share of the norm of its weights, or mean change of its value. */
export function changesOf(gate: GateMovement, measure: Measure): readonly number[] {
  return measure === 'weights' ? gate.perUnit : (gate.activation?.changed ?? gate.perUnit.map(() => NaN));
}

/** Units by how far their gates moved together, the farthest first; at most {@link mostRows}. */
export function orderByMovement({ gates, units }: MovedLayer, measure: Measure): readonly number[] {
  const sums = Array.from({ length: units }, (_, unit) =>
    gates.reduce((sum, gate) => sum + (changesOf(gate, measure)[unit] ?? 0), 0),
  );
  return sums
    .map((_, unit) => unit)
    .sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0))
    .slice(0, mostRows);
}

/** A field's change on the sentence, [T, H] row-major; null where there is no sentence or no such field. */
export function sentenceChange(
  sentence: SentenceMovement | null,
  { layer, direction }: MovedLayer,
  field: Field,
): readonly number[] | null {
  return sentence?.layers.find((each) => each.layer === layer && each.direction === direction)?.fields[field] ?? null;
}

/** The largest |value|; 0 of none, NaN is passed over. */
export function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
}

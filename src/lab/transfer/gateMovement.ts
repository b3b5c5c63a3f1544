import { gatesOf } from '../../trace/reading/cellKind';
import { type GateMovement } from '../../trace/lab/transferEvents';
import { directionsOf, type NamedArray, type NetworkShape } from '../training/network/networkShape';

/**
 * How far each gate's weights moved: the Euclidean norm of the change over the norm before, of the whole gate and of
 * each unit's column. A gate without weights before gives 0; rows that came new (of a grown one-hot kernel) do not
 * count.
 */
export function measureMovement(
  shape: NetworkShape,
  before: readonly NamedArray[],
  after: readonly NamedArray[],
): readonly GateMovement[] {
  const gates = gatesOf(shape.cell);
  const rows: GateMovement[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const direction of directionsOf(shape)) {
      const pairs = ['kernel', 'recurrentKernel', 'bias'].map((part) =>
        pairOf(`${layer}.${direction}.${part}`, before, after),
      );
      gates.forEach((gate, block) => {
        const units = Array.from({ length: shape.units }, (_, unit) =>
          squaresOf(pairs, gates.length * shape.units, block * shape.units + unit),
        );
        const ratio = (change: number, norm: number): number => (norm > 0 ? Math.sqrt(change / norm) : 0);
        const total = units.reduce(([a, b], [change, norm]) => [a + change, b + norm] as const, [0, 0] as const);
        rows.push({
          layer,
          direction,
          gate,
          relative: ratio(...total),
          perUnit: units.map(([change, norm]) => ratio(change, norm)),
        });
      });
    }
  }
  return rows;
}

type Pair = readonly [before: Float32Array, after: Float32Array];

function pairOf(name: string, before: readonly NamedArray[], after: readonly NamedArray[]): Pair {
  const find = (arrays: readonly NamedArray[]): Float32Array =>
    arrays.find((array) => array.name === name)?.data ?? new Float32Array();
  return [find(before), find(after)];
}

/** Sums of squares of the change and of the weights before, over one column of all matrices. */
function squaresOf(pairs: readonly Pair[], columns: number, column: number): readonly [number, number] {
  let [change, norm] = [0, 0];
  for (const [before, after] of pairs) {
    for (let at = column; at < before.length; at += columns) {
      change += ((after[at] ?? 0) - (before[at] ?? 0)) ** 2;
      norm += (before[at] ?? 0) ** 2;
    }
  }
  return [change, norm];
}

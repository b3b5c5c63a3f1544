import { createRandom } from '../../base/random';
import { gatesOf } from '../../trace/cellKind';
import { type GateMovement } from '../../trace/transferEvents';
import { initializeMatrix } from '../training/initialize';
import { type LabSettings } from '../training/labSettings';
import { directionsOf, type NamedArray, type NetworkShape } from '../training/networkShape';
import { type SourceNetwork } from './sourceNetwork';

/** The source with a fresh head for `outputs` classes and, behind the source's own rows, `added` fresh rows of the embedding. */
export function withNewHead({ shape, weights }: SourceNetwork, options: { readonly outputs: number; readonly added: number; readonly settings: LabSettings }): SourceNetwork {
  const { outputs, added, settings } = options;
  const random = createRandom(settings.seed);
  const features = shape.units * directionsOf(shape).length;
  const kernel = initializeMatrix(settings.hyperparameters.init_mode, { rows: features, columns: outputs }, random);
  const kept = weights.filter(({ name }) => !name.startsWith('dense.')).map((array) => (array.name === 'embedding' ? extendRows(array, added, random) : copyArray(array)));
  const isExtended = shape.embeddingWidth !== null;
  return {
    shape: { ...shape, outputs, answersEveryStep: false, vocabularySize: shape.vocabularySize + (isExtended ? added : 0) },
    weights: [...kept, { name: 'dense.kernel', shape: [features, outputs], data: kernel }, { name: 'dense.bias', shape: [outputs], data: new Float32Array(outputs) }],
  };
}

/** A copy that training may change. */
export function copyArray({ name, shape, data }: NamedArray): NamedArray {
  return { name, shape, data: data.slice() };
}

/** New rows are drawn evenly from +-0.05, as the embedding's own were before training. */
function extendRows({ name, shape, data }: NamedArray, added: number, random: () => number): NamedArray {
  const [rows = 0, columns = 0] = shape;
  const extended = new Float32Array((rows + added) * columns);
  extended.set(data);
  extended.set(initializeMatrix('uniform', { rows: added, columns }, random), rows * columns);
  return { name, shape: [rows + added, columns], data: extended };
}

/** Layers of weights from the top: the head, then the recurrent layers, then the embedding. */
export function layersFromTop({ layers, embeddingWidth }: NetworkShape): readonly string[] {
  const recurrent = Array.from({ length: layers }, (_, k) => `${layers - 1 - k}.`);
  return ['dense.', ...recurrent, ...(embeddingWidth === null ? [] : ['embedding'])];
}

/**
 * How far each gate's weights moved: the Euclidean norm of the change over the norm before, of the whole gate and of each
 * unit's column. A gate without weights before gives 0.
 */
export function measureMovement(shape: NetworkShape, before: readonly NamedArray[], after: readonly NamedArray[]): readonly GateMovement[] {
  const gates = gatesOf(shape.cell);
  const rows: GateMovement[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const direction of directionsOf(shape)) {
      const pairs = ['kernel', 'recurrentKernel', 'bias'].map((part) => pairOf(`${layer}.${direction}.${part}`, before, after));
      gates.forEach((gate, block) => {
        const units = Array.from({ length: shape.units }, (_, unit) => squaresOf(pairs, gates.length * shape.units, block * shape.units + unit));
        const ratio = (change: number, norm: number): number => (norm > 0 ? Math.sqrt(change / norm) : 0);
        const total = units.reduce(([a, b], [change, norm]) => [a + change, b + norm] as const, [0, 0] as const);
        rows.push({ layer, direction, gate, relative: ratio(...total), perUnit: units.map(([change, norm]) => ratio(change, norm)) });
      });
    }
  }
  return rows;
}

type Pair = readonly [before: Float32Array, after: Float32Array];

function pairOf(name: string, before: readonly NamedArray[], after: readonly NamedArray[]): Pair {
  const find = (arrays: readonly NamedArray[]): Float32Array => arrays.find((array) => array.name === name)?.data ?? new Float32Array();
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

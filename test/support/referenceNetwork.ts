import { type NamedArray, type NetworkShape } from '../../src/lab/training/network/networkShape';

/**
 * Dropout masks of one sequence, by layer and direction: of the layer's input [D] and of h in the recurrent product
 * [H].
 */
export interface SequenceMasks {
  readonly input?: readonly number[];
  readonly recurrent?: readonly number[];
}

/** A labelled sequence for {@link referenceLoss}. */
export interface ReferenceExample {
  readonly ids: readonly number[];
  /** A class, or for a language model the next id of each step. */
  readonly target: number | readonly number[];
  readonly weight?: number;
  readonly masks?: Readonly<Record<string, SequenceMasks>>;
}

type Vector = readonly number[];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Weighted mean of -log softmax(logits)[target], step by step in float64, written down from the papers and sharing no
 * code with the product.
 */
export function referenceLoss(
  shape: NetworkShape,
  weights: readonly NamedArray[],
  examples: readonly ReferenceExample[],
): number {
  let [sum, total] = [0, 0];
  for (const example of examples) {
    const { target, weight = 1 } = example;
    const features = readSequence(shape, weights, example);
    const answered: readonly (readonly [Vector, number])[] =
      typeof target === 'number' ? [[lastOf(features, shape), target]] : features.map((h, t) => [h, target[t] ?? 0]);
    for (const [h, label] of answered) {
      const logits = affine(h, find(weights, 'dense.kernel'), find(weights, 'dense.bias').data);
      const largest = Math.max(...logits);
      sum +=
        weight * (Math.log(logits.reduce((all, z) => all + Math.exp(z - largest), 0)) + largest - (logits[label] ?? 0));
      total += weight;
    }
  }
  return sum / total;
}

/** h of the last layer at every step, forward and backward one after the other, in reading order. */
function readSequence(
  shape: NetworkShape,
  weights: readonly NamedArray[],
  { ids, masks }: ReferenceExample,
): readonly Vector[] {
  const table = shape.embeddingWidth === null ? null : find(weights, 'embedding');
  const embed = (id: number): Vector =>
    table === null ? Array.from({ length: shape.vocabularySize }, (_, k) => (k === id ? 1 : 0)) : rowOf(table, id);
  let x: readonly Vector[] = ids.map(embed);
  for (let layer = 0; layer < shape.layers; layer++) {
    const forward = readDirection(shape, weights, { name: `${layer}.forward`, x, masks: masks?.[`${layer}.forward`] });
    if (!shape.bidirectional) {
      x = forward;
      continue;
    }
    const backward = readDirection(shape, weights, {
      name: `${layer}.backward`,
      x: [...x].reverse(),
      masks: masks?.[`${layer}.backward`],
    }).reverse();
    x = forward.map((h, t) => [...h, ...(backward[t] ?? [])]);
  }
  return x;
}

interface DirectionInput {
  readonly name: string;
  readonly x: readonly Vector[];
  readonly masks: SequenceMasks | undefined;
}

function readDirection(
  shape: NetworkShape,
  weights: readonly NamedArray[],
  { name, x, masks = {} }: DirectionInput,
): Vector[] {
  const { units } = shape;
  const [kernel, recurrent, bias] = ['kernel', 'recurrentKernel', 'bias'].map((part) =>
    find(weights, `${name}.${part}`),
  ) as [NamedArray, NamedArray, NamedArray];
  let h: Vector = new Array<number>(units).fill(0);
  let c: Vector = h;
  return x.map((vector) => {
    const input = vector.map((value, k) => value * (masks.input?.[k] ?? 1));
    const entering = h.map((value, k) => value * (masks.recurrent?.[k] ?? 1));
    const columns = recurrent.shape[1] ?? 0;
    const fromInput = affine(input, kernel, bias.data.subarray(0, columns));
    const block = (values: Vector, k: number): Vector => values.slice(k * units, (k + 1) * units);
    if (shape.cell === 'rnn') h = affine(entering, recurrent, fromInput).map((a) => Math.tanh(a));
    else if (shape.cell === 'lstm') {
      const sums = affine(entering, recurrent, fromInput);
      const [i, f, g, o] = [0, 1, 2, 3].map((k) => block(sums, k)) as [Vector, Vector, Vector, Vector];
      c = c.map((value, k) => sigmoid(f[k] ?? 0) * value + sigmoid(i[k] ?? 0) * Math.tanh(g[k] ?? 0));
      h = c.map((value, k) => sigmoid(o[k] ?? 0) * Math.tanh(value));
    } else h = stepGru({ shape, recurrent, bias }, { entering, fromInput });
    return h;
  });
}

interface GruWeights {
  readonly shape: NetworkShape;
  readonly recurrent: NamedArray;
  readonly bias: NamedArray;
}

/** `entering` is the masked h: it is dropped from the mixture too. */
function stepGru(
  { shape, recurrent, bias }: GruWeights,
  { entering: h, fromInput }: { readonly entering: Vector; readonly fromInput: Vector },
): Vector {
  const { units } = shape;
  const inner = shape.resetAfter === true ? bias.data.subarray(3 * units) : new Float32Array(3 * units);
  const product = affine(h, recurrent, inner);
  const z = h.map((_, k) => sigmoid((fromInput[k] ?? 0) + (product[k] ?? 0)));
  const r = h.map((_, k) => sigmoid((fromInput[units + k] ?? 0) + (product[units + k] ?? 0)));
  const after = h.map((_, k) => (r[k] ?? 0) * (product[2 * units + k] ?? 0));
  const before = affine(
    h.map((value, k) => value * (r[k] ?? 0)),
    recurrent,
    new Float32Array(3 * units),
  ).slice(2 * units);
  const n = h.map((_, k) =>
    Math.tanh((fromInput[2 * units + k] ?? 0) + ((shape.resetAfter === true ? after : before)[k] ?? 0)),
  );
  return h.map((value, k) => (z[k] ?? 0) * value + (1 - (z[k] ?? 0)) * (n[k] ?? 0));
}

/** What the classifier reads: forward after its last step, backward after the first token. */
function lastOf(features: readonly Vector[], { bidirectional, units }: NetworkShape): Vector {
  const last = features.at(-1) ?? [];
  return bidirectional ? [...last.slice(0, units), ...(features[0] ?? []).slice(units)] : last;
}

/** x W + b. */
function affine(x: Vector, { data, shape }: NamedArray, bias: ArrayLike<number>): number[] {
  const columns = shape.at(-1) ?? 0;
  return Array.from({ length: columns }, (_, column) =>
    x.reduce((sum, value, row) => sum + value * (data[row * columns + column] ?? 0), bias[column] ?? 0),
  );
}

function rowOf({ data, shape }: NamedArray, row: number): Vector {
  const columns = shape[1] ?? 0;
  return [...data.subarray(row * columns, (row + 1) * columns)];
}

function find(weights: readonly NamedArray[], name: string): NamedArray {
  const found = weights.find((array) => array.name === name);
  if (found === undefined) throw new Error(`There is no weight "${name}".`);
  return found;
}

import { type TfjsLayer, type TfjsWeight } from '../../../models/tfjs/writeTfjs';
import { type CellKind, hasRecurrentKernel } from '../../../trace/reading/cellKind';
import { type LabSettings } from '../labSettings';
import { directionsOf, type NamedArray, type NetworkShape } from './networkShape';
import { kerasLayers } from '../../../models/keras/kerasCells';

/**
 * The network as layers of Keras and tfjs. Our gate orders (i f g o, z r n) are theirs (i f c o, z r h), so the arrays
 * go over as they are. A one-hot network reads vectors of width V.
 */
export function layersOfNetwork(
  shape: NetworkShape,
  weights: readonly NamedArray[],
  settings: LabSettings,
): readonly TfjsLayer[] {
  const find = (name: string): NamedArray => {
    const found = weights.find((array) => array.name === name);
    if (found === undefined) throw new Error(`There is no weight "${name}".`);
    return found;
  };
  const layers: TfjsLayer[] = [];
  if (shape.embeddingWidth !== null) layers.push(embeddingLayer(shape, find('embedding')));
  for (let layer = 0; layer < shape.layers; layer++) layers.push(recurrentLayer(shape, layer, { find, settings }));
  const config = { name: 'dense', trainable: true, units: shape.outputs, activation: 'softmax', use_bias: true };
  layers.push({
    className: 'Dense',
    config,
    weights: [rename(find('dense.kernel'), 'dense/kernel'), rename(find('dense.bias'), 'dense/bias')],
  });
  return layers;
}

function embeddingLayer(
  { vocabularySize, embeddingWidth, answersEveryStep }: NetworkShape,
  table: NamedArray,
): TfjsLayer {
  const config = {
    name: 'embedding',
    trainable: true,
    batch_input_shape: [null, null],
    dtype: 'float32',
    input_dim: vocabularySize,
    output_dim: embeddingWidth,
    mask_zero: !answersEveryStep,
    input_length: null,
  };
  return { className: 'Embedding', config, weights: [rename(table, 'embedding/embeddings')] };
}

interface Sources {
  readonly find: (name: string) => NamedArray;
  readonly settings: LabSettings;
}

function recurrentLayer(shape: NetworkShape, layer: number, { find, settings }: Sources): TfjsLayer {
  const name = shape.layers === 1 ? shape.cell : `${shape.cell}_${layer + 1}`;
  const inputShape =
    layer === 0 && shape.embeddingWidth === null
      ? { batch_input_shape: [null, null, shape.vocabularySize], dtype: 'float32' }
      : {};
  const isLast = layer === shape.layers - 1;
  const config = cellConfig(shape, settings, { name, return_sequences: shape.answersEveryStep || !isLast });
  const weightsOf = (direction: string, prefix: string): readonly TfjsWeight[] =>
    arraysOf(shape.cell).map(([own, theirs]) => rename(find(`${layer}.${direction}.${own}`), `${prefix}/${theirs}`));
  const { className } = kerasLayers[shape.cell];
  if (!shape.bidirectional)
    return { className, config: { ...inputShape, ...config }, weights: weightsOf('forward', name) };
  const wrapper = `bidirectional_${name}`;
  return {
    className: 'Bidirectional',
    config: {
      ...inputShape,
      name: wrapper,
      trainable: true,
      merge_mode: 'concat',
      layer: { class_name: className, config },
    },
    weights: directionsOf(shape).flatMap((direction) => weightsOf(direction, `${wrapper}/${direction}_${name}`)),
  };
}

/** The arrays of a cell by our name and that of Keras. */
function arraysOf(cell: CellKind): readonly (readonly [string, string])[] {
  const recurrent: readonly (readonly [string, string])[] = hasRecurrentKernel(cell)
    ? [['recurrentKernel', 'recurrent_kernel']]
    : [];
  return [['kernel', 'kernel'], ...recurrent, ['bias', 'bias']];
}

function cellConfig(
  shape: NetworkShape,
  { hyperparameters }: LabSettings,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    ...given,
    trainable: true,
    return_state: false,
    go_backwards: false,
    stateful: false,
    unroll: false,
    units: shape.units,
    activation: shape.activation,
    ...kerasLayers[shape.cell].config(shape.resetAfter ?? false),
    use_bias: true,
    dropout: hyperparameters.dropout_rate,
    recurrent_dropout: hyperparameters.recurrent_dropout,
  };
}

function rename({ shape, data }: NamedArray, name: string): TfjsWeight {
  return { name, shape, data };
}

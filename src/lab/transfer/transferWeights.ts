import { largestOf } from '../../base/extremes';
import { createRandom, type Random } from '../../base/random';
import { type LayerPlan } from '../../trace/lab/transferEvents';
import { initializeBlocks, initializeMatrix } from '../training/network/initialize';
import { type LabSettings } from '../training/labSettings';
import { directionsOf, inputWidthOf, type NamedArray, type NetworkShape } from '../training/network/networkShape';
import { type WeightPlan } from '../training/network/weightUpdate';
import { type SourceNetwork } from './sourceNetwork';
import { gatesOf, hasRecurrentKernel } from '../../trace/reading/cellKind';
import { initialBias } from '../../cells/initialBias';

/** What is put on a source's layers. */
export interface NewLayers {
  /** Outputs of the new softmax layer. */
  readonly outputs: number;
  /** Fresh rows of the embedding, behind the source's own. */
  readonly added: number;
  /** New recurrent layers between the source's and the softmax. */
  readonly recurrent?: number;
  /** Every step answers, as a language model's does. */
  readonly answersEveryStep?: boolean;
  readonly settings: LabSettings;
}

/** The source's layers, copied, with new ones on top of them. */
export function withNewLayers({ shape, weights }: SourceNetwork, options: NewLayers): SourceNetwork {
  const { outputs, added, recurrent = 0, answersEveryStep = false, settings } = options;
  const random = createRandom(settings.seed);
  const grown: NetworkShape = {
    ...shape,
    outputs,
    answersEveryStep,
    layers: shape.layers + recurrent,
    vocabularySize: shape.vocabularySize + (shape.embeddingWidth === null ? 0 : added),
  };
  const features = shape.units * directionsOf(shape).length;
  const kernel = initializeMatrix(settings.hyperparameters.init_mode, { rows: features, columns: outputs }, random);
  const kept = weights
    .filter(({ name }) => !name.startsWith('dense.'))
    .map((array) => (array.name === 'embedding' ? extendRows(array, added, random) : copyArray(array)));
  const fresh = Array.from({ length: recurrent }, (_, k) =>
    newRecurrentLayer(grown, shape.layers + k, { settings, random }),
  ).flat();
  return {
    shape: grown,
    weights: [
      ...kept,
      ...fresh,
      { name: 'dense.kernel', shape: [features, outputs], data: kernel },
      { name: 'dense.bias', shape: [outputs], data: new Float32Array(outputs) },
    ],
  };
}

interface Draw {
  readonly settings: LabSettings;
  readonly random: Random;
}

/** As a lab file's own network is initialised. */
function newRecurrentLayer(shape: NetworkShape, layer: number, { settings, random }: Draw): readonly NamedArray[] {
  const { units, cell } = shape;
  const blocks = gatesOf(cell).length;
  const columns = blocks * units;
  return directionsOf(shape).flatMap((direction): readonly NamedArray[] => {
    const name = `${layer}.${direction}`;
    const rows = inputWidthOf(shape, layer);
    const bias = new Float32Array(shape.resetAfter === true ? 2 * columns : columns);
    bias.set(initialBias(cell, units, settings.model.forgetBias));
    const kernel = initializeMatrix(settings.hyperparameters.init_mode, { rows, columns }, random);
    const size = { rows: units, columns: units };
    const recurrent = hasRecurrentKernel(cell)
      ? [initializeBlocks(settings.model.recurrentInit, size, blocks, random)]
      : [];
    return [
      { name: `${name}.kernel`, shape: [rows, columns], data: kernel },
      ...recurrent.map((data) => ({ name: `${name}.recurrentKernel`, shape: [units, columns], data })),
      { name: `${name}.bias`, shape: shape.resetAfter === true ? [2, columns] : [columns], data: bias },
    ];
  });
}

/** A copy that training may change. */
export function copyArray({ name, shape, data }: NamedArray): NamedArray {
  return { name, shape, data: data.slice() };
}

/** New rows are drawn evenly from +-0.05, as the embedding's own were before training. */
function extendRows({ name, shape, data }: NamedArray, added: number, random: Random): NamedArray {
  const [rows = 0, columns = 0] = shape;
  const extended = new Float32Array((rows + added) * columns);
  extended.set(data);
  extended.set(initializeMatrix('uniform', { rows: added, columns }, random), rows * columns);
  return { name, shape: [rows + added, columns], data: extended };
}

/**
 * Prefixes of the weights' names, a layer each, from the top: the head, then the recurrent layers, then the embedding.
 */
export function layersFromTop({ layers, embeddingWidth }: NetworkShape): readonly string[] {
  const recurrent = Array.from({ length: layers }, (_, k) => `${layers - 1 - k}.`);
  return ['dense.', ...recurrent, ...(embeddingWidth === null ? [] : ['embedding'])];
}

/** What of a network was there before, and how its weights learn. */
export interface PlanOptions {
  /** The source's shape: what is not in it is new. */
  readonly source: NetworkShape;
  readonly plan: (name: string) => WeightPlan;
  /** Learning rate at a scale of 1. */
  readonly rate: number;
}

/** The network's layers from the bottom up, with how many of their weights are frozen and how fast the others learn. */
export function describeLayers(
  { shape, weights }: SourceNetwork,
  { source, plan, rate }: PlanOptions,
): readonly LayerPlan[] {
  return [...layersFromTop(shape)].reverse().map((prefix): LayerPlan => {
    const arrays = weights.filter(({ name }) => name.startsWith(prefix));
    const plans = arrays.map((array) => ({ size: array.data.length, ...plan(array.name) }));
    const total = plans.reduce((sum, { size }) => sum + size, 0);
    const frozen = plans.reduce(
      (sum, { size, rateScale, frozenValues = 0 }) => sum + (rateScale === 0 ? size : frozenValues),
      0,
    );
    return {
      ...kindOf(prefix, shape, source),
      weights: total,
      frozen,
      rate: frozen === total ? 0 : rate * largestOf(plans.map(({ rateScale }) => rateScale)),
    };
  });
}

function kindOf(
  prefix: string,
  shape: NetworkShape,
  source: NetworkShape,
): Pick<LayerPlan, 'name' | 'kind' | 'width' | 'isNew'> {
  if (prefix === 'embedding')
    return { name: prefix, kind: 'embedding', width: shape.embeddingWidth ?? 0, isNew: false };
  // A language model goes on with its own head.
  const keepsHead = source.layers > 0 && shape.answersEveryStep && source.answersEveryStep && source.outputs > 0;
  if (prefix === 'dense.') return { name: 'dense', kind: 'dense', width: shape.outputs, isNew: !keepsHead };
  const layer = Number.parseInt(prefix, 10);
  return { name: String(layer), kind: shape.cell, width: shape.units, isNew: layer >= source.layers };
}

import { checkSteps } from '../modelLimits';
import { type DenseStage, type ScaleShiftStage, type Stage } from '../../network/recurrentModel';
import { InspectorError } from '../../base/errors';
import { getFlag, getList, getNumber, getObject, getOwn, isJsonObject } from '../untrustedJson';
import { readShaped } from '../weightArray';
import { parseActivation, parseActivationLayer } from './kerasActivation';
import { readConvolution, readWindowPool } from './windowLayers';
import { findArray, type PlainSource, requireArray } from './plainSource';

/** Does nothing when a model is asked for its output. */
const identities: readonly string[] = [
  'Dropout',
  'SpatialDropout1D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'ActivityRegularization',
  'InputLayer',
  'Identity',
  'TextVectorization',
  'NotEqual',
];

/** Whether a class does more than apply the same to each step, so that it means something else in TimeDistributed. */
export function looksAcrossSteps(className: string): boolean {
  return /^(Flatten|RepeatVector|Embedding|Conv1D|Convolution1D)$|Pool(ing)?1D$/.test(className);
}

type PlainReader = (source: PlainSource) => Stage;

const readers: Readonly<Record<string, PlainReader>> = {
  Dense: readDense,
  TimeDistributedDense: readDense,
  Conv1D: readConvolution,
  Convolution1D: readConvolution,
  MaxPooling1D: (source) => readWindowPool(source, 'max'),
  MaxPool1D: (source) => readWindowPool(source, 'max'),
  AveragePooling1D: (source) => readWindowPool(source, 'average'),
  AvgPool1D: (source) => readWindowPool(source, 'average'),
  Embedding: readEmbedding,
  Masking: ({ name, config }) => ({ kind: 'masking', name, value: getNumber(config, 'mask_value') ?? 0 }),
  BatchNormalization: readBatchNormalization,
  BatchNormalizationV1: readBatchNormalization,
  BatchNormalizationV2: readBatchNormalization,
  SyncBatchNormalization: readBatchNormalization,
  LayerNormalization: readLayerNormalization,
  Rescaling: readRescaling,
  Normalization: readNormalization,
  Flatten: ({ name }) => ({ kind: 'pool', name, how: 'flatten' }),
  GlobalAveragePooling1D: ({ name }) => ({ kind: 'pool', name, how: 'average' }),
  GlobalMaxPooling1D: ({ name }) => ({ kind: 'pool', name, how: 'max' }),
  GlobalMaxPool1D: ({ name }) => ({ kind: 'pool', name, how: 'max' }),
  GlobalAvgPool1D: ({ name }) => ({ kind: 'pool', name, how: 'average' }),
  GetItem: readLastStep,
  SlicingOpLambda: readLastStep,
  RepeatVector: ({ name, config }) => ({
    kind: 'repeat',
    name,
    count: checkSteps(getNumber(config, 'n') ?? 1, `the RepeatVector "${name}"`),
  }),
};

/** Translates one plain layer; what we do not compute becomes an `unsupported` stage that names it. */
export function readPlainLayer(source: PlainSource): Stage {
  const { className, name, config, kerasMajor } = source;
  if (JSON.stringify(getOwn(config, 'dtype') ?? '').includes('Quantized'))
    return { kind: 'unsupported', name, why: `the layer "${name}" of class ${className}, whose weights are quantised` };
  if (identities.includes(className)) return { kind: 'identity', name, what: className };
  const activation = parseActivationLayer(className, config, kerasMajor);
  if (activation !== null) return { kind: 'activation', name, activation };
  const read = Object.hasOwn(readers, className) ? readers[className] : undefined;
  return read === undefined
    ? { kind: 'unsupported', name, why: `the layer "${name}" of class ${className}` }
    : read(source);
}

function readDense(source: PlainSource): DenseStage {
  const kernel = requireArray(source, 'kernel', 0);
  const [inputWidth = 0, outputWidth = 0] = kernel.shape;
  const hasBias = getOwn(source.config, 'use_bias') !== false && getOwn(source.config, 'bias') !== false;
  const activation = parseActivation(getOwn(source.config, 'activation'), source.kerasMajor);
  if (activation === null)
    throw new InspectorError('model-unsupported', `the layer "${source.name}" with an activation that we do not know`);
  return {
    kind: 'dense',
    name: source.name,
    inputWidth,
    outputWidth,
    kernel: readShaped(kernel, [inputWidth, outputWidth]),
    ...(hasBias ? { bias: readShaped(requireArray(source, 'bias', 1), [outputWidth]) } : {}),
    activation,
  };
}

function readEmbedding(source: PlainSource): Stage {
  const table = findArray(source, 'embeddings', 0) ?? source.arrays[0];
  if (table === undefined)
    throw new InspectorError('model-damaged', `the table of "${source.name}" is missing from the file.`);
  const [vocabularySize = 0, width = 0] = table.shape;
  return {
    kind: 'embedding',
    name: source.name,
    table: readShaped(table, [vocabularySize, width]),
    vocabularySize,
    width,
    ...(getFlag(source.config, 'mask_zero') ? { maskZero: true } : {}),
  };
}

/**
 * Inference of Ioffe and Szegedy (2015): gamma (x - mean) / sqrt(variance + epsilon) + beta, as one scale and one
 * shift.
 */
function readBatchNormalization(source: PlainSource): ScaleShiftStage {
  const axis = getOwn(source.config, 'axis');
  const isLastAxis =
    axis === undefined ||
    axis === -1 ||
    axis === 2 ||
    (Array.isArray(axis) && axis.length === 1 && [1, 2, -1].includes(axis[0] as number)) ||
    axis === 1;
  if (!isLastAxis)
    throw new InspectorError(
      'model-unsupported',
      `the layer "${source.name}" that normalises another axis than the last`,
    );
  const flags = { scale: getOwn(source.config, 'scale') !== false, center: getOwn(source.config, 'center') !== false };
  let index = 0;
  const gamma = flags.scale ? requireArray(source, 'gamma', index++).read() : undefined;
  const beta = flags.center ? requireArray(source, 'beta', index++).read() : undefined;
  const mean = requireArray(source, 'moving_mean', index++).read();
  const variance = requireArray(source, 'moving_variance', index).read();
  const epsilon = getNumber(source.config, 'epsilon') ?? 1e-3;
  const scale = variance.map((value, unit) => (gamma?.[unit] ?? 1) / Math.sqrt(value + epsilon));
  const shift = mean.map((value, unit) => (beta?.[unit] ?? 0) - value * (scale[unit] ?? 0));
  return { kind: 'scaleShift', name: source.name, scale, shift };
}

function readLayerNormalization(source: PlainSource): Stage {
  const flags = { scale: getOwn(source.config, 'scale') !== false, center: getOwn(source.config, 'center') !== false };
  const gamma = flags.scale ? requireArray(source, 'gamma', 0).read() : undefined;
  const beta = flags.center ? requireArray(source, 'beta', flags.scale ? 1 : 0).read() : undefined;
  const width = gamma?.length ?? beta?.length ?? source.width;
  if (width === undefined)
    throw new InspectorError('model-unsupported', `the layer "${source.name}", whose width the file does not say`);
  return {
    kind: 'layerNorm',
    name: source.name,
    gamma: gamma ?? new Float32Array(width).fill(1),
    beta: beta ?? new Float32Array(width),
    epsilon: getNumber(source.config, 'epsilon') ?? 1e-3,
  };
}

/** `x[:, -1]` and `x[:, -1, :]` pick the last step; any other choice is named. */
function readLastStep({ name, config, className }: PlainSource): Stage {
  const [batch, step, ...features] = getList(config, 'slices');
  if (isWhole(batch) && step === -1 && features.length <= 1 && features.every(isWhole))
    return { kind: 'pool', name, how: 'last' };
  return {
    kind: 'unsupported',
    name,
    why: `the layer "${name}" of class ${className}, which picks other than the last step`,
  };
}

/** `:` in the form of Keras 3 (`{class_name: "__slice__", config}`) or tf.keras (`{start, stop, step}`). */
function isWhole(slice: unknown): boolean {
  if (!isJsonObject(slice)) return false;
  const bounds = getObject(slice, 'config') ?? slice;
  return ['start', 'stop', 'step'].every((key) => (getOwn(bounds, key) ?? null) === null);
}

function readRescaling({ name, config, width }: PlainSource): ScaleShiftStage {
  const scale = getNumber(config, 'scale');
  if (scale === undefined || width === undefined)
    throw new InspectorError('model-unsupported', `the layer "${name}" whose scale or width the file does not say`);
  return {
    kind: 'scaleShift',
    name,
    scale: new Float32Array(width).fill(scale),
    shift: new Float32Array(width).fill(getNumber(config, 'offset') ?? 0),
  };
}

/** Keras Normalization: (x - mean) / max(sqrt(variance), 1e-7) over the last axis. */
function readNormalization(source: PlainSource): ScaleShiftStage {
  const mean = requireArray(source, 'mean', 0).read();
  const variance = requireArray(source, 'variance', 1).read();
  if (mean.length !== variance.length || mean.length === 0)
    throw new InspectorError('model-unsupported', `the layer "${source.name}" without its statistics`);
  const scale = variance.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7));
  return {
    kind: 'scaleShift',
    name: source.name,
    scale,
    shift: mean.map((value, unit) => -value * (scale[unit] ?? 0)),
  };
}

import { InspectorError } from '../../base/errors';
import { checkSteps } from '../modelLimits';
import { type Stage, type StepWindow } from '../../network/recurrentModel';
import { getList, getNumber, getOwn, type JsonObject } from '../untrustedJson';
import { readShaped } from '../weightArray';
import { parseActivation } from './kerasActivation';
import { type PlainSource, requireArray } from './plainSource';

/** Conv1D of Keras 1 to 3; groups and channels in front are named and not computed. */
export function readConvolution(source: PlainSource): Stage {
  const { config, name } = source;
  const kernel = requireArray(source, 'kernel', 0);
  // Keras 1 keeps an axis of one between the taps and the channels.
  const shape =
    kernel.shape.length === 4 && kernel.shape[1] === 1 ? [0, 2, 3].map((k) => kernel.shape[k] ?? 0) : kernel.shape;
  const [size = 0, inputWidth = 0, outputWidth = 0] = shape;
  const window = readWindow(source, { size, stride: numberOf(config, ['strides', 'subsample_length']) ?? 1 });
  if (window === null || (numberOf(config, ['groups']) ?? 1) !== 1) return refuse(source);
  const activation = parseActivation(getOwn(config, 'activation'), source.kerasMajor);
  if (activation === null || size === 0)
    throw new InspectorError(
      'model-unsupported',
      `the layer "${name}" with an activation or a kernel that we do not know`,
    );
  const hasBias = getOwn(config, 'use_bias') !== false && getOwn(config, 'bias') !== false;
  return {
    kind: 'convolution',
    name,
    inputWidth,
    outputWidth,
    kernel: readShaped(kernel, kernel.shape),
    ...(hasBias ? { bias: readShaped(requireArray(source, 'bias', 1), [outputWidth]) } : {}),
    window,
    activation,
  };
}

/** MaxPooling1D and AveragePooling1D of Keras 1 to 3: without strides of their own, windows stand side by side. */
export function readWindowPool(source: PlainSource, how: 'average' | 'max'): Stage {
  const size = numberOf(source.config, ['pool_size', 'pool_length']) ?? 2;
  const stride = numberOf(source.config, ['strides', 'stride']) ?? size;
  const window = readWindow(source, { size, stride });
  return window === null ? refuse(source) : { kind: 'windowPool', name: source.name, how, window };
}

/** Null where the layer looks at the steps in a way that we do not compute. */
function readWindow(
  { config, name }: PlainSource,
  of: { readonly size: number; readonly stride: number },
): StepWindow | null {
  const size = checkSteps(of.size, `the window of "${name}"`);
  const stride = checkSteps(of.stride, `the stride of "${name}"`);
  const dilation = checkSteps(numberOf(config, ['dilation_rate', 'atrous_rate']) ?? 1, `the dilation of "${name}"`);
  const padding = getOwn(config, 'padding') ?? getOwn(config, 'border_mode') ?? 'valid';
  if (getOwn(config, 'data_format') === 'channels_first') return null;
  if (padding === 'same') return { size, stride, dilation, padding };
  if (padding === 'valid') return { size, stride, dilation, padding: { before: 0, after: 0 } };
  if (padding === 'causal') return { size, stride, dilation, padding: { before: (size - 1) * dilation, after: 0 } };
  return null;
}

function refuse({ name, className }: PlainSource): Stage {
  return { kind: 'unsupported', name, why: `the layer "${name}" of class ${className}` };
}

/** A number, bare or alone in a list, under the first key that holds one. */
function numberOf(config: JsonObject, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const [first] = getList(config, key);
    const found = getNumber(config, key) ?? (typeof first === 'number' ? first : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

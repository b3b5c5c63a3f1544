import { widthBehind } from '../../network/stageShape';
import { pushAll } from '../../base/extremes';
import { checkLayerCount, checkSteps } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { assembleModel, type StageChain } from '../assembleModel';
import { type RecurrentModel, type Stage } from '../../network/recurrentModel';
import { getList, getOwn, getObject, getString, type JsonObject } from '../untrustedJson';
import { type CallChain, isRecurrentCall, selectChains } from './chains';
import { type KerasWeights } from './kerasWeights';
import { isContainer, type KerasCall, type KerasLayer, parseKerasNetwork, stateClass } from './network';
import { looksAcrossSteps, readPlainLayer } from './plainLayers';
import { isRecurrentLayer, readRecurrentLayer } from './recurrentLayers';

/** A Keras configuration with its weights, from a tfjs, .h5 or .keras file. */
export interface KerasModelSource {
  readonly name: string;
  readonly format: RecurrentModel['format'];
  /** `{class_name, config}` */
  readonly topology: JsonObject;
  /** 1, 2 or 3: decides which function `hard_sigmoid` is. */
  readonly kerasMajor: number;
  readonly weights: KerasWeights;
  readonly notes?: readonly string[];
}

/** Translates a Keras configuration and its weights into one {@link RecurrentModel}. */
export function readKerasModel(source: KerasModelSource): RecurrentModel {
  const network = parseKerasNetwork(source.topology);
  checkLayerCount(network.calls.filter(isRecurrentCall).length);
  const chains = selectChains(network).map((chain) => readChain(chain, source));
  const otherOutputs =
    network.outputs.length > 1 ? [`The model has ${network.outputs.length} outputs; the first is shown.`] : [];
  return assembleModel({
    name: source.name,
    format: source.format,
    chains,
    notes: [...(source.notes ?? []), ...otherOutputs],
  });
}

/**
 * The major version in "2.2.4", "3.3.3", "2.4.0-tf"; tfjs-layers, which has Keras 2's functions, and unknown count as
 * 2.
 */
export function parseKerasMajor(version: string | undefined): number {
  const major = /^(\d+)\./.exec(version ?? '')?.[1];
  return major === undefined ? 2 : Number(major);
}

function readChain(chain: CallChain, source: KerasModelSource): StageChain {
  const stages: Stage[] = [];
  const notes: string[] = [];
  let width = inputShapeOf(chain)?.at(-1) ?? undefined;
  for (const call of chain) {
    const read = onlyInFront(readCall(call, source, width), stages);
    pushAll(stages, read);
    for (const stage of read) width = widthBehind(stage, width);
    if (isRecurrentCall(call) && (call.inputs.length > 1 || call.extraInputs.length > 0)) {
      notes.push(
        `In the saved model "${call.layer.name}" takes its first state from other layers; here it starts from zeros.`,
      );
    }
  }
  const shape = inputShapeOf(chain);
  const steps = stepsIn(shape, stages);
  return {
    stages,
    notes,
    ...(typeof steps === 'number' && steps > 0 ? { window: checkSteps(steps, "its input's length") } : {}),
    ...(width === undefined ? {} : { inputWidth: shape?.at(-1) ?? 0 }),
  };
}

/**
 * Convolution and pooling by windows are computed in front of the first recurrent layer: gradients do not go back
 * through them.
 */
function onlyInFront(read: readonly Stage[], before: readonly Stage[]): readonly Stage[] {
  if (!before.some(({ kind }) => kind === 'recurrent')) return read;
  return read.map((stage) =>
    stage.kind === 'convolution' || stage.kind === 'windowPool'
      ? refuse(
          stage.name,
          `the layer "${stage.name}" (${stage.kind === 'convolution' ? 'convolution' : 'pooling by windows'}) behind a recurrent layer`,
        )
      : stage,
  );
}

/** The axis before the features; ids have none. A model in TimeDistributed has axes of its outer steps in front. */
function stepsIn(shape: readonly (number | null)[] | undefined, stages: readonly Stage[]): number | null | undefined {
  if (shape === undefined || shape.length < 2) return undefined;
  const first = stages.find(({ kind }) => kind !== 'identity');
  return first?.kind === 'embedding' || shape.length === 2 ? shape.at(-1) : shape.at(-2);
}

function readCall(call: KerasCall, source: KerasModelSource, width: number | undefined): readonly Stage[] {
  const { layer } = call;
  if (layer.className === stateClass) return [readState(call)];
  const isJoin = !isRecurrentCall(call) && (call.inputs.length > 1 || call.extraInputs.length > 0);
  if (isJoin)
    return [
      refuse(
        layer.name,
        `"${layer.name}" of class ${layer.className} joins ${call.inputs.length + call.extraInputs.length} branches`,
      ),
    ];
  return readLayer({ layer, className: layer.className, config: layer.config, source, width });
}

/**
 * Output 1 of a layer in one direction is its last h; Keras hands on the cell state, and the states of two directions,
 * apart.
 */
function readState({ layer, inputs }: KerasCall): Stage {
  const [from] = inputs;
  const index = getOwn(layer.config, 'index');
  if (from !== undefined && isRecurrentCall(from) && from.layer.className !== 'Bidirectional' && index === 1)
    return { kind: 'pool', name: `${layer.name}/state`, how: 'last' };
  const what =
    from !== undefined && isRecurrentCall(from) ? 'the last state of one direction or cell' : `output ${String(index)}`;
  return refuse(`${layer.name}/state`, `what follows reads ${what} of "${layer.name}" and not its sequence`);
}

interface LayerSource {
  readonly layer: KerasLayer;
  readonly className: string;
  readonly config: JsonObject;
  readonly source: KerasModelSource;
  readonly width: number | undefined;
}

function readLayer(wanted: LayerSource): readonly Stage[] {
  const { layer, className, config, source, width } = wanted;
  const { kerasMajor } = source;
  const inner = className === 'TimeDistributed' ? getObject(config, 'layer') : undefined;
  if (inner !== undefined) {
    const innerClass = getString(inner, 'class_name') ?? '';
    const isPerStep = !looksAcrossSteps(innerClass) && !isRecurrentLayer(innerClass, getObject(inner, 'config') ?? {});
    if (!isPerStep || isContainer(inner))
      return [
        refuse(
          layer.name,
          `"${layer.name}" of class TimeDistributed applies ${isContainer(inner) ? 'a model' : innerClass} to each step`,
        ),
      ];
    return readLayer({ ...wanted, className: innerClass, config: getObject(inner, 'config') ?? {} });
  }
  const arrays = source.weights(layer);
  const parts = { className, name: layer.name, config, kerasMajor, arrays };
  try {
    return isRecurrentLayer(className, config) ? readRecurrentLayer(parts) : [readPlainLayer({ ...parts, width })];
  } catch (thrown) {
    // One layer that cannot be read costs no other; weights that lie in a missing file are another matter.
    if (thrown instanceof InspectorError && (thrown.code === 'model-unsupported' || thrown.code === 'model-damaged'))
      return [refuse(layer.name, thrown.message.replace(/\.$/, ''))];
    throw thrown;
  }
}

function refuse(name: string, why: string): Stage {
  return { kind: 'unsupported', name, why };
}

/** The input's shape with the batch in front, from whichever key the layer of this age keeps it in. */
function inputShapeOf(chain: CallChain): readonly (number | null)[] | undefined {
  for (const { layer } of chain.slice(0, 2)) {
    for (const key of ['batch_input_shape', 'batch_shape', 'batchInputShape']) {
      const shape = getList(layer.config, key);
      if (shape.length > 0) return shape.map((size) => (typeof size === 'number' ? size : null));
    }
    const { config } = layer;
    const [steps, width] = [getOwn(config, 'input_length'), getOwn(config, 'input_dim')];
    if (typeof steps === 'number' && layer.className === 'Embedding') return [null, steps];
    if (typeof steps === 'number' && typeof width === 'number') return [null, steps, width];
  }
  return undefined;
}

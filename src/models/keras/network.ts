import { InspectorError } from '../../base/errors';
import { getList, getObject, getOwn, getString, isJsonObject, type JsonObject } from '../untrustedJson';

/** Where a layer stands in its container, by which a `.keras` file names its weights: class and counter. */
export interface ContainerStep {
  readonly className: string;
  readonly name: string;
  /** How many layers of the same class stand before it in the same container. */
  readonly ordinal: number;
  /** The layer that a wrapper holds, and not one of a container's list. */
  readonly isWrapped?: boolean;
}

/** One layer of a Keras configuration. */
export interface KerasLayer {
  /** The class without its module, `LSTM`. */
  readonly className: string;
  /** With the names of the models around it: `encoder/lstm`. */
  readonly name: string;
  readonly config: JsonObject;
  /** Of classes that are not Keras's own: where they are registered. */
  readonly registeredName?: string;
  /** From the outermost container to the layer itself. */
  readonly path: readonly ContainerStep[];
  /** The shape that the layer was built with, batch first, where the file says so. */
  readonly builtShape?: readonly (number | null)[];
}

/** One use of a layer; a shared layer has several. */
export interface KerasCall {
  readonly layer: KerasLayer;
  readonly inputs: readonly KerasCall[];
  /** Tensors handed over beside the input: a recurrent layer's initial state. */
  readonly extraInputs: readonly KerasCall[];
}

/** A model's layers with nested models taken apart. */
export interface KerasNetwork {
  readonly name: string;
  readonly outputs: readonly KerasCall[];
  /** Every call, inputs before outputs. */
  readonly calls: readonly KerasCall[];
}

interface TensorReference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

const maximumLayers = 20_000;

/**
 * The class of a call that is no layer of the file: it takes a state out of the recurrent layer before it;
 * `config.index` says which.
 */
export const stateClass = '@state';

/** The layers that stand for `x[...]` in Keras 3 and tf.keras. */
export const sliceClasses: readonly string[] = ['GetItem', 'SlicingOpLambda'];

/** Whether a layer's configuration is a model with layers of its own. */
export function isContainer(node: JsonObject): boolean {
  const config = getOwn(node, 'config');
  if (Array.isArray(config)) return getString(node, 'class_name') === 'Sequential';
  return isJsonObject(config) && Array.isArray(getOwn(config, 'layers'));
}

/** Reads a model's configuration (`{class_name, config}`) of Keras 1, 2, 3 or tfjs. */
export function parseKerasNetwork(root: JsonObject): KerasNetwork {
  if (!isContainer(root)) {
    const className = getString(root, 'class_name') ?? 'without a class name';
    throw new InspectorError(
      'model-unsupported',
      `the model is of the class ${className}, whose file does not list its layers (a subclassed model). Rebuild it as a Sequential or functional model and save that.`,
    );
  }
  const calls: KerasCall[] = [];
  const outputs = expandContainer(root, { inputs: null, path: [], calls });
  return { name: containerName(root), outputs, calls };
}

interface Surroundings {
  /** What a nested model is called with; null for the outermost. */
  readonly inputs: readonly KerasCall[] | null;
  readonly path: readonly ContainerStep[];
  readonly calls: KerasCall[];
}

function expandContainer(node: JsonObject, around: Surroundings): readonly KerasCall[] {
  if (around.path.length > 20) throw new InspectorError('model-damaged', 'models are nested deeper than 20 levels.');
  const layers = listLayers(node);
  if (around.calls.length + layers.length > maximumLayers)
    throw new InspectorError('model-damaged', `it lists more than ${maximumLayers} layers.`);
  const isSequential =
    getString(node, 'class_name') === 'Sequential' ||
    layers.every((layer) => getOwn(layer, 'inbound_nodes') === undefined);
  return isSequential ? expandSequential(layers, around) : expandFunctional(node, layers, around);
}

function expandSequential(layers: readonly JsonObject[], around: Surroundings): readonly KerasCall[] {
  const steps = stepsOf(layers);
  let current = around.inputs ?? [];
  layers.forEach((layer, index) => {
    const isSkippedInput = getString(layer, 'class_name') === 'InputLayer' && around.inputs !== null;
    if (isSkippedInput) return;
    current = callLayer(layer, { step: steps[index] as ContainerStep, inputs: current, extraInputs: [] }, around);
  });
  return current;
}

interface CallSite {
  readonly step: ContainerStep;
  readonly inputs: readonly KerasCall[];
  readonly extraInputs: readonly KerasCall[];
}

function callLayer(layer: JsonObject, site: CallSite, around: Surroundings): readonly KerasCall[] {
  const path = [...around.path, site.step];
  if (isContainer(layer)) return expandContainer(layer, { inputs: site.inputs, path, calls: around.calls });
  const call: KerasCall = { layer: parseLayer(layer, path), inputs: site.inputs, extraInputs: site.extraInputs };
  const inner = call.layer.className === 'TimeDistributed' ? getObject(call.layer.config, 'layer') : undefined;
  if (inner !== undefined && holdsSequence(inner)) return expandWrapped(inner, call, { ...around, path });
  around.calls.push(call);
  return [call];
}

/**
 * Whether TimeDistributed wraps what reads a sequence of its own at each step: a model, or a layer that may be
 * recurrent.
 */
function holdsSequence(inner: JsonObject): boolean {
  return isContainer(inner) || /^(Bidirectional|RNN|SimpleRNN|(CuDNN)?(LSTM|GRU)(V[12])?)$/.test(bareClassName(inner));
}

/**
 * What TimeDistributed applies at each step is inspected at one step; the call of the wrapper, which is not computed,
 * stands behind it.
 */
function expandWrapped(inner: JsonObject, wrapper: KerasCall, around: Surroundings): readonly KerasCall[] {
  const step: ContainerStep = { className: bareClassName(inner), name: layerName(inner), ordinal: 0, isWrapped: true };
  const inside = callLayer(inner, { step, inputs: wrapper.inputs, extraInputs: [] }, around);
  const behind: KerasCall = { layer: wrapper.layer, inputs: inside.slice(0, 1), extraInputs: [] };
  around.calls.push(behind);
  return [behind];
}

function parseLayer(node: JsonObject, path: readonly ContainerStep[]): KerasLayer {
  const config = getObject(node, 'config') ?? {};
  const build = getObject(node, 'build_config');
  const shape = build === undefined ? [] : getList(build, 'input_shape');
  const registeredName = getString(node, 'registered_name');
  const isFlat = shape.length > 0 && shape.every((size) => size === null || typeof size === 'number');
  return {
    className: bareClassName(node),
    name: path.map((step) => step.name).join('/'),
    config,
    path,
    ...(registeredName === undefined ? {} : { registeredName }),
    ...(isFlat ? { builtShape: shape as readonly (number | null)[] } : {}),
  };
}

function bareClassName(node: JsonObject): string {
  const className = getString(node, 'class_name') ?? 'unnamed class';
  return className.slice(className.lastIndexOf('>') + 1);
}

function stepsOf(layers: readonly JsonObject[]): readonly ContainerStep[] {
  const seen = new Map<string, number>();
  return layers.map((layer) => {
    const className = bareClassName(layer);
    const ordinal = seen.get(className) ?? 0;
    seen.set(className, ordinal + 1);
    return { className, name: layerName(layer), ordinal };
  });
}

function layerName(layer: JsonObject): string {
  const config = getObject(layer, 'config');
  return (
    getString(layer, 'name') ?? (config === undefined ? undefined : getString(config, 'name')) ?? bareClassName(layer)
  );
}

function containerName(node: JsonObject): string {
  const config = getObject(node, 'config');
  return (config === undefined ? undefined : getString(config, 'name')) ?? 'model';
}

function listLayers(node: JsonObject): readonly JsonObject[] {
  const config = getOwn(node, 'config');
  const layers = Array.isArray(config) ? config : isJsonObject(config) ? getList(config, 'layers') : [];
  return layers.filter(isJsonObject);
}

/** The layers of a functional model as calls, each after what it reads. */
function expandFunctional(node: JsonObject, layers: readonly JsonObject[], around: Surroundings): readonly KerasCall[] {
  const config = getObject(node, 'config') ?? {};
  const steps = stepsOf(layers);
  const byName = new Map(
    layers.map((layer, index) => [layerName(layer), { layer, step: steps[index] as ContainerStep }]),
  );
  const inputNames = referencesIn(getOwn(config, 'input_layers')).map(({ layer }) => layer);
  const done = new Map<string, readonly KerasCall[] | 'open'>();

  const stateOf = createStateCalls(around);
  const resolve = (reference: TensorReference): KerasCall | undefined => {
    const results = resolveCall(reference);
    const [only] = results;
    return reference.tensor > 0 && results.length === 1 && only !== undefined
      ? stateOf(only, reference)
      : (results[reference.tensor] ?? only);
  };
  const resolveCall = ({ layer: name, node: wanted }: TensorReference): readonly KerasCall[] => {
    const entry = byName.get(name);
    if (entry === undefined)
      throw new InspectorError('model-damaged', `a layer reads from "${name}", which the file does not list.`);
    const nodes = getList(entry.layer, 'inbound_nodes');
    const index = Math.max(0, Math.min(wanted, nodes.length - 1));
    const key = `${name}\u0000${index}`;
    const known = done.get(key);
    if (known === 'open') throw new InspectorError('model-damaged', `its layers form a circle through "${name}".`);
    if (known !== undefined) return known;
    done.set(key, 'open');
    const results = callNode(entry, nodes[index]);
    done.set(key, results);
    return results;
  };
  const callNode = (entry: { layer: JsonObject; step: ContainerStep }, inbound: unknown): readonly KerasCall[] => {
    const given = around.inputs?.[Math.max(0, inputNames.indexOf(entry.step.name))];
    if (getString(entry.layer, 'class_name') === 'InputLayer' && given !== undefined) return [given];
    const { inputs, extra } = parseInbound(inbound);
    const site = { step: entry.step, inputs: inputs.map(resolve), extraInputs: extra.map(resolve) };
    return callLayer(
      withSlices(entry.layer, inbound),
      { ...site, inputs: present(site.inputs), extraInputs: present(site.extraInputs) },
      around,
    );
  };

  const outputs = present(referencesIn(getOwn(config, 'output_layers')).map(resolve));
  for (const [name, { layer }] of byName) {
    getList(layer, 'inbound_nodes').forEach((_, index) => resolveCall({ layer: name, node: index, tensor: 0 }));
  }
  return outputs;
}

/** Gives another output of one layer than its first: a recurrent layer's last state (Keras return_state), each once. */
function createStateCalls(around: Surroundings): (call: KerasCall, reference: TensorReference) => KerasCall {
  const states = new Map<string, KerasCall>();
  return (call, { tensor, node }) => {
    const key = `${call.layer.name}\u0000${node}\u0000${tensor}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    const layer = { ...call.layer, className: stateClass, config: { index: tensor } };
    const state: KerasCall = { layer, inputs: [call], extraInputs: [] };
    states.set(key, state);
    around.calls.push(state);
    return state;
  };
}

/**
 * A layer that picks by index (`x[:, -1]`) says what it picks in its call and not in its configuration; here as
 * `slices` in both ages' form.
 */
function withSlices(layer: JsonObject, inbound: unknown): JsonObject {
  if (!sliceClasses.includes(bareClassName(layer))) return layer;
  const keywords = Array.isArray(inbound)
    ? [inbound, ...(inbound as unknown[])].flatMap((item) =>
        isReference(item) && isJsonObject(item[3]) ? [item[3]] : [],
      )
    : [];
  const slices = isJsonObject(inbound)
    ? getList(inbound, 'args')[1]
    : keywords.map((each) => getOwn(each, 'slice_spec'))[0];
  return { ...layer, config: { ...getObject(layer, 'config'), slices } };
}

function present<T>(items: readonly (T | undefined)[]): readonly T[] {
  return items.filter((item): item is T => item !== undefined);
}

/** What a call of a layer reads, in the forms of Keras 1 and 2 (lists) and 3 (`{args, kwargs}`). */
function parseInbound(inbound: unknown): {
  readonly inputs: readonly TensorReference[];
  readonly extra: readonly TensorReference[];
} {
  if (isJsonObject(inbound) && getOwn(inbound, 'args') !== undefined) {
    const [first, ...others] = getList(inbound, 'args');
    return {
      inputs: referencesIn(first),
      extra: [...referencesIn(others), ...referencesInKeywords(getObject(inbound, 'kwargs'))],
    };
  }
  const keywords = Array.isArray(inbound)
    ? inbound.flatMap((item: unknown) => (Array.isArray(item) && isJsonObject(item[3]) ? [item[3]] : []))
    : [];
  const single = isReference(inbound) && isJsonObject(inbound[3]) ? [inbound[3]] : [];
  return { inputs: referencesIn(inbound), extra: [...keywords, ...single].flatMap(referencesInKeywords) };
}

/** Masks are left out: Keras derives them again from the embedding's or masking layer's own setting. */
function referencesInKeywords(keywords: JsonObject | undefined): readonly TensorReference[] {
  if (keywords === undefined) return [];
  return Object.entries(keywords).flatMap(([key, value]) => (key === 'mask' ? [] : referencesIn(value)));
}

function isReference(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number' && typeof value[2] === 'number'
  );
}

function referencesIn(value: unknown): readonly TensorReference[] {
  if (isReference(value)) return [{ layer: value[0] as string, node: value[1] as number, tensor: value[2] as number }];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isJsonObject(value)) return [];
  const config = getObject(value, 'config');
  const history = config === undefined ? undefined : getOwn(config, 'keras_history');
  if (isReference(history)) return referencesIn(history);
  return Object.values(value).flatMap(referencesIn);
}

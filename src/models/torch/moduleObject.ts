import { type Activation } from '../../cells/cellWeights';
import { takeHeap } from '../readBudget';
import { type WeightArray } from '../weightArray';
import { PickleDict, PickleObject, PickleTensor, type PickleValue } from './pickleValue';

/** A whole nn.Module as a state dict, with what its objects say of their own. */
export interface ReadModule {
  readonly arrays: readonly WeightArray[];
  /** By module: the function of an nn.RNN or RNNCell. */
  readonly activations: Readonly<Record<string, Activation>>;
}

const maximumDepth = 100;
/** What a module's name, its tensors' names and the way to it take, about, for each level of that way. */
const heapOfLevel = 200;

/**
 * Counts a visit to a module. One that stands in several places is visited in each, under another name: where each of
 * forty modules holds the next twice, that is a million million times.
 */
function takeVisit(path: readonly string[]): void {
  takeHeap(heapOfLevel * (path.length + 1));
}

/**
 * Whether a pickled object is an nn.Module: torch.save(model) keeps its attributes, and those say which parameters and
 * modules it has.
 */
export function isModuleObject(value: PickleValue): value is PickleDict {
  return (
    value instanceof PickleDict &&
    attribute(value, '_parameters') instanceof PickleDict &&
    attribute(value, '_modules') instanceof PickleDict
  );
}

/**
 * Names a module's tensors as its state_dict would: `encoder.lstm.weight_ih_l0`. The code of its class is neither there
 * nor needed.
 */
export function readModuleObject(root: PickleDict): ReadModule {
  const arrays: WeightArray[] = [];
  const activations: Record<string, Activation> = {};
  const visit = (module: PickleDict, path: readonly string[], around: ReadonlySet<PickleDict>): void => {
    if (path.length > maximumDepth || around.has(module)) return;
    takeVisit(path);
    for (const kind of ['_parameters', '_buffers']) {
      for (const [key, item] of entriesOf(module, kind))
        if (item instanceof PickleTensor) arrays.push({ ...item.array, name: [...path, key].join('.') });
    }
    const activation = activationOf(module);
    if (activation !== null) activations[path.join('.') || 'rnn'] = activation;
    for (const [key, item] of entriesOf(module, '_modules'))
      if (isModuleObject(item)) visit(item, [...path, key], new Set([...around, module]));
  };
  visit(root, [], new Set());
  return { arrays, activations };
}

/**
 * Whether a pickled object is a module of a TorchScript archive (torch.jit.save), whose classes stand in the archive's
 * own `__torch__`.
 */
export function isScriptObject(value: PickleValue): value is PickleObject {
  return value instanceof PickleObject && /^__torch__(\.|$)/.test(value.type.module);
}

/**
 * Names a TorchScript module's tensors as its state_dict would: its attributes are tensors, modules, or lists that
 * repeat the tensors.
 */
export function readScriptObject(root: PickleObject): ReadModule {
  const arrays: WeightArray[] = [];
  const visit = (module: PickleObject, path: readonly string[], around: ReadonlySet<PickleObject>): void => {
    if (path.length > maximumDepth || around.has(module)) return;
    takeVisit(path);
    for (const [key, item] of module.entries) {
      if (typeof key !== 'string') continue;
      if (item instanceof PickleTensor) arrays.push({ ...item.array, name: [...path, key].join('.') });
      else if (item !== undefined && isScriptObject(item)) visit(item, [...path, key], new Set([...around, module]));
    }
  };
  visit(root, [], new Set());
  return { arrays, activations: {} };
}

function attribute(object: PickleDict, key: string): PickleValue | undefined {
  return object.entries.get(key);
}

function entriesOf(module: PickleDict, kind: string): readonly (readonly [string, PickleValue])[] {
  const group = attribute(module, kind);
  return group instanceof PickleDict
    ? [...group.entries].flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : []))
    : [];
}

/** nn.RNN says `mode: "RNN_RELU"`, RNNCell and newer RNNs `nonlinearity: "relu"`. */
function activationOf(module: PickleDict): Activation | null {
  const said = [attribute(module, 'mode'), attribute(module, 'nonlinearity')].map((value) =>
    typeof value === 'string' ? value.toLowerCase().replace('rnn_', '') : '',
  );
  return (['tanh', 'relu'] as const).find((name) => said.includes(name)) ?? null;
}

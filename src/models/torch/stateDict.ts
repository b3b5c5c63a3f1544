import { InspectorError } from '../../base/errors';
import { type WeightArray } from '../weightArray';
import { type Activation } from '../../cells/cellWeights';
import { isModuleObject, isScriptObject, readModuleObject, readScriptObject } from './moduleObject';
import { PickleDict, PickleList, PickleObject, PickleTensor, PickleTuple, type PickleValue } from './pickleValue';

/** Keys under which training scripts keep what is no model: optimizer moments and schedules. */
const notModel = /^(optim|optimizer|opt|scheduler|lr_sched|amp|scaler|rng|grad_scaler)/i;
/** Keys that only wrap the state dict. */
const wrappers =
  /^(state_dict|model_state_dict|model_state|model_dict|model|net|network|module|weights|params|parameters|generator|state|ema|model_ema|ema_state_dict)$/i;

/**
 * Keys of a second set of the same weights: averaged, kept from another time, or of a network that follows the first.
 */
const copies =
  /(^|[._-])(ema|swa|avg|averaged?|polyak|best|teacher|target|shadow|last|latest|final|init|initial|prev|previous|old|backup|copy|snapshot|checkpoint|epoch|step)\d*([._-]|$)/i;

interface Found {
  readonly path: readonly string[];
  readonly arrays: readonly WeightArray[];
  readonly activations?: Readonly<Record<string, Activation>>;
}

/** What a checkpoint holds of a model. */
export interface StateDict {
  readonly arrays: readonly WeightArray[];
  /** What a whole pickled module says of its RNNs. */
  readonly activations: Readonly<Record<string, Activation>>;
  readonly notes: readonly string[];
}

/**
 * The tensors of a state dict or of a whole pickled module, wherever in a checkpoint it stands, named by their keys.
 */
export function findStateDict(root: PickleValue): StateDict {
  const found = collect(root).filter(({ arrays }) => arrays.length > 0);
  const recurrent = found.filter(({ arrays }) => arrays.some(({ name }) => /weight_(ih|hh)/.test(name)));
  if (found.length === 0)
    throw new InspectorError(
      'model-unsupported',
      'there are no tensors in it. Save the weights: torch.save(model.state_dict(), path).',
    );
  const chosen = dropCopies(
    recurrent.length > 0
      ? found.filter(({ arrays }) => arrays.some(({ name }) => /weight/.test(name)))
      : found.slice(0, 1),
  );
  const arrays = chosen.flatMap(({ path, arrays: own }) =>
    own.map((array) => ({ ...array, name: [...prefixOf(path, chosen), array.name].join('.') })),
  );
  const dropped = recurrent.filter((each) => !chosen.includes(each)).length;
  const activations = Object.assign({}, ...chosen.map((each) => each.activations ?? {})) as Record<string, Activation>;
  return {
    arrays,
    activations,
    notes:
      dropped > 0
        ? [
            `The checkpoint holds ${recurrent.length} sets of recurrent weights; "${chosen.find((each) => recurrent.includes(each))?.path.join('.') ?? ''}" is shown.`,
          ]
        : [],
  };
}

/** A wrapper's key is left out where one set of weights is all there is. */
function prefixOf(path: readonly string[], chosen: readonly Found[]): readonly string[] {
  return chosen.length === 1
    ? path.filter((key) => !wrappers.test(key))
    : path.filter((key) => !/^(state_dict|model_state_dict)$/i.test(key));
}

/**
 * Averaged copies (EMA) have the names and shapes of the weights themselves, and their key says what they are; the
 * first set counts. Two modules of one kind (an encoder and a decoder) have the same names too, under keys of their
 * own: both are kept.
 */
function dropCopies(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(({ path, arrays }) => {
    const key = arrays.map(({ name, shape }) => `${name} ${shape.join(' ')}`).join('\n');
    const isCopy = seen.has(key) && path.some((part) => wrappers.test(part) || copies.test(part));
    seen.add(key);
    return !isCopy;
  });
}

function collect(root: PickleValue): readonly Found[] {
  const found: Found[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: readonly string[]): void => {
    if (
      !(value instanceof PickleDict || value instanceof PickleList || value instanceof PickleTuple) ||
      seen.has(value) ||
      path.length > 60
    )
      return;
    seen.add(value);
    if (isScriptObject(value)) {
      found.push({ path, ...readScriptObject(value) });
      return;
    }
    if (isModuleObject(value)) {
      found.push({ path, ...readModuleObject(value) });
      return;
    }
    const place = found.length;
    const arrays: WeightArray[] = [];
    for (const [key, item] of childrenOf(value)) {
      if (item instanceof PickleTensor) arrays.push({ ...item.array, name: key });
      else if (!notModel.test(key)) visit(item, [...path, key]);
    }
    if (arrays.length > 0) found.splice(place, 0, { path, arrays });
  };
  visit(root, []);
  return found.sort((a, b) => Number(/ema/i.test(a.path.join('.'))) - Number(/ema/i.test(b.path.join('.'))));
}

function childrenOf(value: PickleDict | PickleList | PickleTuple): readonly (readonly [string, PickleValue])[] {
  const named =
    value instanceof PickleDict
      ? [...value.entries].map(([key, item]) => [typeof key === 'object' ? '?' : String(key), item] as const)
      : [];
  const listed =
    value instanceof PickleDict && !(value instanceof PickleObject)
      ? []
      : value.items.map((item, index) => [String(index), item] as const);
  return [...named, ...listed];
}

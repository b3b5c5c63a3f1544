import { InspectorError } from '../../base/errors';
import { type WeightArray } from '../weightArray';
import { PickleDict, PickleList, PickleTensor, PickleTuple, type PickleValue } from './pickleValue';

/** Keys under which training scripts keep what is no model: optimizer moments and schedules. */
const notModel = /^(optim|optimizer|opt|scheduler|lr_sched|amp|scaler|rng|grad_scaler)/i;
/** Keys that only wrap the state dict. */
const wrappers = /^(state_dict|model_state_dict|model_state|model_dict|model|net|network|module|weights|params|parameters|generator|state|ema|model_ema|ema_state_dict)$/i;

interface Found {
  readonly path: readonly string[];
  readonly arrays: readonly WeightArray[];
}

/** The tensors of a state dict, wherever in a checkpoint it stands, named by their keys. */
export function findStateDict(root: PickleValue): { readonly arrays: readonly WeightArray[]; readonly notes: readonly string[] } {
  const found = collect(root).filter(({ arrays }) => arrays.length > 0);
  const recurrent = found.filter(({ arrays }) => arrays.some(({ name }) => /weight_(ih|hh)/.test(name)));
  if (found.length === 0) throw new InspectorError('model-unsupported', 'there are no tensors in it. Save the weights: torch.save(model.state_dict(), path).');
  const chosen = dropCopies(recurrent.length > 0 ? found.filter(({ arrays }) => arrays.some(({ name }) => /weight/.test(name))) : found.slice(0, 1));
  const arrays = chosen.flatMap(({ path, arrays: own }) => own.map((array) => ({ ...array, name: [...prefixOf(path, chosen), array.name].join('.') })));
  const dropped = found.length - chosen.length;
  return { arrays, notes: dropped > 0 ? [`The checkpoint holds ${found.length} sets of weights; "${chosen[0]?.path.join('.') ?? ''}" is shown.`] : [] };
}

/** A wrapper's key is left out where one set of weights is all there is. */
function prefixOf(path: readonly string[], chosen: readonly Found[]): readonly string[] {
  return chosen.length === 1 ? path.filter((key) => !wrappers.test(key)) : path.filter((key) => !/^(state_dict|model_state_dict)$/i.test(key));
}

/** Averaged copies (EMA) have the same keys as the weights themselves; the first set counts. */
function dropCopies(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(({ arrays }) => {
    const key = arrays.map(({ name }) => name).join('\n');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function collect(root: PickleValue): readonly Found[] {
  const found: Found[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: readonly string[]): void => {
    if (!(value instanceof PickleDict || value instanceof PickleList || value instanceof PickleTuple) || seen.has(value) || path.length > 60) return;
    seen.add(value);
    const arrays: WeightArray[] = [];
    for (const [key, item] of childrenOf(value)) {
      if (notModel.test(key)) continue;
      if (item instanceof PickleTensor) arrays.push({ ...item.array, name: key });
      else visit(item, [...path, key]);
    }
    if (arrays.length > 0) found.unshift({ path, arrays });
  };
  visit(root, []);
  return found.sort((a, b) => Number(/ema/i.test(a.path.join('.'))) - Number(/ema/i.test(b.path.join('.'))));
}

function childrenOf(value: PickleDict | PickleList | PickleTuple): readonly (readonly [string, PickleValue])[] {
  if (value instanceof PickleDict) return [...value.entries].map(([key, item]) => [typeof key === 'object' ? '?' : String(key), item]);
  return value.items.map((item, index) => [String(index), item]);
}

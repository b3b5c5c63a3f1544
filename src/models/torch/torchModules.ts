import { joinParts } from './reparametrised';
import { type WeightArray } from '../weightArray';

/** The tensors of one module of a state dict, by what follows its prefix. */
export interface TorchModule {
  /** The prefix without its last dot; may be empty. */
  readonly name: string;
  readonly arrays: ReadonlyMap<string, WeightArray>;
}

/** A Linear, or an embedding's table: one matrix [rows, columns]. */
export interface TorchMatrix {
  readonly name: string;
  readonly weight: WeightArray;
  readonly bias?: WeightArray;
  /** N of a Linear, V of an embedding. */
  readonly rows: number;
  /** Input width of a Linear, D of an embedding. */
  readonly columns: number;
}

/** A state dict by modules, in the order of the file. */
export interface TorchModules {
  readonly recurrent: readonly TorchModule[];
  readonly matrices: readonly TorchMatrix[];
  /** Names of modules that are none of these: convolutions, norms, attention. */
  readonly others: readonly string[];
  /** The index of each module's first tensor in the file. */
  readonly places: ReadonlyMap<string, number>;
  /** The file sorts its names, so that their places say nothing. */
  readonly isSorted: boolean;
}

const recurrentName = /^(?:(.*)\.)?((?:weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l\d+)?(?:_reverse)?)(_raw)?$/;

/** Takes the wrappers of DataParallel, torch.compile and fastai's WeightDropout out of a name. */
function plainName(name: string): string {
  return name.replace(/^(?:module\.|_orig_mod\.)+/, '').replace(/\.module\.(?=(weight|bias)_)/, '.');
}

/** Sorts a state dict's tensors into modules. */
export function sortModules(arrays: readonly WeightArray[], isSorted: boolean): TorchModules {
  const recurrent = new Map<string, Map<string, WeightArray>>();
  const plain = new Map<string, Map<string, WeightArray>>();
  const places = new Map<string, number>();
  joinParts(arrays).forEach((array, place) => {
    const name = plainName(array.name);
    const match = recurrentName.exec(name);
    const dot = name.lastIndexOf('.');
    const owner = match === null ? name.slice(0, Math.max(0, dot)) : (match[1] ?? '');
    if (!places.has(owner)) places.set(owner, place);
    if (match === null) {
      addTo(plain, dot < 0 ? '' : name.slice(0, dot), name.slice(dot + 1), array);
      return;
    }
    const [, prefix = '', key = '', raw] = match;
    // fastai keeps the trained matrix as `_raw` beside one that dropout has thinned.
    if (raw !== undefined || !(recurrent.get(prefix)?.has(key) ?? false)) addTo(recurrent, prefix, key, array);
  });
  return {
    recurrent: [...recurrent].map(([name, own]) => ({ name, arrays: own })),
    ...sortPlain(plain),
    places,
    isSorted,
  };
}

function addTo(
  ...[modules, prefix, key, array]: [Map<string, Map<string, WeightArray>>, string, string, WeightArray]
): void {
  const own = modules.get(prefix) ?? new Map<string, WeightArray>();
  own.set(key, array);
  modules.set(prefix, own);
}

function sortPlain(
  plain: ReadonlyMap<string, ReadonlyMap<string, WeightArray>>,
): Pick<TorchModules, 'matrices' | 'others'> {
  const matrices: TorchMatrix[] = [];
  const others: string[] = [];
  for (const [name, arrays] of plain) {
    const weight = arrays.get('weight');
    const bias = arrays.get('bias');
    const names = [...arrays.keys()];
    const isMatrix = weight?.shape.length === 2 && names.every((key) => key === 'weight' || key === 'bias');
    if (isMatrix && (bias === undefined || (bias.shape.length === 1 && bias.shape[0] === weight.shape[0]))) {
      matrices.push({
        name,
        weight,
        rows: weight.shape[0] ?? 0,
        columns: weight.shape[1] ?? 0,
        ...(bias === undefined ? {} : { bias }),
      });
    } else if ([...arrays.values()].some(({ shape }) => shape.length > 0)) {
      others.push(name === '' ? names.join(', ') : name);
    }
  }
  return { matrices, others };
}

import { type WeightArray } from '../weightArray';

/** How a file names the two parts of which a weight is made. */
interface Split {
  readonly first: RegExp;
  readonly second: (base: string) => string;
  readonly join: (first: WeightArray, second: WeightArray) => WeightArray;
}

const splits: readonly Split[] = [
  { first: /^(.*)_g$/, second: (base) => `${base}_v`, join: scaleRows },
  { first: /^(.*)\.original0$/, second: (base) => `${base}.original1`, join: scaleRows },
  { first: /^(.*)_orig$/, second: (base) => `${base}_mask`, join: multiply },
];

/**
 * Puts weights together that PyTorch keeps in two parts: weight normalisation (w = v g / |v| a row, Salimans and Kingma
 * 2016; `_g` and `_v`, or `parametrizations.NAME.original0` and `original1`) and pruning (`_orig` times `_mask`).
 */
export function joinParts(arrays: readonly WeightArray[]): readonly WeightArray[] {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const used = new Set<WeightArray>();
  const joined = new Map<WeightArray, WeightArray>();
  for (const array of arrays) {
    for (const { first, second, join } of splits) {
      const base = first.exec(array.name)?.[1];
      const other = base === undefined ? undefined : byName.get(second(base));
      if (base === undefined || other === undefined) continue;
      used.add(other);
      joined.set(array, { ...join(array, other), name: base.replace(/(^|\.)parametrizations\.([^.]+)$/, '$1$2') });
    }
  }
  return arrays.flatMap((array) => (used.has(array) ? [] : [joined.get(array) ?? array]));
}

/** g has one length a row of v. */
function scaleRows(length: WeightArray, direction: WeightArray): WeightArray {
  return {
    ...direction,
    read() {
      const [lengths, values] = [length.read(), direction.read()];
      const width = values.length / lengths.length;
      for (let row = 0; row < lengths.length; row++) {
        const own = values.subarray(row * width, (row + 1) * width);
        const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
        own.forEach((value, at) => (own[at] = (value / norm) * (lengths[row] as number)));
      }
      return values;
    },
  };
}

function multiply(weight: WeightArray, mask: WeightArray): WeightArray {
  return {
    ...weight,
    read() {
      const kept = mask.read();
      return weight.read().map((value, at) => value * (kept[at] ?? 1));
    },
  };
}

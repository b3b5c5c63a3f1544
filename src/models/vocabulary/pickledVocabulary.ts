import { PickleDict, PickleList, PickleObject, PickleTuple, type PickleValue } from '../torch/pickleValue';

const deepest = 12;
/** What Keras's Tokenizer is made of; the rest of a pickled one are counts. */
const tokenizerKeys = ['word_index', 'num_words', 'oov_token', 'lower', 'filters', 'char_level'];

/**
 * A pickle as JSON would hold it: dicts as objects, lists and tuples as lists; a pickled Keras Tokenizer as its
 * to_json() writes it. A set, which has no order, whatever is no data, and what stands in it a second time (so that a
 * small file cannot unfold into a large one) becomes null.
 */
export function plainOf(value: PickleValue | undefined, seen = new Set<PickleValue>(), depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === undefined || value === null || depth > deepest || seen.has(value)) return null;
  seen.add(value);
  const of = (item: PickleValue): unknown => plainOf(item, seen, depth + 1);
  if (value instanceof PickleTuple) return value.items.map(of);
  if (value instanceof PickleList) return value.isSet ? null : value.items.map(of);
  if (!(value instanceof PickleDict)) return null;
  if (value instanceof PickleObject && value.items.length > 0 && value.entries.size === 0) return value.items.map(of);
  const object = objectOf(value, of);
  if (!(value instanceof PickleObject && value.type.name === 'Tokenizer')) return object;
  return { class_name: 'Tokenizer', config: pick(object, tokenizerKeys) };
}

function objectOf({ entries }: PickleDict, of: (item: PickleValue) => unknown): Readonly<Record<string, unknown>> {
  const named = [...entries].filter(([key]) => typeof key === 'string' || typeof key === 'number');
  return Object.fromEntries(named.map(([key, item]) => [String(key), of(item)]));
}

function pick(object: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(object, key) ? [[key, object[key]]] : [])));
}

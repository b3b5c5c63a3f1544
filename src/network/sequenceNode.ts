/**
 * The vectors that ids stand for: rows of an embedding [V, D], or one-hot vectors of width V = D where `rows` is
 * absent.
 */
export interface TokenTable {
  readonly vocabularySize: number;
  readonly rows?: Float32Array;
}

/** How much of a sequence is the same as in the reading before an edit: steps at its beginning and at its end. */
export interface Unchanged {
  readonly prefix: number;
  readonly suffix: number;
}

export const nothingUnchanged: Unchanged = { prefix: 0, suffix: 0 };

/**
 * A sequence of vectors somewhere in a model, in text order. It is computed when asked for, so that no stage needs to
 * keep all of its values: what is behind a node asks it for the rows it needs.
 */
export interface SequenceNode {
  readonly steps: number;
  readonly width: number;
  /** Rows [from, to), [to - from, width]; a fresh array. */
  rows(from: number, to: number): Float32Array;
  /** Where the rows stand for tokens: their ids, so that a layer can pick rows of a table. */
  readonly tokens?: { readonly ids: Int32Array; readonly table: TokenTable };
  /** 1 where a step counts, 0 where later recurrent stages skip it; absent where every step counts. */
  readonly mask?: Uint8Array;
  readonly unchanged: Unchanged;
  /** Row t depends on nothing behind t, so that it is the same whatever follows. */
  readonly isCausal: boolean;
}

/** Vectors given from outside, [T, width]. */
export function createValuesNode(data: Float32Array, width: number, unchanged: Unchanged): SequenceNode {
  const steps = width === 0 ? 0 : data.length / width;
  return { steps, width, unchanged, isCausal: true, rows: (from, to) => data.slice(from * width, to * width) };
}

/** Ids as vectors of width 1, for a model that feeds bare ids to its first layer. */
export function createIdNode(ids: Int32Array, unchanged: Unchanged): SequenceNode {
  return {
    steps: ids.length,
    width: 1,
    unchanged,
    isCausal: true,
    rows: (from, to) => Float32Array.from(ids.subarray(from, to)),
  };
}

/** How many elements two lists have in common at their beginning and at their end, counted in groups of `width`. */
export function findUnchanged(before: ArrayLike<number>, after: ArrayLike<number>, width = 1): Unchanged {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && Object.is(before[prefix], after[prefix])) prefix++;
  let suffix = 0;
  while (suffix < shorter && Object.is(before[before.length - 1 - suffix], after[after.length - 1 - suffix])) suffix++;
  return { prefix: Math.floor(prefix / width), suffix: Math.floor(suffix / width) };
}

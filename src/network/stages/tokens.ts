import { type EmbeddingStage, type OneHotStage } from '../recurrentModel';
import { backUnchanged, type ReferenceNode } from '../referenceNode';
import { type SequenceNode, type TokenTable, type Unchanged } from '../sequenceNode';

/** A stage that makes vectors of token ids. */
export type TokenStage = EmbeddingStage | OneHotStage;

/** Rows of an embedding, or one-hot vectors, by token ids. */
export function createTokenNode(ids: Int32Array, stage: TokenStage, unchanged: Unchanged): SequenceNode {
  const table: TokenTable =
    stage.kind === 'embedding'
      ? { vocabularySize: stage.vocabularySize, rows: stage.table }
      : { vocabularySize: stage.width };
  const { width } = stage;
  return {
    steps: ids.length,
    width,
    unchanged,
    isCausal: true,
    tokens: { ids, table },
    ...maskOf(ids, stage),
    rows: (from, to) => {
      const rows = new Float32Array((to - from) * width);
      for (let t = from; t < to; t++) {
        const id = ids[t] ?? -1;
        if (id < 0 || id >= table.vocabularySize) continue;
        if (table.rows) rows.set(table.rows.subarray(id * width, (id + 1) * width), (t - from) * width);
        else rows[(t - from) * width + id] = 1;
      }
      return rows;
    },
  };
}

/** The same in float64; gradients end here. */
export function createTokenReference(ids: Int32Array, stage: TokenStage): ReferenceNode {
  const { width } = stage;
  const row = (t: number): Float64Array => {
    const id = ids[t] as number;
    const vector = new Float64Array(width);
    if (stage.kind === 'oneHot') vector[id] = 1;
    else vector.set(stage.table.subarray(id * width, (id + 1) * width));
    return vector;
  };
  return { steps: ids.length, width, row, back: backUnchanged, ...maskOf(ids, stage) };
}

/** Keras mask_zero: id 0 is padding. */
function maskOf(ids: Int32Array, stage: TokenStage): { readonly mask?: Uint8Array } {
  if (stage.kind !== 'embedding' || stage.maskZero !== true) return {};
  return { mask: Uint8Array.from(ids, (id) => (id === 0 ? 0 : 1)) };
}

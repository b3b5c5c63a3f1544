import { type MaskingStage } from '../recurrentModel';
import { backUnchanged, type ReferenceNode } from '../referenceNode';
import { type SequenceNode } from '../sequenceNode';

const blockSteps = 1024;

/** Keras Masking: a step counts unless its whole vector equals the value. */
export function createMaskingNode(node: SequenceNode, { value }: MaskingStage): SequenceNode {
  const { width } = node;
  const mask = new Uint8Array(node.steps);
  for (let from = 0; from < node.steps; from += blockSteps) {
    const to = Math.min(from + blockSteps, node.steps);
    const rows = node.rows(from, to);
    for (let t = from; t < to; t++) mask[t] = counts(rows.subarray((t - from) * width, (t - from + 1) * width), value);
  }
  return { ...node, mask };
}

/** The same in float64. */
export function createMaskingReference(node: ReferenceNode, { value }: MaskingStage): ReferenceNode {
  const mask = Uint8Array.from({ length: node.steps }, (_, t) => counts(node.row(t), value));
  return { ...node, mask, back: backUnchanged };
}

function counts(row: Float32Array | Float64Array, value: number): number {
  return row.some((x: number) => x !== value) ? 1 : 0;
}

import { type Pointer } from './loadKernels';

// The fields of assembly/sequence.ts, in their order.
const fields = [
  'steps', 'batch', 'units', 'row', 'activation', 'recurrentActivation', 'resetAfter',
  'gates', 'gateStride', 'gatesRow', 'c', 'hIn', 'h', 'mask', 'recurrent', 'recurrentBias', 'y',
  'dh', 'dc', 'dy', 'dz', 'transposed', 'transposedCandidate', 'zeros', 'scratch', 'dhOut', 'dcOut',
] as const;

/** What the sequence kernels are told: sizes, codes and addresses; what is left out is 0. */
export type SequencePlan = Readonly<Partial<Record<(typeof fields)[number], number>>>;

/** Bytes of a written plan. */
export const planBytes = fields.length * 4;

/** Writes a plan to memory as assembly/sequence.ts reads it. */
export function writePlan(memory: WebAssembly.Memory, at: Pointer, plan: SequencePlan): void {
  new Uint32Array(memory.buffer, at, fields.length).set(fields.map((field) => plan[field] ?? 0));
}

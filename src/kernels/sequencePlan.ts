import { type Pointer } from './loadKernels';

// The fields of assembly/sequence.ts, in their order.
const fields = [
  'steps',
  'batch',
  'units',
  'row',
  'activation',
  'recurrentActivation',
  'resetAfter',
  'gates',
  'gateStride',
  'gatesRow',
  'z',
  'zRow',
  'ids',
  'table',
  'tableRow',
  'tokens',
  'c',
  'hIn',
  'h',
  'mask',
  'recurrent',
  'recurrentBias',
  'y',
  'dh',
  'dc',
  'dy',
  'dz',
  'transposed',
  'transposedCandidate',
  'zeros',
  'scratch',
  'dhOut',
  'dcOut',
  'begin',
  'end',
  'stepRows',
] as const;

/**
 * What the sequence kernels are told: sizes, codes and addresses; what is left out is 0, but `end` is `steps` and
 * `stepRows` is `batch`.
 */
export type SequencePlan = Readonly<Partial<Record<(typeof fields)[number], number>>>;

/** Bytes of a written plan. */
export const planBytes = fields.length * 4;

/** Writes a plan to memory as assembly/sequence.ts reads it. */
export function writePlan(memory: WebAssembly.Memory, at: Pointer, plan: SequencePlan): void {
  const usual: SequencePlan = { end: plan.steps ?? 0, stepRows: plan.batch ?? 0 };
  new Uint32Array(memory.buffer, at, fields.length).set(fields.map((field) => plan[field] ?? usual[field] ?? 0));
}

/** Changes which steps of a written plan the next call runs. */
export function limitPlan(memory: WebAssembly.Memory, at: Pointer, [begin, end]: readonly [number, number]): void {
  new Uint32Array(memory.buffer, at + fields.indexOf('begin') * 4, 2).set([begin, end]);
}

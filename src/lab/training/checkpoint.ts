import { InspectorError } from '../../base/errors';
import { type ValidatedEvent as Validated } from '../../trace/lab/trainingEvents';
import { isValidated } from '../../trace/lab/isTrainingEvent';
import { type NamedArray } from './network/networkShape';

/** Everything that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly seconds: number;
  /** A lab file of other contents cannot go on from here. */
  readonly settingsKey: string;
  readonly history: readonly Validated[];
  readonly stale: number;
  readonly bestStep: number;
  readonly weights: readonly NamedArray[];
  readonly slots: readonly (readonly Float32Array[])[];
  readonly best: readonly NamedArray[];
  /** States carried from batch to batch, a layer each: h, and c of an LSTM. */
  readonly states: readonly NamedArray[];
}

interface Header extends Omit<Checkpoint, 'weights' | 'slots' | 'best' | 'states'> {
  readonly version: 1;
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly slotsEach: number;
  readonly stateNames: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

const magic = 0x4c53544d; // 'LSTM'

/** One file: magic, length of the JSON header, header, then float32 arrays: weights, slots, best weights, states. */
export function packCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { weights, slots, best, states, ...rest } = checkpoint;
  const sizes = (arrays: readonly NamedArray[]) => arrays.map(({ name, shape }) => ({ name, shape }));
  const header: Header = {
    version: 1,
    ...rest,
    arrays: sizes(weights),
    slotsEach: slots[0]?.length ?? 0,
    stateNames: sizes(states),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const parts = [
    ...weights.map(({ data }) => data),
    ...slots.flat(),
    ...best.map(({ data }) => data),
    ...states.map(({ data }) => data),
  ];
  const start = 8 + Math.ceil(json.length / 4) * 4;
  const bytes = new Uint8Array(start + parts.reduce((sum, part) => sum + part.byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, json.length);
  bytes.set(json, 8);
  let at = start;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** Reads what {@link packCheckpoint} wrote; a torn or foreign file throws `data-invalid`. */
export function unpackCheckpoint(bytes: Uint8Array): Checkpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0) !== magic) throw damaged();
  const length = view.getUint32(4);
  const { version: _, arrays, slotsEach, stateNames, ...rest } = parseHeader(bytes.subarray(8, 8 + length));
  let at = 8 + Math.ceil(length / 4) * 4;
  const take = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): NamedArray => {
    const size = 4 * shape.reduce((product, each) => product * each, 1);
    if (at + size > bytes.length) throw damaged();
    const data = new Float32Array(size / 4);
    new Uint8Array(data.buffer).set(bytes.subarray(at, at + size));
    at += size;
    return { name, shape, data };
  };
  const weights = arrays.map(take);
  const slots = arrays.map((array) => Array.from({ length: slotsEach }, () => take(array).data));
  return { ...rest, weights, slots, best: arrays.map(take), states: stateNames.map(take) };
}

function parseHeader(bytes: Uint8Array): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged(cause);
  }
  if (!isHeader(header)) throw damaged();
  return header;
}

/** Whether a header has what a run goes on with: a damaged disk or another program may have left anything. */
function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { version, step, seconds, settingsKey, history, stale, bestStep, arrays, slotsEach, stateNames } =
    value as Partial<Record<keyof Header, unknown>>;
  return (
    version === 1 &&
    [step, stale, bestStep, slotsEach].every(isCount) &&
    typeof seconds === 'number' &&
    typeof settingsKey === 'string' &&
    Array.isArray(history) &&
    history.every(isValidated) &&
    Number(slotsEach) <= 4 &&
    [arrays, stateNames].every((list) => Array.isArray(list) && list.every(isSized))
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSized(value: unknown): boolean {
  const { name, shape } = (value ?? {}) as Partial<NamedArray>;
  return typeof name === 'string' && Array.isArray(shape) && shape.every(isCount);
}

function damaged(cause?: unknown): InspectorError {
  return new InspectorError(
    'data-invalid',
    'The checkpoint, checkpoint.bin in the folder of the results, is damaged; delete it to start again.',
    { cause },
  );
}

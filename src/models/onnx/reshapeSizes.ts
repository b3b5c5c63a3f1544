import { listOf, type OnnxScope } from './constants';
import { normalAxis } from './constantOperations';
import { type OnnxNode } from './onnxProto';

/** What stands along an axis: steps, batch, directions, features, or one entry. */
export type Axis = 'T' | 'B' | 'K' | 'F' | '1';

/**
 * A size that a Reshape asks for: a number (the batch counts as one sequence), the steps, -1 for what is left, null
 * where it cannot be known.
 */
export type Size = number | 'T' | null;

/** The value that a Reshape changes. */
export interface Reshaped {
  readonly scope: OnnxScope;
  /** The value's name. */
  readonly value: string;
  readonly axes: readonly Axis[];
  /** Features at its end. */
  readonly width: number;
}

/** What a Reshape does to a sequence: every step keeps its vector, all steps become one vector, or we cannot tell. */
export type ReshapeRole =
  { readonly kind: 'rows'; readonly axes: readonly Axis[] } | { readonly kind: 'flatten' } | null;

/**
 * The usual roles of Reshape behind a recurrent node: directions and units become one axis of features; steps and batch
 * become one axis of rows or come apart again; all steps of a sequence become one vector.
 */
export function roleOfReshape(node: OnnxNode, reshaped: Reshaped): ReshapeRole {
  const { axes, width } = reshaped;
  const wanted = wantedSizes(node, reshaped);
  const last = wanted?.at(-1);
  if (wanted === null || last === undefined || last === 'T') return null;
  const front = wanted.slice(0, -1);
  const kept: readonly Axis[] = axes.filter((axis) => axis !== 'K' && axis !== '1' && axis !== 'F');
  const rows = { kind: 'rows', axes: [...placeRows(front, kept), 'F'] } as const;
  if (last === width) return rows;
  if (!kept.includes('T')) return last === -1 || (last === null && front.every((size) => size === 1)) ? rows : null;
  const isLarger = typeof last === 'number' && last > width && last % width === 0;
  if (isLarger) return { kind: 'flatten' };
  if (last !== -1 || front.includes(null)) return null;
  return front.some((size) => size === 'T' || (typeof size === 'number' && size > 1)) ? rows : { kind: 'flatten' };
}

/** Steps (and batch) over as many axes as a Reshape asks for. */
function placeRows(front: readonly Size[], kept: readonly Axis[]): readonly Axis[] {
  const said = front.indexOf('T');
  if (said >= 0) return front.map((_, at) => (at === said ? 'T' : '1'));
  if (front.length === kept.length) return kept;
  if (!kept.includes('T')) return front.map((_, at) => (at === 0 ? 'B' : '1'));
  const steps = front.findLastIndex((size) => size !== 1);
  return front.map((_, at) => (at === (steps < 0 ? front.length - 1 : steps) ? 'T' : '1'));
}

function wantedSizes(node: OnnxNode, reshaped: Reshaped): readonly Size[] | null {
  const { scope, axes, width } = reshaped;
  const shape = node.inputs[1] ?? '';
  const whole = listOf(node, 'shape', scope.constant(shape));
  const maker = scope.producer(shape);
  const sizes =
    whole ?? (maker?.operation === 'Concat' ? maker.inputs.flatMap((input) => partOf(input, reshaped)) : null);
  // 0 keeps the size that stands there.
  return sizes?.map((size, at) => (size !== 0 ? size : axes[at] === 'T' ? 'T' : axes[at] === 'F' ? width : 1)) ?? null;
}

function partOf(name: string, reshaped: Reshaped): readonly Size[] {
  const value = reshaped.scope.constant(name);
  return value === null ? [sizeOf(name, reshaped, 0)] : Array.from(value.data);
}

const passing: readonly string[] = ['Unsqueeze', 'Squeeze', 'Cast', 'Identity', 'Reshape'];

/** One size that was taken from the value's own Shape, or the product of two of them. */
function sizeOf(name: string, reshaped: Reshaped, depth: number): Size {
  const node = reshaped.scope.producer(name);
  const [data = '', other = ''] = node?.inputs ?? [];
  if (node === undefined || depth > 40) return null;
  if (passing.includes(node.operation)) return sizeOf(data, reshaped, depth + 1);
  if (node.operation === 'Mul')
    return productOf(...([data, other].map((each) => sizeOrNumber(each, reshaped, depth + 1)) as [Size, Size]));
  const place =
    node.operation === 'Gather'
      ? reshaped.scope.constant(other)
      : node.operation === 'Slice'
        ? startOf(node, reshaped.scope)
        : null;
  const shape = reshaped.scope.producer(data);
  if (place?.data.length !== 1 || shape?.operation !== 'Shape' || shape.inputs[0] !== reshaped.value) return null;
  const axis = reshaped.axes[normalAxis(place.data[0] ?? 0, reshaped.axes.length)];
  if (axis === 'K') return null;
  return axis === 'T' ? 'T' : axis === 'F' ? reshaped.width : 1;
}

function sizeOrNumber(name: string, reshaped: Reshaped, depth: number): Size {
  const value = reshaped.scope.constant(name);
  return value?.data.length === 1 ? (value.data[0] ?? null) : sizeOf(name, reshaped, depth);
}

function productOf(one: Size, other: Size): Size {
  if (one === 1) return other;
  if (other === 1) return one;
  return typeof one === 'number' && typeof other === 'number' ? one * other : null;
}

/** The start of a Slice that takes one entry. */
function startOf(node: OnnxNode, scope: OnnxScope): { readonly data: ArrayLike<number> } | null {
  const [starts, ends] = [
    listOf(node, 'starts', scope.constant(node.inputs[1])),
    listOf(node, 'ends', scope.constant(node.inputs[2])),
  ];
  const [start, end] = [starts?.[0], ends?.[0]];
  return start !== undefined && end !== undefined && (end - start === 1 || (start === -1 && end > 1e9))
    ? { data: [start] }
    : null;
}

import { type FloatArray } from './scalarActivation';

/** A block of a row-major matrix: entry (r, k) is `data[offset + r * stride + k]`. */
export interface Block<A extends FloatArray = FloatArray> {
  readonly data: A;
  readonly offset: number;
  readonly stride: number;
}

/** Extent of a product; with `add` it is added to what the result holds. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly add: boolean;
}

/** out[r, n] (+)= sum over k < depth of left[r, k] * right[n, k], for r < rows and n < columns. */
export type RowProduct = (left: Block<Float64Array>, right: Block, out: Block<Float64Array>, size: ProductSize) => void;

let registered: RowProduct | undefined;

/** Makes a product the one that backpropagation uses where none is named; the kernels register theirs. */
export function registerRowProduct(product: RowProduct): void {
  registered = product;
}

/** The registered product, or the plain one. */
export function usualRowProduct(): RowProduct {
  return registered ?? multiplyRows;
}

/** The plain {@link RowProduct} in float64: the rows of both sides are read in order, one or two by four at a time. */
export const multiplyRows: RowProduct = (left, right, out, size) => {
  const { rows, columns } = size;
  for (let n = 0; n + 4 <= columns; n += 4) {
    let r = 0;
    for (; r + 2 <= rows; r += 2) tileOfTwo(left, right, out, { r, n, depth: size.depth, add: size.add });
    if (r < rows) tileOfOne(left, right, out, { r, n, depth: size.depth, add: size.add });
  }
  for (let n = columns - (columns % 4); n < columns; n++) {
    for (let r = 0; r < rows; r++) single(left, right, out, { r, n, depth: size.depth, add: size.add });
  }
};

interface Place {
  readonly r: number;
  readonly n: number;
  readonly depth: number;
  readonly add: boolean;
}

function single(left: Block<Float64Array>, right: Block, out: Block<Float64Array>, { r, n, depth, add }: Place): void {
  const a0 = left.offset + r * left.stride;
  const b0 = right.offset + n * right.stride;
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += (left.data[a0 + k] as number) * (right.data[b0 + k] as number);
  const to = out.offset + r * out.stride + n;
  out.data[to] = add ? (out.data[to] as number) + sum : sum;
}

function tileOfOne(
  left: Block<Float64Array>,
  right: Block,
  out: Block<Float64Array>,
  { r, n, depth, add }: Place,
): void {
  const a = left.data;
  const b = right.data;
  const a0 = left.offset + r * left.stride;
  const b0 = right.offset + n * right.stride;
  const b1 = b0 + right.stride;
  const b2 = b1 + right.stride;
  const b3 = b2 + right.stride;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < depth; k++) {
    const x = a[a0 + k] as number;
    s0 += x * (b[b0 + k] as number);
    s1 += x * (b[b1 + k] as number);
    s2 += x * (b[b2 + k] as number);
    s3 += x * (b[b3 + k] as number);
  }
  const to = out.offset + r * out.stride + n;
  const y = out.data;
  y[to] = add ? (y[to] as number) + s0 : s0;
  y[to + 1] = add ? (y[to + 1] as number) + s1 : s1;
  y[to + 2] = add ? (y[to + 2] as number) + s2 : s2;
  y[to + 3] = add ? (y[to + 3] as number) + s3 : s3;
}

function tileOfTwo(
  left: Block<Float64Array>,
  right: Block,
  out: Block<Float64Array>,
  { r, n, depth, add }: Place,
): void {
  const a = left.data;
  const b = right.data;
  const a0 = left.offset + r * left.stride;
  const a1 = a0 + left.stride;
  const b0 = right.offset + n * right.stride;
  const b1 = b0 + right.stride;
  const b2 = b1 + right.stride;
  const b3 = b2 + right.stride;
  let [s0, s1, s2, s3, u0, u1, u2, u3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < depth; k++) {
    const x = a[a0 + k] as number;
    const z = a[a1 + k] as number;
    const [c0, c1, c2, c3] = [b[b0 + k] as number, b[b1 + k] as number, b[b2 + k] as number, b[b3 + k] as number];
    s0 += x * c0;
    s1 += x * c1;
    s2 += x * c2;
    s3 += x * c3;
    u0 += z * c0;
    u1 += z * c1;
    u2 += z * c2;
    u3 += z * c3;
  }
  const to = out.offset + r * out.stride + n;
  const below = to + out.stride;
  const y = out.data;
  y[to] = add ? (y[to] as number) + s0 : s0;
  y[to + 1] = add ? (y[to + 1] as number) + s1 : s1;
  y[to + 2] = add ? (y[to + 2] as number) + s2 : s2;
  y[to + 3] = add ? (y[to + 3] as number) + s3 : s3;
  y[below] = add ? (y[below] as number) + u0 : u0;
  y[below + 1] = add ? (y[below + 1] as number) + u1 : u1;
  y[below + 2] = add ? (y[below + 2] as number) + u2 : u2;
  y[below + 3] = add ? (y[below + 3] as number) + u3 : u3;
}

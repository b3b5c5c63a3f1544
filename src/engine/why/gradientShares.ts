import { differentiate, stepsOf } from './network';
import { type ComputeShares, sumFromNothing, type WhySubject } from './shareMethod';

/** The Euclidean norm of d (v . z) / d x of every token: how sensitive the answer is to it, without a sign. */
export const sensitivity: ComputeShares = function* (subject) {
  const { network, reading, quantity } = subject;
  return { shares: normsOf(yield* differentiate(network, reading, quantity.v), network.width), sum: null };
};

/** The norm of the gradient of the answer's logit alone: what the editor's sensitivity shows. */
export function* sensitivityOfAnswer(subject: WhySubject): Generator<void, Float64Array> {
  const { network, reading, quantity } = subject;
  // Of a single sigmoid unit that says no, v is -1: the norm is that of its logit all the same.
  const one = quantity.v.some((weight) => weight > 0) ? quantity.v.map((weight) => Math.max(0, weight)) : quantity.v;
  return normsOf(yield* differentiate(network, reading, one), network.width);
}

/** x . d (v . z) / d x of every token: the first term of v . z around the zero vectors. */
export const gradientTimesInput: ComputeShares = function* (subject) {
  const { network, reading, quantity, vectors } = subject;
  const gradient = yield* differentiate(network, reading, quantity.v);
  const shares = dotRows(gradient, vectors.data, network.width);
  return { shares, sum: sumFromNothing(subject, shares) };
};

/** gradient_t . x_t of every row, [T]. */
export function dotRows(gradient: Float64Array, x: Float64Array, width: number): Float64Array {
  const shares = new Float64Array(x.length / width);
  for (let k = 0; k < x.length; k++) {
    const t = Math.floor(k / width);
    shares[t] = (shares[t] as number) + (gradient[k] as number) * (x[k] as number);
  }
  return shares;
}

function normsOf(gradient: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: stepsOf({ data: gradient, width }) }, (_, t) => {
    const row = gradient.subarray(t * width, (t + 1) * width);
    const most = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return most === 0 ? 0 : most * Math.sqrt(row.reduce((sum, value) => sum + (value / most) ** 2, 0));
  });
}

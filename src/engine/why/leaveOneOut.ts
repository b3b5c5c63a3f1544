import { unknownVector } from './baselines';
import { readVectors, stepsOf } from './network';
import { valueOf } from './quantity';
import { readWithout } from './removal';
import { type ComputeShares, sumFromNothing, sumOf } from './shareMethod';

/**
 * v . z(x) - v . z(x without token t): the text gets shorter by one. Of a text of one token the state before it is
 * left.
 */
export const leaveOneOut: ComputeShares = function* (subject) {
  const { vectors, quantity, value } = subject;
  const shares = new Float64Array(stepsOf(vectors));
  for (let t = 0; t < shares.length; t++) {
    yield t / shares.length;
    const rest = yield* readWithout(subject, new Set([t]));
    shares[t] = rest === null ? NaN : value - valueOf(quantity, rest.logits);
  }
  return { shares, sum: sumFromNothing(subject, shares) };
};

/** v . z(x) - v . z(x with the unknown token in place of token t). */
export const replaceUnknown: ComputeShares = function* (subject) {
  const { network, vectors, quantity, value } = subject;
  const unknown = unknownVector(network);
  const { width } = network;
  const shares = new Float64Array(stepsOf(vectors));
  const all = vectors.data.slice();
  for (let t = 0; t < shares.length; t++) {
    yield t / shares.length;
    const data = vectors.data.slice();
    data.set(unknown, t * width);
    all.set(unknown, t * width);
    const { logits } = yield* readVectors(network, { ...vectors, data });
    shares[t] = value - valueOf(quantity, logits);
  }
  const start = valueOf(quantity, (yield* readVectors(network, { ...vectors, data: all })).logits);
  return { shares, sum: { sum: sumOf(shares), of: value - start, start, from: 'unknown tokens only' } };
};

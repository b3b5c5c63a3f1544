import { type PoolStage } from '../../network/recurrentModel';

type How = PoolStage['how'];

/**
 * The steps that a pool over [0, end) looks at, ascending; Keras's mean leaves masked ones out, its maximum does not.
 */
export function pooledSteps(
  how: How,
  span: { readonly end: number; readonly mask?: Uint8Array; readonly flattened: number },
): readonly number[] {
  const { end, mask, flattened } = span;
  if (how === 'last') return [end - 1];
  if (how === 'flatten') return Array.from({ length: flattened }, (_, k) => end - flattened + k);
  return Array.from({ length: end }, (_, t) => t).filter((t) => how === 'max' || mask?.[t] !== 0);
}

/**
 * Many vectors to one, in float64; the mean of none is NaN and the largest of none -Infinity, as the forward path has
 * it.
 */
export function poolVectors(how: How, vectors: readonly Float64Array[], width: number): Float64Array {
  switch (how) {
    case 'last':
      return (vectors[0] as Float64Array).slice();
    case 'flatten':
      return Float64Array.from(vectors.flatMap((vector) => [...vector]));
    case 'average':
      return Float64Array.from(
        { length: width },
        (_, j) => vectors.reduce((sum, vector) => sum + (vector[j] as number), 0) / vectors.length,
      );
    case 'max':
      return Float64Array.from({ length: width }, (_, j) =>
        vectors.reduce((most, vector) => Math.max(most, vector[j] as number), -Infinity),
      );
  }
}

/**
 * The gradient of each pooled vector; null where it is exactly zero. A maximum that several steps share goes to the
 * first.
 */
export function backPool(
  how: How,
  vectors: readonly Float64Array[],
  gradient: Float64Array,
): readonly (Float64Array | null)[] {
  switch (how) {
    case 'last':
      return [gradient];
    case 'flatten': {
      const width = gradient.length / vectors.length;
      return vectors.map((_, k) => gradient.slice(k * width, (k + 1) * width));
    }
    case 'average':
      return vectors.map(() => gradient.map((value) => value / vectors.length));
    case 'max':
      return backMaximum(vectors, gradient);
  }
}

function backMaximum(vectors: readonly Float64Array[], gradient: Float64Array): readonly (Float64Array | null)[] {
  const parts: (Float64Array | null)[] = vectors.map(() => null);
  gradient.forEach((value, j) => {
    let best = 0;
    for (let k = 1; k < vectors.length; k++) if ((vectors[k]?.[j] as number) > (vectors[best]?.[j] as number)) best = k;
    const part = (parts[best] ??= new Float64Array(gradient.length));
    part[j] = value;
  });
  return parts;
}

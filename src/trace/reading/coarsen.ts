/**
 * A coarser picture of a block [columns, width], row-major: for every `stride` columns their minimum, mean and maximum,
 * as three planes [ceil(columns / stride), width] one after the other, the layout of a frame with a stride above 1. A
 * group with a NaN is NaN, so that it stays visible. The last group may hold fewer columns.
 */
export function coarsen(values: Float32Array, width: number, stride: number): Float32Array {
  const columns = width === 0 ? 0 : values.length / width;
  const groups = Math.ceil(columns / stride);
  const area = groups * width;
  const planes = new Float32Array(3 * area);
  for (let group = 0; group < groups; group++) {
    const first = group * stride;
    const last = Math.min(columns, first + stride);
    for (let unit = 0; unit < width; unit++) {
      let low = Infinity;
      let high = -Infinity;
      let sum = 0;
      for (let column = first; column < last; column++) {
        const value = values[column * width + unit] as number;
        low = Math.min(low, value);
        high = Math.max(high, value);
        sum += value;
      }
      const at = group * width + unit;
      planes[at] = low;
      planes[area + at] = sum / (last - first);
      planes[2 * area + at] = high;
    }
  }
  return planes;
}

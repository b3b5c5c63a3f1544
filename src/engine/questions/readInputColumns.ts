import { type Reading } from '../forward/reading';

/**
 * Columns of the rows that are read, one after the other, [columns, T]; where a step covers several rows, their mean.
 */
export function readInputColumns(
  { input, spans, steps }: Reading,
  columns: readonly number[],
): Float32Array<ArrayBuffer> {
  const { data, width } = input.values ?? { data: new Float32Array(), width: 0 };
  const values = new Float32Array(columns.length * steps);
  columns.forEach((column, k) => {
    for (let t = 0; t < steps; t++) {
      const [from, to] = spans === null ? [t, t + 1] : [spans.from[t] as number, spans.to[t] as number];
      let sum = 0;
      for (let row = from; row < to; row++) sum += data[row * width + column] as number;
      values[k * steps + t] = sum / (to - from);
    }
  });
  return values;
}

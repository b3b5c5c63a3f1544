/** A matrix reduced for a picture: [rows, columns]. */
export interface ReducedBlock {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * A block [inputs, units] turned so that units go down, and reduced to at most `most` rows and columns: each cell is
 * the value farthest from zero of its group, so that single large weights stay visible; NaN wins.
 */
export function reduceBlock(
  block: Float64Array,
  { inputs, units, most }: { inputs: number; units: number; most: number },
): ReducedBlock {
  const [rows, columns] = [Math.min(units, most), Math.min(inputs, most)];
  const values = new Float32Array(rows * columns);
  for (let input = 0; input < inputs; input++) {
    const column = Math.floor((input * columns) / inputs);
    for (let unit = 0; unit < units; unit++) {
      const at = Math.floor((unit * rows) / units) * columns + column;
      const value = block[input * units + unit] as number;
      const kept = values[at] as number;
      if (value !== value || Math.abs(value) > Math.abs(kept)) values[at] = value;
    }
  }
  return { rows, columns, values };
}

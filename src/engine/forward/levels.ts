/** The smallest, mean and largest value of every unit over a stretch of steps, each [H]. A NaN makes all three NaN. */
export interface Levels {
  readonly minimum: Float32Array;
  readonly mean: Float32Array;
  readonly maximum: Float32Array;
}

/** Levels that are still being gathered; sums in float64, so that a million steps lose nothing. */
export interface LevelSums {
  readonly minimum: Float32Array;
  readonly sum: Float64Array;
  readonly maximum: Float32Array;
  steps: number;
}

/** Nothing gathered yet. */
export function emptyLevels(width: number): LevelSums {
  return {
    minimum: new Float32Array(width).fill(Infinity),
    sum: new Float64Array(width),
    maximum: new Float32Array(width).fill(-Infinity),
    steps: 0,
  };
}

/** Takes in rows [n, width]. */
export function addRows(levels: LevelSums, rows: Float32Array): void {
  const { minimum, sum, maximum } = levels;
  const width = sum.length;
  for (let at = 0; at < rows.length; at += width) {
    for (let k = 0; k < width; k++) {
      const value = rows[at + k] as number;
      sum[k] = (sum[k] as number) + value;
      if (!(value >= (minimum[k] as number))) minimum[k] = value;
      if (!(value <= (maximum[k] as number))) maximum[k] = value;
    }
    levels.steps++;
  }
  keepNaN(levels);
}

/** Takes in what has been gathered elsewhere. */
export function addLevels(levels: LevelSums, other: LevelSums): void {
  for (let k = 0; k < levels.sum.length; k++) {
    levels.sum[k] = (levels.sum[k] as number) + (other.sum[k] as number);
    levels.minimum[k] = Math.min(levels.minimum[k] as number, other.minimum[k] as number);
    levels.maximum[k] = Math.max(levels.maximum[k] as number, other.maximum[k] as number);
  }
  levels.steps += other.steps;
}

/** The levels of what has been gathered. */
export function finishLevels({ minimum, sum, maximum, steps }: LevelSums): Levels {
  return { minimum, mean: Float32Array.from(sum, (value) => value / steps), maximum };
}

/**
 * A NaN that a later number pushed out of minimum or maximum is still in the sum; so is Infinity - Infinity, which is
 * no NaN of the data.
 */
function keepNaN({ minimum, sum, maximum }: LevelSums): void {
  for (let k = 0; k < sum.length; k++) {
    const isMixed = minimum[k] === -Infinity && maximum[k] === Infinity;
    if (Number.isNaN(sum[k]) && !isMixed) minimum[k] = maximum[k] = NaN;
  }
}

/** The fractions of tokens that are taken out. */
export const fractions = [0.1, 0.2, 0.5] as const;

/** max(1, round(share T)), halves to even. */
export function countOf(fraction: number, T: number): number {
  const exact = fraction * T;
  const below = Math.floor(exact);
  const isHalf = Math.abs(exact - below - 0.5) < 1e-9;
  return Math.max(1, isHalf ? below + (below % 2) : Math.round(exact));
}

/** Places of the largest values first; ties go to the earlier token, what is not a number comes last. */
export function orderOf(values: Float64Array): readonly number[] {
  const key = (t: number): number => (Number.isNaN(values[t]) ? -Infinity : (values[t] as number));
  return Array.from(values.keys()).sort((a, b) => (key(a) === key(b) ? a - b : key(b) - key(a)));
}

/** Spearman's rank correlation; ties share their mean rank. NaN where one side is constant. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const mean = (a.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let t = 0; t < a.length; t++) {
    const [dx, dy] = [(x[t] as number) - mean, (y[t] as number) - mean];
    [xy, xx, yy] = [xy + dx * dy, xx + dx * dx, yy + dy * dy];
  }
  return xy / Math.sqrt(xx * yy);
}

function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let k = from; k < to; k++) ranks[order[k] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

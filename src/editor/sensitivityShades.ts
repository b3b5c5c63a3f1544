/** Shades of sensitivity, from the faintest that is marked to that of the strongest token. */
export const sensitivityShades = 6;

/** Consecutive steps [from, to) of one shade. */
export interface ShadeRun {
  readonly from: number;
  readonly to: number;
  /** 1 to {@link sensitivityShades}. */
  readonly shade: number;
}

/**
 * The shade of every step by its share of the largest sensitivity in this row, linear (a scale per token, after Madsen
 * 2019); steps under half a shade have none. `log10` are norms [T], -Infinity an exact zero, `maximum` the largest of
 * them.
 */
export function shadesOf(log10: Float32Array, maximum: number): readonly ShadeRun[] {
  const runs: ShadeRun[] = [];
  log10.forEach((value, step) => {
    const shade = Math.round(10 ** (value - maximum) * sensitivityShades);
    if (!(shade >= 1)) return;
    const last = runs.at(-1);
    if (last?.to === step && last.shade === shade) runs[runs.length - 1] = { ...last, to: step + 1 };
    else runs.push({ from: step, to: step + 1, shade });
  });
  return runs;
}

/** The step of the largest sensitivity; -1 where there is none. */
export function strongestStep(log10: Float32Array): number {
  let best = -1;
  log10.forEach((value, step) => {
    if (value > (log10[best] ?? -Infinity)) best = step;
  });
  return best;
}

/** Where the columns of the text lie on the screen: column t spans [left(t), left(t + 1)) in CSS pixels. */
export interface ColumnScale {
  /** T */
  readonly steps: number;
  readonly plotWidthPx: number;
  /** Columns in sight, fractional. */
  readonly from: number;
  readonly to: number;
  /** CSS pixels a column. */
  readonly columnPx: number;
}

/** The widest a column gets, in CSS pixels. */
export const widestColumnPx = 160;

/** The columns to show at first: as many as fit at a legible width, from the beginning. */
export function initialZoom(
  steps: number,
  plotWidthPx: number,
  legiblePx: number,
): { readonly from: number; readonly to: number } {
  return {
    from: 0,
    to: Math.max(1, Math.min(Math.max(1, plotWidthPx / legiblePx), Math.max(steps, plotWidthPx / widestColumnPx))),
  };
}

/**
 * A scale for these columns in sight, kept inside the text: never narrower than one pixel's worth of widest columns,
 * never wider than the whole text (or than columns of `widestColumnPx` allow for a short one).
 */
export function createColumnScale(
  steps: number,
  plotWidthPx: number,
  zoom: { readonly from: number; readonly to: number },
): ColumnScale {
  const width = Math.max(1, plotWidthPx);
  const fewest = width / widestColumnPx;
  const most = Math.max(steps, fewest, 1e-6);
  const span = Math.max(fewest, Math.min(most, zoom.to - zoom.from));
  const from = Math.max(0, Math.min(zoom.from, Math.max(0, steps - span)));
  return { steps, plotWidthPx: width, from, to: from + span, columnPx: width / span };
}

/** The left edge of column t in CSS pixels from the plot's left; may lie outside the plot. */
export function leftOf(scale: ColumnScale, step: number): number {
  return (step - scale.from) * scale.columnPx;
}

/** The column under a pixel, or null outside the text. */
export function stepAt(scale: ColumnScale, xPx: number): number | null {
  const step = Math.floor(scale.from + xPx / scale.columnPx);
  return step >= 0 && step < scale.steps && xPx >= 0 && xPx <= scale.plotWidthPx ? step : null;
}

/** Whole columns in sight, [from, to). */
export function columnsInSight(scale: ColumnScale): { readonly from: number; readonly to: number } {
  return { from: Math.max(0, Math.floor(scale.from)), to: Math.min(scale.steps, Math.ceil(scale.to)) };
}

/** Columns of which at least nine tenths are in sight, [from, to). */
export function wholeColumnsInSight(scale: ColumnScale): { readonly from: number; readonly to: number } {
  const from = Math.ceil(scale.from - 0.1);
  return { from, to: Math.max(from, Math.min(scale.steps, Math.floor(scale.to + 0.1))) };
}

/**
 * Steps a painted column: 1 while a column is at least half a pixel wide, else the power of four that brings it there,
 * so that a long text is painted from a coarse level and never from all its values.
 */
export function strideFor(columnPx: number): number {
  let stride = 1;
  while (columnPx * stride < 0.5) stride *= 4;
  return stride;
}

/** The columns in sight after zooming by `factor` (over 1 comes closer) with the column under `xPx` held in place. */
export function zoomAt(
  scale: ColumnScale,
  xPx: number,
  factor: number,
): { readonly from: number; readonly to: number } {
  const under = scale.from + xPx / scale.columnPx;
  const next = createColumnScale(scale.steps, scale.plotWidthPx, {
    from: scale.from,
    to: scale.from + (scale.to - scale.from) / factor,
  });
  const span = next.to - next.from;
  const from = under - (xPx / scale.plotWidthPx) * span;
  return { from, to: from + span };
}

/** The columns in sight after moving by so many columns. */
export function panBy(scale: ColumnScale, columns: number): { readonly from: number; readonly to: number } {
  const moved = createColumnScale(scale.steps, scale.plotWidthPx, {
    from: scale.from + columns,
    to: scale.to + columns,
  });
  return { from: moved.from, to: moved.to };
}

/** The columns in sight, moved no more than needed so that a step is well inside. */
export function panTo(scale: ColumnScale, step: number): { readonly from: number; readonly to: number } {
  const margin = Math.min(3, (scale.to - scale.from) / 4);
  if (step - margin < scale.from) return panBy(scale, step - margin - scale.from);
  if (step + 1 + margin > scale.to) return panBy(scale, step + 1 + margin - scale.to);
  return { from: scale.from, to: scale.to };
}

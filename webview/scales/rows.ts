/** Rows of the heatmaps in sight, 0 at the top and 1 at the bottom of all. */
export interface RowsInSight {
  readonly from: number;
  readonly to: number;
}

/** All rows. */
export const allRows: RowsInSight = { from: 0, to: 1 };

/** Rows in sight at least, where there are that many. */
const fewestRows = 6;

/**
 * The rows in sight after zooming by `factor` (over 1 comes closer) with the place `at` (a share of all rows) held
 * where it is; undefined where all are in sight again.
 */
export function zoomRows(
  sight: RowsInSight,
  { at, factor, units }: { readonly at: number; readonly factor: number; readonly units: number },
): RowsInSight | undefined {
  const smallest = Math.min(1, fewestRows / Math.max(1, units));
  const span = Math.max(smallest, (sight.to - sight.from) / factor);
  if (span >= 1) return undefined;
  const held = (at - sight.from) / (sight.to - sight.from);
  return place(at - held * span, span);
}

/** The rows in sight, moved no more than needed so that a row is inside; undefined where all are in sight. */
export function showRow(sight: RowsInSight | undefined, row: number, units: number): RowsInSight | undefined {
  if (sight === undefined) return undefined;
  const [top, bottom] = [row / units, (row + 1) / units];
  const span = sight.to - sight.from;
  if (top < sight.from) return place(top, span);
  return bottom > sight.to ? place(bottom - span, span) : sight;
}

function place(from: number, span: number): RowsInSight {
  const start = Math.max(0, Math.min(1 - span, from));
  return { from: start, to: start + span };
}

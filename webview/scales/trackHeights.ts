/** What takes room under the ribbon. */
export interface TracksToFit {
  /** Height of everything under the ribbon, in CSS pixels. */
  readonly availablePx: number;
  /** How many heatmaps there are, and units (rows) in each. */
  readonly heatmaps: number;
  readonly units: number;
  /** 0 where there are none; lines of several classes want a row for each name. */
  readonly fewestPredictionRows: number;
  readonly hasSurprise: boolean;
  readonly hasGradient: boolean;
  /** Height of what is as high as it is: the legends, a chosen unit's strip, with the gaps around. */
  readonly fixedPx: number;
}

/** Heights in CSS pixels. */
export interface TrackHeights {
  readonly heatmapPx: number;
  readonly gradientPx: number;
  readonly surprisePx: number;
  /** Rows of predictions, each {@link predictionRowPx} high. */
  readonly predictionRows: number;
}

/** Height of one row of predictions. */
export const predictionRowPx = 16;
/** The gap under every track (view.css has the same number). */
export const trackGapPx = 5;
const lowestHeatmapPx = 24;
const highestHeatmapPx = 480;
const highestRowPx = 12;

/**
 * Shares the height out so that every picture is in sight without scrolling: the predictions, the surprise and the
 * gradient grow a little with the panel, the heatmaps take the rest in equal shares. No row of a heatmap is taller than
 * 12 pixels, and no heatmap lower than 24: in a panel lower than that needs, the pictures scroll.
 */
export function fitTracks(tracks: TracksToFit): TrackHeights {
  const { availablePx, heatmaps, units, fewestPredictionRows, hasSurprise, hasGradient, fixedPx } = tracks;
  const rows = availablePx >= 740 ? 4 : availablePx >= 560 ? 3 : 2;
  const predictionRows = fewestPredictionRows === 0 ? 0 : Math.max(rows, fewestPredictionRows);
  const surprisePx = clamp(availablePx * 0.05, 24, 44);
  const gradientPx = clamp(availablePx * 0.11, 44, 104);
  const taken = [
    predictionRows === 0 ? 0 : predictionRows * predictionRowPx + trackGapPx,
    hasSurprise ? surprisePx + trackGapPx : 0,
    hasGradient ? gradientPx + trackGapPx : 0,
    fixedPx,
  ].reduce((sum, part) => sum + part, 0);
  const share = Math.floor((availablePx - taken) / Math.max(1, heatmaps)) - trackGapPx;
  const most = Math.min(highestHeatmapPx, Math.max(72, units * highestRowPx));
  return { heatmapPx: clamp(share, lowestHeatmapPx, most), gradientPx, surprisePx, predictionRows };
}

function clamp(value: number, low: number, high: number): number {
  return Math.round(Math.max(low, Math.min(high, value)));
}

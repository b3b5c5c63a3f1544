import { type Field } from '../../src/trace/reading/cellKind';
import { columnsInSight, leftOf, strideFor, type ColumnScale } from '../scales/columns';
import { allRows, type RowsInSight } from '../scales/rows';
import { blockColumns, type LayerKey, type TraceBlocks } from '../store/traceBlocks';
import { type TileLook } from './paintTile';
import { type TileCache } from './tileCache';

/** What a heatmap is painted from. */
export interface HeatmapInput {
  readonly blocks: TraceBlocks;
  readonly tiles: TileCache;
  readonly key: LayerKey;
  readonly field: Field;
  readonly look: TileLook;
  readonly columns: ColumnScale;
  readonly heightPx: number;
  /** Rows in sight as a share of all, from the top; absent: all. */
  readonly sight?: RowsInSight;
  /** Device pixels a CSS pixel. */
  readonly pixelRatio: number;
}

/**
 * Draws the columns in sight from painted tiles, in CSS pixels (the context is scaled to the device). Where the fitting
 * level has not arrived, a finer one that has is drawn instead.
 */
export function paintHeatmap(context: CanvasRenderingContext2D, input: HeatmapInput): void {
  const { columns, heightPx } = input;
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.imageSmoothingEnabled = columns.columnPx < 1;
  context.imageSmoothingQuality = 'low';
  const wanted = strideFor(columns.columnPx);
  for (const stride of wanted === 1 ? [1] : [1, wanted]) paintLevel(context, input, stride);
}

function paintLevel(context: CanvasRenderingContext2D, input: HeatmapInput, stride: number): void {
  const { blocks, tiles, key, field, look, columns, heightPx } = input;
  const { from: top, to: bottom } = input.sight ?? allRows;
  const rows = Math.min(look.order.length, Math.round((heightPx * input.pixelRatio) / (bottom - top)));
  const sight = columnsInSight(columns);
  const span = blockColumns * stride;
  if ((sight.to - sight.from) / span > 64) return;
  for (let from = Math.floor(sight.from / span) * span; from < sight.to; from += span) {
    const block = blocks.find(key, stride, from);
    if (block === undefined) continue;
    const tile = tiles.get(block, field, look, rows);
    if (tile === undefined) continue;
    const first = Math.max(from, sight.from - (sight.from % stride));
    const last = Math.min(from + span, Math.ceil(sight.to / stride) * stride);
    const sourceLeft = (first - from) / stride;
    const sourceWidth = (last - first) / stride;
    context.drawImage(
      tile,
      sourceLeft,
      top * rows,
      sourceWidth,
      (bottom - top) * rows,
      leftOf(columns, first),
      0,
      (last - first) * columns.columnPx,
      heightPx,
    );
  }
}

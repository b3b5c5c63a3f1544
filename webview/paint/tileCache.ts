import { type Field } from '../../src/trace/reading/cellKind';
import { type Block, blockColumns } from '../store/traceBlocks';
import { paintTile, type TileLook } from './paintTile';

interface Tile {
  readonly canvas: OffscreenCanvas;
  readonly context: OffscreenCanvasRenderingContext2D;
  version: number;
  look: TileLook | null;
  lastUsed: number;
}

/** Keeps painted tiles, a pixel a value at most; a tile is painted again when values arrived or the look changed. */
export class TileCache {
  private readonly tiles = new Map<string, Tile>();
  private clock = 0;

  constructor(private readonly most: number) {}

  clear(): void {
    this.tiles.clear();
  }

  /**
   * The picture of a block's field, `rows` pixels high, painted now if it is not up to date; undefined if none of it
   * has arrived.
   */
  get(block: Block, field: Field, look: TileLook, rows: number): OffscreenCanvas | undefined {
    const plane = block.planes.get(field);
    if (plane === undefined || rows === 0) return undefined;
    const name = `${field}.${block.stride}.${block.from}`;
    let tile = this.tiles.get(name);
    if (tile === undefined || tile.canvas.height !== rows) {
      tile = createTile(rows);
      this.tiles.set(name, tile);
      this.evict();
    }
    tile.lastUsed = ++this.clock;
    if (tile.version !== block.version || tile.look !== look) {
      const image = tile.context.createImageData(blockColumns, rows);
      paintTile(new Uint32Array(image.data.buffer), plane, look, rows);
      tile.context.putImageData(image, 0, 0);
      tile.version = block.version;
      tile.look = look;
    }
    return tile.canvas;
  }

  private evict(): void {
    if (this.tiles.size <= this.most) return;
    const oldest = [...this.tiles].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [name] of oldest.slice(0, Math.ceil(this.most / 4))) this.tiles.delete(name);
  }
}

function createTile(rows: number): Tile {
  const canvas = new OffscreenCanvas(blockColumns, rows);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gives no 2d canvas.');
  return { canvas, context, version: -1, look: null, lastUsed: 0 };
}

import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';
import { type ColourTable } from '../scales/colourTable';
import { type OutputRange, placeInRange } from '../store/shownOutput';

/** The colours of outputs and the axis they are taken from. */
export interface OutputColours {
  readonly table: ColourTable;
  readonly range: OutputRange;
}

/** Some consecutive columns of predictions as an image, a pixel a cell. */
export interface PredictionStrip {
  readonly from: number;
  readonly to: number;
  readonly canvas: OffscreenCanvas;
}

/** The images of a track's predictions, painted when first needed. */
export interface PredictionStrips {
  /** The strip that holds a step. */
  at(step: number): PredictionStrip;
}

const stripColumns = 4096;

/** The entry of a colour table for an output on its axis; -1 for NaN. */
export function indexOfOutput(range: OutputRange, value: number): number {
  return Number.isNaN(value) ? -1 : Math.round(placeInRange(range, value) * 255);
}

/** Strips of a track in the colours of a table. */
export function createPredictionStrips(track: PredictionTrack, colours: OutputColours): PredictionStrips {
  const made = new Map<number, PredictionStrip>();
  return {
    at: (step) => {
      const from = step - (step % stripColumns);
      const known = made.get(from) ?? paintStrip(track, colours, from);
      made.set(from, known);
      return known;
    },
  };
}

function paintStrip(track: PredictionTrack, { table, range }: OutputColours, from: number): PredictionStrip {
  const to = Math.max(from + 1, Math.min(track.steps, from + stripColumns));
  const canvas = new OffscreenCanvas(to - from, Math.max(1, track.top));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gives no 2d canvas.');
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let column = 0; column < to - from; column++) {
    for (let row = 0; row < track.top; row++) {
      const at = (from + column) * track.top + row;
      if ((track.indices[at] ?? -1) < 0) continue;
      const index = indexOfOutput(range, track.probabilities[at] ?? NaN);
      pixels[row * canvas.width + column] = index < 0 ? table.nanWord : (table.words[index] ?? 0);
    }
  }
  context.putImageData(image, 0, 0);
  return { from, to, canvas };
}

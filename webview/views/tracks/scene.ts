import { type Field } from '../../../src/trace/reading/cellKind';
import { type TileLook } from '../../paint/paintTile';
import { type ColourTable } from '../../scales/colourTable';
import { type ColumnScale } from '../../scales/columns';
import { type InspectorState } from '../../store/inspectorState';
import { type TraceBlocks } from '../../store/traceBlocks';
import { type Palette } from '../../theme/palette';

/** Everything a picture of one frame is painted from; made once a frame, so that all pictures agree to the pixel. */
export interface Scene {
  readonly state: InspectorState;
  readonly columns: ColumnScale;
  readonly palette: Palette;
  readonly tables: ColourTables;
  readonly blocks: TraceBlocks;
  /** How each field of the layer in sight is coloured; the same object from frame to frame while nothing changed. */
  readonly looks: ReadonlyMap<Field, TileLook>;
}

/** The colour tables of a theme. */
export interface ColourTables {
  readonly sequential: ColourTable;
  readonly diverging: ColourTable;
}

/** A picture whose columns lie under the tokens. */
export interface Track {
  readonly root: HTMLElement;
  /** Where the picture can be of any height: sets it, in CSS pixels. */
  setHeight?(heightPx: number): void;
  paint(scene: Scene): void;
}

/** Width of the column at the left of every track, with its name and legend, in CSS pixels. */
export const gutterPx = 64;

/** Empty space at the right of every track. */
export const marginPx = 12;

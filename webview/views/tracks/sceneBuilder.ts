import { fieldsOf, type Field } from '../../../src/trace/reading/cellKind';
import { type TileLook } from '../../paint/paintTile';
import { createColourTable } from '../../scales/colourTable';
import { type ColumnScale } from '../../scales/columns';
import { valueScaleOf } from '../../scales/valueScale';
import { type InspectorState, shownLayer } from '../../store/inspectorState';
import { type TraceBlocks } from '../../store/traceBlocks';
import { type Palette } from '../../theme/palette';
import { type ColourTables, type Scene } from './scene';

/** Makes the scene of each frame and keeps the looks of fields identical while nothing in them changed. */
export interface SceneBuilder {
  setPalette(palette: Palette): void;
  build(state: InspectorState, columns: ColumnScale): Scene;
}

/** A builder over these blocks. */
export function createSceneBuilder(blocks: TraceBlocks, first: Palette): SceneBuilder {
  let palette = first;
  let tables = tablesOf(first);
  let orderKey = '';
  let order: readonly number[] = [];
  const looks = new Map<Field, TileLook>();

  const rowOrder = (state: InspectorState, units: number): readonly number[] => {
    const key = `${units}|${state.unitOrder?.key ?? 'stored'}`;
    if (key === orderKey) return order;
    orderKey = key;
    const given = state.unitOrder?.order;
    order = given?.length === units ? given : Array.from({ length: units }, (_, unit) => unit);
    return order;
  };

  return {
    setPalette: (next) => {
      palette = next;
      tables = tablesOf(next);
      looks.clear();
    },
    build: (state, columns) => {
      const shape = shownLayer(state);
      for (const field of shape === undefined ? [] : fieldsOf(shape.cell)) {
        if (shape === undefined) break;
        const rows = rowOrder(state, field === 'h' ? shape.outputWidth : shape.units);
        const scale = valueScaleOf(
          field,
          blocks.largestOf(shape, field),
          blocks.quantileOf(shape, field, 0.95),
          state.view.stateScale,
        );
        const old = looks.get(field);
        if (
          old?.order === rows &&
          old.scale.high === scale.high &&
          old.scale.low === scale.low &&
          old.scale.isClamped === scale.isClamped &&
          old.scale.shape === scale.shape
        )
          continue;
        looks.set(field, {
          scale,
          order: rows,
          table: scale.kind === 'diverging' ? tables.diverging : tables.sequential,
        });
      }
      return { state, columns, palette, tables, blocks, looks };
    },
  };
}

/** The colour tables of a palette. */
export function tablesOf(palette: Palette): ColourTables {
  return {
    sequential: createColourTable(palette.sequential, palette.nan),
    diverging: createColourTable(palette.diverging, palette.nan),
  };
}

import * as tf from '@tensorflow/tfjs-core';
import { type Disposable } from '../../base/disposable';
import { createCellTensors, type CellTensors } from '../../cells/cellTensors';
import { unroll } from '../../cells/unroll';
import { type Direction, type Field, fieldsOf } from '../../trace/reading/cellKind';
import { directionsOf } from '../training/network/networkShape';
import { cellOfNetwork, type SourceNetwork } from './sourceNetwork';

/** What one layer did in one direction with a text: each field [T, H] row-major, in reading order of the text. */
export interface LayerGates {
  readonly layer: number;
  readonly direction: Direction;
  readonly fields: Readonly<Partial<Record<Field, Float32Array>>>;
}

/** Reads every gate and state of a network, by the plain mathematics of the cells; dropout is off. */
export class GateReader implements Disposable {
  private readonly cells: readonly (readonly { readonly direction: Direction; readonly cell: CellTensors }[])[];

  constructor(private readonly network: SourceNetwork) {
    const { shape } = network;
    this.cells = Array.from({ length: shape.layers }, (_, layer) =>
      directionsOf(shape).map((direction) => ({
        direction,
        cell: createCellTensors(cellOfNetwork(network, layer, direction)),
      })),
    );
  }

  /** The gates of a text of T >= 1 ids. */
  read(ids: Int32Array): readonly LayerGates[] {
    const read: LayerGates[] = [];
    tf.tidy(() => {
      let x = this.embed(ids);
      this.cells.forEach((directions, layer) => {
        const hidden = directions.map(({ direction, cell }) => {
          const { fields } = unroll(cell, x, { direction });
          read.push({ layer, direction, fields: copyFields(fieldsOf(this.network.shape.cell), fields) });
          return fields.h;
        });
        x = hidden.length === 1 ? (hidden[0] as tf.Tensor3D) : (tf.concat(hidden, 2) as tf.Tensor3D);
      });
    });
    return read;
  }

  dispose(): void {
    for (const { cell } of this.cells.flat()) cell.dispose();
  }

  /** Rows of the embedding, or one-hot vectors, [1, T, D]. */
  private embed(ids: Int32Array): tf.Tensor3D {
    const { shape, weights } = this.network;
    const table = weights.find(({ name }) => name === 'embedding')?.data;
    const width = shape.embeddingWidth ?? shape.vocabularySize;
    const rows = new Float32Array(ids.length * width);
    ids.forEach((id, t) => {
      if (table === undefined) rows[t * width + id] = 1;
      else rows.set(table.subarray(id * width, (id + 1) * width), t * width);
    });
    return tf.tensor3d(rows, [1, ids.length, width]);
  }
}

function copyFields(names: readonly Field[], fields: Readonly<Record<string, tf.Tensor3D>>): LayerGates['fields'] {
  return Object.fromEntries(
    names.map((field) => [field, Float32Array.from((fields[field] as tf.Tensor3D).dataSync<'float32'>())]),
  );
}

import { type NamedArray } from '../training/network/networkShape';
import { type SourceNetwork } from './sourceNetwork';
import { type TransferRun } from './transferRun';
import { withNewLayers } from './transferWeights';

/** For each label of the target the index of the source's label, or null where one has none, or the source no head. */
export function sourceLabels({ transfer, corpus, source, sourceInspector }: TransferRun): readonly number[] | null {
  const known = sourceInspector.labels ?? [];
  if (source.shape.outputs === 0 || known.length !== source.shape.outputs) return null;
  const indices = (corpus.inspector.labels ?? []).map((label) =>
    known.indexOf(transfer.sourceLabels?.[label] ?? label),
  );
  return indices.every((index) => index >= 0) ? indices : null;
}

/**
 * The source on the target's ids and labels: its head stays, and the words added to its embedding are still read as
 * unknown, so that it answers as it does without them. Null as {@link sourceLabels}.
 */
export function withSourceHead(run: TransferRun): SourceNetwork | null {
  const order = sourceLabels(run);
  if (order === null) return null;
  const { source, added, settings, sourceInspector } = run;
  const grown = withNewLayers(source, { outputs: order.length, added, settings });
  return {
    shape: grown.shape,
    weights: grown.weights.map((array) => {
      if (array.name.startsWith('dense.')) return pickColumns(source.weights, array.name, order);
      return array.name === 'embedding' ? withUnknownRows(array, added, sourceInspector.unknown) : array;
    }),
  };
}

/** The last `added` rows are those of the unknown token; a source without one keeps them as they are. */
function withUnknownRows(embedding: NamedArray, added: number, unknown: number | undefined): NamedArray {
  const [rows = 0, columns = 0] = embedding.shape;
  if (unknown === undefined) return embedding;
  const data = embedding.data.slice();
  for (let row = rows - added; row < rows; row++)
    data.copyWithin(row * columns, unknown * columns, (unknown + 1) * columns);
  return { ...embedding, data };
}

/** Some columns of the head, in another order. */
function pickColumns(weights: readonly NamedArray[], name: string, columns: readonly number[]): NamedArray {
  const array = weights.find((each) => each.name === name);
  const width = array?.shape.at(-1) ?? 0;
  const rows = (array?.data.length ?? 0) / width;
  const data = Float32Array.from(
    { length: rows * columns.length },
    (_, at) => array?.data[Math.floor(at / columns.length) * width + (columns[at % columns.length] ?? 0)] ?? 0,
  );
  return { name, shape: name === 'dense.bias' ? [columns.length] : [rows, columns.length], data };
}

import { Zip, ZipPassThrough } from 'fflate';
import { joinBytes, sliceOf } from './joinBytes';
import { type NpyParts, npyParts, npyTextParts } from './npy';
import { type TraceFile } from './traceFile';

/**
 * A trace as the bytes of an uncompressed .npz file, which numpy.load reads without pickle. Yields between slices: a
 * file may have hundreds of megabytes.
 */
export function* packNpz(file: TraceFile): Generator<void, Uint8Array<ArrayBuffer>> {
  const { tokens, stepTokens, arrays, output, outputOverTime, loss } = file;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const add = (key: string, parts: NpyParts) => addEntry(zip, `${key}.npy`, parts);
  yield* add('tokens.text', yield* npyTextParts(tokens.map(({ text }) => text)));
  for (const field of ['start', 'end', 'id'] as const) {
    const column = new Int32Array(tokens.length);
    for (let at = 0; at < column.length; at++) column[at] = tokens[at]?.[field] as number;
    yield* add(`tokens.${field}`, npyParts(column, [tokens.length]));
  }
  if (stepTokens) yield* add('stepTokens', npyParts(stepTokens, [stepTokens.length / 2, 2]));
  for (const [key, { data, shape }] of Object.entries(arrays)) yield* add(key, npyParts(data, shape));
  if (output) yield* add('output', npyParts(output.data, output.shape));
  if (outputOverTime) yield* add('outputOverTime', npyParts(outputOverTime.data, outputOverTime.shape));
  if (loss !== undefined) yield* add('loss', npyParts(Float64Array.of(loss), []));
  zip.end();
  return yield* joinBytes(chunks);
}

/** Stored and not deflated: floats hardly shrink, and numpy can map what is stored. */
function* addEntry(zip: Zip, name: string, parts: NpyParts): Generator<void, void> {
  const entry = new ZipPassThrough(name);
  entry.mtime = '1980-01-02';
  zip.add(entry);
  for (const part of parts) {
    for (const slice of sliceOf(part)) {
      entry.push(slice);
      yield;
    }
  }
  entry.push(new Uint8Array(0), true);
}

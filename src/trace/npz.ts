import { zipSync } from 'fflate';
import { packNpy, packNpyTexts } from './npy';
import { type TraceFile } from './traceFile';

/** A trace as the bytes of an uncompressed .npz file, which numpy.load reads without pickle. */
export function packNpz(file: TraceFile): Uint8Array {
  const { tokens, arrays, output, outputOverTime, loss } = file;
  const column = (pick: (token: (typeof tokens)[number]) => number): Uint8Array => packNpy(Int32Array.from(tokens, pick), [tokens.length]);
  const entries: Record<string, Uint8Array> = {
    'tokens.text': packNpyTexts(tokens.map(({ text }) => text)),
    'tokens.start': column(({ start }) => start),
    'tokens.end': column(({ end }) => end),
    'tokens.id': column(({ id }) => id),
  };
  for (const [key, { data, shape }] of Object.entries(arrays)) entries[key] = packNpy(data, shape);
  if (output) entries['output'] = packNpy(output.data, output.shape);
  if (outputOverTime) entries['outputOverTime'] = packNpy(outputOverTime.data, outputOverTime.shape);
  if (loss !== undefined) entries['loss'] = packNpy(Float64Array.of(loss), []);
  // Stored and not deflated: floats hardly shrink, and numpy can map what is stored.
  return zipSync(Object.fromEntries(Object.entries(entries).map(([key, bytes]) => [`${key}.npy`, bytes])), { level: 0, mtime: '1980-01-02' });
}

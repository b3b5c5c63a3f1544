import { type RunFields } from './cellRunner';

/** Joins runs that follow each other into one; a single run is given back as it is. */
export function joinRuns(parts: readonly { readonly fields: RunFields; readonly steps: number }[]): RunFields {
  const [first] = parts;
  if (!first) throw new Error('Expected at least one run to join.');
  if (parts.length === 1) return first.fields;
  const names = Object.keys(first.fields) as (keyof RunFields)[];
  const joined = names.map((name) => {
    const pieces = parts.map(({ fields }) => fields[name] as Float32Array);
    const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return [name, out];
  });
  return Object.fromEntries(joined) as unknown as RunFields;
}

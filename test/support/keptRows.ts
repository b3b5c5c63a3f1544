import { type FloatArray } from '../../src/cells/scalarActivation';
import { type KeptValues } from '../../src/cells/backwardCell';
import { type Field } from '../../src/trace/reading/cellKind';

/** Rows of whole fields in text order, each [T, H] (`h` [T, P]). */
export function rowsOf(fields: Readonly<Partial<Record<Field, FloatArray>>>): KeptValues['row'] {
  return (name, t, into) => {
    const field = fields[name];
    const width = into.length;
    if (field === undefined || field.length < (t + 1) * width) {
      throw new Error(`Expected at least ${(t + 1) * width} kept numbers of ${name}, got ${field?.length ?? 0}.`);
    }
    for (let j = 0, from = t * width; j < width; j++) into[j] = field[from + j] as number;
  };
}

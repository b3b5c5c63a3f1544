import { InspectorError } from '../../base/errors';
import { type JsonObject } from '../untrustedJson';
import { type WeightArray } from '../weightArray';
import { leafOf } from './kerasWeights';

/** A layer that is no recurrent one. */
export interface PlainSource {
  readonly className: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly kerasMajor: number;
  readonly arrays: readonly WeightArray[];
  /** D of what enters, where it is known. */
  readonly width: number | undefined;
}

/** The array of a role (`kernel`, `bias`, ...) by its name, or by its place where the file gives no names. */
export function findArray(source: PlainSource, role: string, index: number): WeightArray | undefined {
  const named = source.arrays.find((array) => leafOf(array.name) === role);
  const hasNames = source.arrays.some((array) => /[a-z]/i.test(leafOf(array.name)));
  return (
    named ?? (hasNames && !/_[WUb]$/.test(leafOf(source.arrays[index]?.name ?? '')) ? undefined : source.arrays[index])
  );
}

/** The same; throws `model-damaged` where it is missing. */
export function requireArray(source: PlainSource, role: string, index: number): WeightArray {
  const array = findArray(source, role, index);
  if (array === undefined)
    throw new InspectorError('model-damaged', `the ${role} of "${source.name}" is missing from the file.`);
  return array;
}

import path from 'node:path';
import { UsageError } from './command';

/** The format of an output file by its ending; a {@link UsageError} where it is missing or none of `formats`. */
export function formatOf<const F extends string>(out: string | undefined, formats: readonly F[]): F {
  const endings = formats.map((format) => `.${format}`).join(' or ');
  if (out === undefined || out === '') throw new UsageError(`--out is missing: a file ending in ${endings}.`);
  const format = formats.find((known) => path.extname(out).toLowerCase() === `.${known}`);
  if (format === undefined) throw new UsageError(`--out must end in ${endings}, not "${out}".`);
  return format;
}

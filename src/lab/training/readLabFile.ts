import { InspectorError } from '../../base/errors';
import { readRegular } from '../../files/regularFile';

/** A lab file is settings; a larger one is something else. */
const mostBytes = 16e6;

/** The text of a lab file. */
export function readLabFile(settingsPath: string): string {
  try {
    return readRegular(settingsPath, mostBytes).toString('utf8');
  } catch (cause) {
    const why = cause instanceof InspectorError ? ` ${cause.message}` : '';
    throw new InspectorError('file', `Cannot read the settings file ${settingsPath}.${why}`, { cause });
  }
}

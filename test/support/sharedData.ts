import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The path of a corpus, reference vector or model file that is not part of the project, or null where it is absent.
 * The folder is `../shared/data` beside the project, or the one that `LSTM_INSPECTOR_DATA` names.
 */
export function sharedData(...parts: readonly string[]): string | null {
  const folder = process.env['LSTM_INSPECTOR_DATA'] ?? path.resolve(__dirname, '../../../shared/data');
  const file = path.join(folder, ...parts);
  return existsSync(file) ? file : null;
}

import path from 'node:path';
import { createRandom } from '../../src/base/random';
import { type BlockCache } from '../../src/engine/forward/blockCache';
import { unhurried } from '../support/unhurried';
import { type PreparedModel } from '../../src/engine/forward/preparedModel';
import { Reading } from '../../src/engine/forward/reading';
import { applySettings, readSettingsBeside } from '../../src/models/applySettings';
import { bundledModelPath } from '../../src/models/bundled';
import { openModelFiles } from '../../src/models/fileAccess';
import { readJsonModel } from '../../src/models/tfjs/readJsonModel';
import { type RecurrentModel } from '../../src/network/recurrentModel';
import { fieldsOf } from '../../src/trace/reading/cellKind';

export const root = path.resolve(__dirname, '../..');
export const proseFile = bundledModelPath(path.join(root, 'media/models'), 'prose-lstm');

/** The bundled prose-lstm, settings applied. */
export function openProse(): RecurrentModel {
  const files = openModelFiles(proseFile);
  const settings = readSettingsBeside(files);
  const model = settings ? applySettings(readJsonModel(files), settings) : readJsonModel(files);
  files.close();
  return model;
}

/** A text of plain characters with words of random length, always the same. */
export function makeText(length: number): string {
  const random = createRandom(12);
  return Array.from({ length }, () =>
    random() < 0.17 ? ' ' : String.fromCharCode(97 + Math.floor(26 * random())),
  ).join('');
}

/** Reads a whole text; with `previous`, only from the first changed token on. */
export async function readText(
  prepared: PreparedModel,
  text: string,
  cache: BlockCache,
  previous?: Reading,
): Promise<Reading> {
  const reading = new Reading(prepared, { kind: 'text', text }, cache, previous ? { previous } : {});
  await reading.compute(unhurried);
  return reading;
}

/** Every field of the first layer, each [steps, H], in the order of `fieldsOf`. */
export function fieldsRead(reading: Reading): readonly Float32Array[] {
  return fieldsOf('lstm').map((field) => reading.direction(0, 'forward').field(field, 0, reading.steps));
}

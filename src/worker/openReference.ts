import { withTimeLimit } from '../data/timeLimit';
import { applySettings, readSettingsBeside } from '../models/applySettings';
import { bundledModelPath } from '../models/bundled';
import { openModelFiles } from '../models/fileAccess';
import { readJsonModel } from '../models/tfjs/readJsonModel';
import { type RecurrentModel } from '../network/recurrentModel';
import { withVocabulary } from '../models/withVocabulary';
import { type ModelReference } from '../protocol/modelReference';
import { type ModelReader } from './readerPool';

/** What a model is opened with. */
export interface OpeningContext {
  readonly modelsFolder: string;
  readonly reader: Pick<ModelReader, 'open'>;
  /** Ends the reading of a file. */
  readonly signal?: AbortSignal;
  /** Hears how many megabytes have been read so far. */
  readonly onRead?: (megabytes: number) => void;
}

/**
 * Opens the model that a reference names: a bundled one here, any other in the reader thread, since its file is not
 * ours.
 */
export async function openReference(
  reference: ModelReference,
  { modelsFolder, reader, ...waiting }: OpeningContext,
): Promise<RecurrentModel> {
  if (reference.kind === 'bundled') return openBundled(reference.name, modelsFolder);
  const layer = reference.layer === undefined ? {} : { layer: reference.layer };
  if (reference.kind === 'bytes') {
    const { name, files } = reference;
    return withVocabulary(
      await reader.open({ source: { kind: 'bytes', name, files }, options: layer }, waiting),
      withTimeLimit,
    );
  }
  const { path, vocabularyPath, offset } = reference;
  const vocabulary = vocabularyPath === undefined ? {} : { vocabularyPath };
  return withVocabulary(
    await reader.open(
      {
        source: { kind: 'file', path },
        options: { ...layer, ...(offset === undefined ? {} : { offset }) },
        ...vocabulary,
      },
      waiting,
    ),
    withTimeLimit,
  );
}

function openBundled(name: string, modelsFolder: string): RecurrentModel {
  const files = openModelFiles(bundledModelPath(modelsFolder, name));
  try {
    const settings = readSettingsBeside(files);
    const model = readJsonModel(files);
    return { ...(settings === null ? model : applySettings(model, settings)), name, format: 'bundled' };
  } finally {
    files.close();
  }
}

import { applySettings, readSettingsBeside } from '../models/applySettings';
import { bundledModelPath } from '../models/bundled';
import { createModelFiles, openModelFiles } from '../models/fileAccess';
import { openModel, type OpenOptions } from '../models/openModel';
import { type RecurrentModel } from '../models/recurrentModel';
import { type ModelReference } from '../protocol/modelReference';

/** Opens the model that a reference names. */
export async function openReference(reference: ModelReference, modelsFolder: string): Promise<RecurrentModel> {
  switch (reference.kind) {
    case 'bundled': {
      const model = await openFile(bundledModelPath(modelsFolder, reference.name));
      return { ...model, name: reference.name, format: 'bundled' };
    }
    case 'file':
      return openFile(reference.path, optionsOf(reference));
    case 'bytes':
      return openModel(createModelFiles(reference.name, reference.files), optionsOf(reference));
  }
}

function optionsOf({ layer }: Exclude<ModelReference, { kind: 'bundled' }>): OpenOptions {
  return layer === undefined ? {} : { layer };
}

async function openFile(path: string, options: OpenOptions = {}): Promise<RecurrentModel> {
  const files = openModelFiles(path);
  try {
    const settings = readSettingsBeside(files);
    const model = await openModel(files, options);
    return settings === null || options.layer !== undefined ? model : applySettings(model, settings);
  } finally {
    files.close();
  }
}

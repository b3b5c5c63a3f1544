import { bundledModelPath } from '../models/bundled';
import { createModelFiles, openModelFiles } from '../models/fileAccess';
import { openModel } from '../models/openModel';
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
      return openFile(reference.path);
    case 'bytes':
      return openModel(createModelFiles(reference.name, reference.files));
  }
}

async function openFile(path: string): Promise<RecurrentModel> {
  const files = openModelFiles(path);
  try {
    return await openModel(files);
  } finally {
    files.close();
  }
}

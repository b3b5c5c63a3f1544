import * as vscode from 'vscode';
import { mayHoldVocabulary, mostVocabularyBytes, mostVocabularyFiles } from '../../trace/reading/modelQuestions';
import { nameOf } from './modelFile';

/** All that is read of a folder that is not on this machine, in bytes. */
const mostBytes = 4 * mostVocabularyBytes;

/** The files that may hold a vocabulary, in the folder of a model that is not on this machine; read whole. */
export async function readFilesBeside(model: vscode.Uri): Promise<Readonly<Record<string, Uint8Array>>> {
  const folder = vscode.Uri.joinPath(model, '..');
  const files: Record<string, Uint8Array> = {};
  let left = mostBytes;
  for (const name of await namesIn(folder, nameOf(model))) {
    const uri = vscode.Uri.joinPath(folder, name);
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > Math.min(left, mostVocabularyBytes)) continue;
    files[name] = await vscode.workspace.fs.readFile(uri);
    left -= size;
  }
  return files;
}

async function namesIn(folder: vscode.Uri, modelName: string): Promise<readonly string[]> {
  // A folder that cannot be listed has nothing to offer.
  const entries = await vscode.workspace.fs.readDirectory(folder).then(
    (all) => all,
    () => [],
  );
  return entries
    .filter(([name, type]) => type === vscode.FileType.File && name !== modelName && mayHoldVocabulary(name))
    .map(([name]) => name)
    .slice(0, mostVocabularyFiles);
}

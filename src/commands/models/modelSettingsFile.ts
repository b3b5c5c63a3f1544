import * as vscode from 'vscode';
import { settingsNamesOf } from './modelFile';

/** The settings that lie beside a model file, the one that is read first; null where there are none. */
export async function findSettings(uri: vscode.Uri): Promise<vscode.Uri | null> {
  for (const name of settingsNamesOf(uri)) {
    const candidate = vscode.Uri.joinPath(uri, '..', name);
    const isThere = await vscode.workspace.fs.stat(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  return null;
}

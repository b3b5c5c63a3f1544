import * as vscode from 'vscode';
import { type ModelNode } from '../trees/modelsTree';
import { type CommandContext } from './commandContext';
import { settingsNamesOf } from './modelFile';

/** "Edit Model Settings": opens the `NAME.inspector.json` beside a model file; where there is none, an unsaved one. */
export async function editModelSettings(_context: CommandContext, given: unknown): Promise<void> {
  const uri = given instanceof vscode.Uri ? given : (given as Partial<Extract<ModelNode, { kind: 'model' }>> | undefined)?.uri;
  if (!uri) return;
  const found = await findSettings(uri);
  const target = found ?? vscode.Uri.joinPath(uri, '..', settingsNamesOf(uri)[0] ?? '').with({ scheme: 'untitled' });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(target));
}

/** The settings that lie beside a model file, the one that is read first; null where there are none. */
export async function findSettings(uri: vscode.Uri): Promise<vscode.Uri | null> {
  for (const name of settingsNamesOf(uri)) {
    const candidate = vscode.Uri.joinPath(uri, '..', name);
    const isThere = await vscode.workspace.fs.stat(candidate).then(() => true, () => false);
    if (isThere) return candidate;
  }
  return null;
}

import * as vscode from 'vscode';
import { type Messages } from './messages';

/** Asks where, unless that is given, and writes the bytes there. */
export async function saveBytes(messages: Messages, suggestedName: string, data: Uint8Array, given?: vscode.Uri): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = given ?? (await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, suggestedName) } : {}));
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, data);
  } catch (thrown) {
    messages.tell('error', vscode.l10n.t('The file could not be saved: {0}', thrown instanceof Error ? thrown.message : String(thrown)));
    return;
  }
  messages.tell('info', vscode.l10n.t('Saved {0}.', target.path.slice(target.path.lastIndexOf('/') + 1)), {
    [vscode.l10n.t('Open')]: () => void vscode.env.openExternal(target),
  });
}

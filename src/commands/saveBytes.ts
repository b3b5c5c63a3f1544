import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeUri } from '../disk/uriFile';
import { askWhereToSave } from '../show/askText';
import { type Messages } from './messages';

/** Asks where, unless that is given, and writes the bytes there. */
export async function saveBytes(
  messages: Messages,
  suggestedName: string,
  data: Uint8Array,
  given?: vscode.Uri,
): Promise<void> {
  const target = given ?? (await askWhere(suggestedName));
  if (!target) return;
  try {
    await writeUri(target, data);
  } catch (thrown) {
    messages.tell(
      'error',
      vscode.l10n.t('The file could not be saved: {0}', thrown instanceof Error ? thrown.message : String(thrown)),
    );
    return;
  }
  messages.tell('info', vscode.l10n.t('Saved {0}.', target.path.slice(target.path.lastIndexOf('/') + 1)), {
    [vscode.l10n.t('Open')]: () => void vscode.env.openExternal(target),
  });
}

/** Without a folder in the window the name is offered in the person's own. */
async function askWhere(suggestedName: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder
    ? vscode.Uri.joinPath(folder, suggestedName)
    : vscode.Uri.file(path.join(homedir(), suggestedName));
  return askWhereToSave(vscode.l10n.t('Save {0}', suggestedName), defaultUri);
}

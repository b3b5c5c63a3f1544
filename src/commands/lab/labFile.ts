import * as vscode from 'vscode';
import { pick } from '../../show/pick';
import { type CommandContext } from '../commandContext';

const ending = '.lstm-lab.json';

/**
 * The lab file that a lens or menu gives, or the active editor's, or one that is picked; saved where it has changes.
 * Null where there is none.
 */
export async function chooseLabFile(
  { messages }: Pick<CommandContext, 'messages'>,
  given: unknown,
): Promise<string | null> {
  const uri = given instanceof vscode.Uri ? given : (activeLabFile() ?? (await pickLabFile(messages)));
  if (uri === undefined) return null;
  if (uri.scheme !== 'file' || !uri.path.endsWith(ending)) {
    messages.tell(
      'warning',
      vscode.l10n.t(
        'The lab works with *.lstm-lab.json files on the machine where the extension runs; {0} is none.',
        uri.path,
      ),
    );
    return null;
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty === true && !(await open.save())) return null;
  return uri.fsPath;
}

function activeLabFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.path.endsWith(ending) === true ? uri : undefined;
}

async function pickLabFile(messages: CommandContext['messages']): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(`**/*${ending}`, '**/node_modules/**', 200);
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), value: uri }));
  if (items.length === 0) {
    const create = vscode.l10n.t('New Lab File...');
    messages.tell('info', vscode.l10n.t('There is no *.lstm-lab.json file in this workspace.'), {
      [create]: () => void vscode.commands.executeCommand('lstmInspector.newLabFile'),
    });
    return undefined;
  }
  return pick({ title: vscode.l10n.t('Which lab file?') }, items);
}

import path from 'node:path';
import * as vscode from 'vscode';
import { type LabOutline, outlineOf, withTransfer } from '../../editor/transferText';
import { askForPath } from '../../show/askText';
import { type CommandContext } from '../commandContext';
import { chooseLabFile } from './labFile';
import { pickOne } from '../pickOne';

/**
 * "Transfer a Model...": asks which model, and writes a commented "transfer" into the lab file; where there is one, it
 * is shown.
 */
export async function addTransfer(context: CommandContext, given: unknown): Promise<vscode.TextDocument | null> {
  const settingsPath = await chooseLabFile(context, given);
  if (settingsPath === null) return null;
  const document = await vscode.workspace.openTextDocument(settingsPath);
  const outline = outlineOf(document.getText());
  if (outline === null) {
    context.messages.tell('error', vscode.l10n.t('{0} holds no settings.', path.basename(settingsPath)), {});
    return null;
  }
  if (!outline.hasTransfer) {
    const source = await chooseSource(context, settingsPath, outline);
    if (source === undefined) return null;
    await writeTransfer(document, source);
  }
  await showTransfer(document);
  return document;
}

/** Writes the block behind the last setting; one step of undo, not saved. */
export async function writeTransfer(document: vscode.TextDocument, source: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const text = document.getText();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(text.length)),
    withTransfer(text, source),
  );
  await vscode.workspace.applyEdit(edit);
}

async function showTransfer(document: vscode.TextDocument): Promise<void> {
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const at = document.positionAt(Math.max(0, document.getText().indexOf('"transfer"')));
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
}

/** A bundled model that reads what the lab file reads, or a file; undefined when dismissed. */
async function chooseSource(
  context: CommandContext,
  settingsPath: string,
  { level, task }: LabOutline,
): Promise<string | undefined> {
  const answer = await context.engine.request('models', {});
  const input = level === 'word' ? 'words' : 'characters';
  const fitting = answer.ok
    ? answer.value.filter((model) => model.input === input && (task === 'classify' || model.task === 'next-token'))
    : [];
  const fromFile = { label: vscode.l10n.t('A model file...'), value: '' };
  const answers = [
    ...fitting.map(({ name, description }) => ({ label: name, value: name, detail: description })),
    fromFile,
  ];
  const chosen = await pickOne(
    vscode.l10n.t('Which model is transferred?'),
    vscode.l10n.t('Its layers are frozen, and new ones are trained on top.'),
    answers,
  );
  if (chosen !== '') return chosen;
  const file = await askForPath({
    openLabel: vscode.l10n.t('Transfer This Model'),
    filters: { [vscode.l10n.t('Models')]: ['json', 'h5', 'keras', 'onnx', 'pt', 'pth', 'safetensors'] },
  });
  return file === undefined
    ? undefined
    : path.relative(path.dirname(settingsPath), file.fsPath).replaceAll(path.sep, '/');
}

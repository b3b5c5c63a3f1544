import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type ExtensionApi } from '../../src/extension';
import { type Inspection } from '../../src/session/inspection';

/** The running extension's own rooms. */
export async function openComposition(): Promise<Composition> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('lstm-inspector.lstm-inspector');
  assert.ok(extension);
  return (await extension.activate()).compose();
}

/** An untitled document in an editor, with selections in UTF-16 offsets; without one the cursor is at the start. */
export async function showText(
  content: string,
  selections: readonly (readonly [number, number])[] = [],
): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ content });
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await until('the text is in the active editor', () => vscode.window.activeTextEditor?.document === document);
  if (content.includes('\r\n')) await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
  // VS Code gives an untitled document the name of one just closed, and may bring back what it had kept of that one.
  if (document.getText() !== content) {
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), content));
    assert.equal(document.getText(), content);
  }
  const at = (offset: number): vscode.Position => document.positionAt(offset);
  if (selections.length > 0)
    editor.selections = selections.map(([start, end]) => new vscode.Selection(at(start), at(end)));
  return editor;
}

/** Runs "Inspect LSTM" with a model and gives the inspection, which may still be reading. */
export async function inspect(given: { readonly model?: string; readonly text?: string } = {}): Promise<Inspection> {
  const inspection = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect', {
    model: 'prose-lstm',
    ...given,
  });
  assert.ok(inspection, 'an inspection was opened');
  return inspection;
}

/** Inspects and waits until everything is read. */
export async function inspectWhole(
  given: { readonly model?: string; readonly text?: string } = {},
): Promise<Inspection> {
  const inspection = await inspect(given);
  const result = await inspection.whenFinished();
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return inspection;
}

/** Waits until a condition holds; fails with its name after 20 s. */
export async function until(name: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`Waited in vain until ${name}.`);
}

/** Closes every editor and panel without asking, and waits until the inspections are forgotten. */
export async function closeAll(): Promise<void> {
  const { registry } = await openComposition();
  const isOpen = (): boolean =>
    registry.all.length > 0 || vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0);
  // A panel that was just made may have no tab yet.
  for (let attempt = 0; attempt < 200 && isOpen(); attempt++) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    if (attempt > 20) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(!isOpen(), 'everything is closed');
}

/** Runs a command and answers every question that it asks with one key, as a person would. */
export async function answering<T>(
  command: Thenable<T>,
  key: 'workbench.action.acceptSelectedQuickOpenItem' | 'workbench.action.closeQuickOpen',
): Promise<T> {
  let isDone = false;
  const finished = Promise.resolve(command).finally(() => (isDone = true));
  while (!isDone) {
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 400))]);
    if (!isDone) await vscode.commands.executeCommand(key);
  }
  return finished;
}

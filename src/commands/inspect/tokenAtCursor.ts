import * as vscode from 'vscode';
import { type TokenPlace } from '../../editor/inspectedDocuments';
import { type CommandContext } from '../commandContext';

/**
 * The inspected tokens at the cursor of the editor in front. Where no text editor is (a panel or the walkthrough is),
 * the text of the inspection used last is shown, with its cursor at the token that the view is on. Without a token it
 * is said what to do.
 */
export async function tokensAtCursor(context: CommandContext): Promise<readonly TokenPlace[]> {
  const { documents, registry, messages } = context;
  const editor = vscode.window.activeTextEditor ?? (await showInspectedText(context));
  const places = editor ? documents.tokensAt(editor.document, editor.selection.active) : [];
  if (places.length > 0) return places;
  messages.tell(
    'info',
    registry.active === null
      ? vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.')
      : vscode.l10n.t('Put the cursor on a token of an inspected text first.'),
  );
  return [];
}

/** "Show Gate Values of the Token at the Cursor": VS Code's hover there, as the mouse would open it. */
export async function showHover(context: CommandContext): Promise<void> {
  if (!context.settings().hover) {
    context.messages.tell('info', vscode.l10n.t('The hover is turned off in the settings.'), {
      [vscode.l10n.t('Open Settings')]: () =>
        void vscode.commands.executeCommand('workbench.action.openSettings', 'lstmInspector.hover'),
    });
    return;
  }
  if ((await tokensAtCursor(context)).length > 0) await vscode.commands.executeCommand('editor.action.showHover');
}

async function showInspectedText({ registry, documents }: CommandContext): Promise<vscode.TextEditor | null> {
  const inspection = registry.active;
  if (inspection?.subject.uri === undefined || inspection.stale === 'gone') return null;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(inspection.subject.uri));
  const open = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
  });
  const { cursor, pins } = inspection.state ?? { cursor: null, pins: [] };
  const step = cursor ?? pins.at(-1) ?? (documents.tokensAt(document, editor.selection.active).length > 0 ? null : 0);
  const [range] = step === null ? [] : documents.rangesOf(document, inspection, step);
  if (!range) return editor;
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}

import * as vscode from 'vscode';
import { type CommandContext } from './commandContext';

/** Pins a token in the view of its inspection; called by the link in a hover with `{ inspection, step }`. */
export function pinToken({ registry, panels, messages }: CommandContext, given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  const { inspection: id, step } = given as Record<string, unknown>;
  const inspection = typeof id === 'number' ? registry.byId(id) : undefined;
  if (!inspection || typeof step !== 'number' || !inspection.tokens[step]) {
    messages.tell('info', vscode.l10n.t('This inspection is closed. Inspect the text again.'));
    return;
  }
  panels.reveal(inspection);
  inspection.pointAt(step, true);
}

/** Pins the token at the editor's cursor in every view that shows it. */
export function pinAtCursor({ documents, panels, messages }: CommandContext): void {
  const editor = vscode.window.activeTextEditor;
  const places = editor ? documents.tokensAt(editor.document, editor.selection.active) : [];
  if (places.length === 0) {
    messages.tell('info', vscode.l10n.t('Put the cursor on a token of an inspected text first.'));
    return;
  }
  for (const { inspection, step } of places) {
    panels.reveal(inspection);
    inspection.pointAt(step, true);
  }
}

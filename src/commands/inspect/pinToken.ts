import * as vscode from 'vscode';
import { type CommandContext } from '../commandContext';
import { tokensAtCursor } from './tokenAtCursor';

/** Pins a token in the view of its inspection; called by the link in a hover with `{ inspection, step }`. */
export function pinToken({ registry, panels, messages }: CommandContext, given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  const { inspection: id, step } = given as Record<string, unknown>;
  const inspection = typeof id === 'number' ? registry.byId(id) : undefined;
  if (!inspection || typeof step !== 'number' || step < 0 || !inspection.tokens.at(step)) {
    messages.tell('info', vscode.l10n.t('This inspection is closed. Inspect the text again.'));
    return;
  }
  panels.reveal(inspection);
  inspection.pointAt(step, true);
}

/** "Pin the Token at the Cursor": in every view that shows it. */
export async function pinAtCursor(context: CommandContext): Promise<void> {
  for (const { inspection, step } of await tokensAtCursor(context)) {
    context.panels.reveal(inspection);
    inspection.pointAt(step, true);
  }
}

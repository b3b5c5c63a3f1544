import * as vscode from 'vscode';
import { type CommandContext } from '../commandContext';

/** "Stop Reading": stops the inspection used last; what has been read stays. */
export function stopReading({ registry, messages }: CommandContext): void {
  const { active } = registry;
  if (active?.status.kind === 'loading' || active?.status.kind === 'reading') active.cancel();
  else messages.tell('info', vscode.l10n.t('No text is being read now.'));
}

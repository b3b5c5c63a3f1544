import * as vscode from 'vscode';
import { type SensitivityDecorations } from '../../editor/sensitivityDecorations';
import { type CommandContext } from '../commandContext';

/**
 * "Show or Hide Sensitivity in the Editor"; gives whether it is shown now. Without an inspection there is nothing to
 * colour, which is said.
 */
export function toggleInfluence({
  registry,
  messages,
  sensitivity,
}: CommandContext & { readonly sensitivity: SensitivityDecorations }): boolean {
  if (!sensitivity.isShown && registry.active === null) {
    messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return false;
  }
  return sensitivity.toggle();
}

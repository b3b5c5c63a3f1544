import * as vscode from 'vscode';
import { type InfluenceDecorations } from '../../editor/influenceDecorations';
import { type CommandContext } from '../commandContext';

/** "Show or Hide Influence in the Editor"; gives whether it is shown now. Without an inspection there is nothing to colour, which is said. */
export function toggleInfluence({
  registry,
  messages,
  influence,
}: CommandContext & { readonly influence: InfluenceDecorations }): boolean {
  if (!influence.isShown && registry.active === null) {
    messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return false;
  }
  return influence.toggle();
}

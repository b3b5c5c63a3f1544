import * as vscode from 'vscode';
import { transferOrderOf } from '../../panel/labPanels';
import { askText } from '../../show/askText';
import { type TransferPanels } from '../../panel/transferPanels';
import { type Inspection } from '../../session/inspection';
import { asksForTrust } from '../../show/workspaceTrust';
import { type CommandContext } from '../commandContext';
import { chooseLabFile } from './labFile';
import { openInspection } from '../inspect/openInspection';

export type TransferRun = ReturnType<TransferPanels['show']>;

/** "Transfer": transfers a trained model as the lab file says, and shows how it goes. */
export async function transferLab(context: CommandContext, given: unknown): Promise<TransferRun | null> {
  if (asksForTrust()) return null;
  const settingsPath = await chooseLabFile(context, given);
  if (settingsPath === null) return null;
  const run = context.transferPanels.show(transferOrderOf(settingsPath));
  void run.start();
  return run;
}

/** "Open Transfer Results": shows what the last transfer of the lab file left in its folder, or the one under way. */
export async function openTransferResults(context: CommandContext, given: unknown): Promise<TransferRun | null> {
  const settingsPath = await chooseLabFile(context, given);
  return settingsPath === null ? null : context.transferPanels.show(transferOrderOf(settingsPath));
}

/**
 * Inspects a text with each of the models, in panels that are linked by token; without a text a sentence is asked for.
 */
export async function inspectWithEach(
  context: CommandContext,
  text: string,
  models: readonly Inspection['model'][],
  title: string,
): Promise<void> {
  const chosen =
    text !== ''
      ? text
      : await askText({
          title: vscode.l10n.t('Inspect LSTM'),
          prompt: vscode.l10n.t('Type a sentence for {0} to read.', title),
        });
  if (chosen === undefined || chosen === '') return;
  const subject = { title: vscode.l10n.t('Sentence'), text: chosen, ranges: [], borders: [], isStored: false };
  models.reduce<Inspection | undefined>((before, model) => openInspection(context, subject, model, before), undefined);
}

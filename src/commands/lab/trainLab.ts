import * as vscode from 'vscode';
import { labOrderOf } from '../../panel/labPanels';
import { type TrainingRun } from '../../panel/trainingPanels';
import { asksForTrust } from '../../show/workspaceTrust';
import { type CommandContext } from '../commandContext';
import { chooseLabFile } from './labFile';

/** "Train": trains as the lab file says, and shows how it goes. */
export async function trainLab(context: CommandContext, given: unknown): Promise<TrainingRun | null> {
  if (asksForTrust()) return null;
  const settingsPath = await chooseLabFile(context, given);
  if (settingsPath === null) return null;
  const run = context.trainingPanels.show(labOrderOf(settingsPath));
  void run.start();
  return run;
}

/** Inspects a text with a model that was trained here. */
export function inspectWithTrained(
  { panels }: Pick<CommandContext, 'panels'>,
  text: string,
  modelPath: string,
  title: string,
): void {
  const subject = {
    title: vscode.l10n.t('Text for {0}', title),
    text,
    ranges: [{ start: 0, end: text.length }],
    borders: [],
    isStored: false,
  };
  panels.create(subject, { kind: 'file', path: modelPath });
}

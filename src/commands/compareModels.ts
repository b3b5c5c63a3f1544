import * as vscode from 'vscode';
import { type Inspection } from '../session/inspection';
import { type CommandContext } from './commandContext';
import { openInspection } from './openInspection';
import { pickModel } from './pickModel';

/** "Compare with Another Model": the same text read by a second model in a panel beside; both views are linked by token. */
export async function compareModels(context: CommandContext, given: unknown): Promise<Inspection | null> {
  const inspection = context.registry.active;
  if (!inspection) {
    context.messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return null;
  }
  const name = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['model'] : undefined;
  const model = typeof name === 'string' ? ({ kind: 'bundled', name } as const) : await pickModel(context, { always: true });
  return model && openInspection(context, inspection.subject, model);
}

import * as vscode from 'vscode';
import { type Inspection } from '../../session/inspection';
import { type ModelNode } from '../../trees/modelsTree';
import { handOver } from '../models/chooseModelFile';
import { type CommandContext } from '../commandContext';
import { openInspection } from './openInspection';
import { pickModel } from '../models/pickModel';
import { subjectForModel } from './subjectForModel';

/**
 * "Compare with Another Model": the same text read by a second model in a panel beside; both views are linked by token.
 * From the tree the second model is the one that was clicked.
 */
export async function compareModels(context: CommandContext, given: unknown): Promise<Inspection | null> {
  const inspection = context.registry.active;
  if (!inspection) {
    context.messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return null;
  }
  const model = (await givenModel(context, given)) ?? (await pickModel(context, { always: true }));
  return model && openInspection(context, await subjectForModel(context, inspection.subject, model), model, inspection);
}

async function givenModel(context: CommandContext, given: unknown): Promise<Inspection['model'] | null> {
  if (typeof given !== 'object' || given === null) return null;
  const { kind, name, uri, model } = given as Partial<Extract<ModelNode, { kind: 'model' }>> & {
    readonly model?: unknown;
  };
  if (typeof model === 'string') return { kind: 'bundled', name: model };
  if (kind !== 'model' || typeof name !== 'string') return null;
  return uri ? handOver(context, uri) : { kind: 'bundled', name };
}

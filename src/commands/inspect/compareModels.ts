import * as vscode from 'vscode';
import { type Inspection } from '../../session/inspection';
import { type ModelNode } from '../../trees/modelsTree';
import { toFailure } from '../../base/errors';
import { type CommandContext } from '../commandContext';
import { openInspection } from './openInspection';
import { openAsked, tellFailure } from '../models/openAsked';
import { pickModel } from '../models/pickModel';
import { subjectForModel } from './subjectForModel';

type Model = Inspection['model'];

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
  const { model: named, uri } = modelIn(given);
  const model = uri ? await openFile(context, uri) : (named ?? (await pickModel(context, { always: true })));
  return model && openInspection(context, await subjectForModel(context, inspection.subject, model), model, inspection);
}

/** A model file is asked what Inspect asks of it. */
async function openFile(context: CommandContext, uri: vscode.Uri): Promise<Model | null> {
  try {
    return (await openAsked(context, uri))?.model ?? null;
  } catch (thrown) {
    tellFailure(context, toFailure(thrown).message);
    return null;
  }
}

/** What the tree, or a test, gives: a bundled model, or a model file. */
function modelIn(given: unknown): { readonly model?: Model; readonly uri?: vscode.Uri } {
  if (typeof given !== 'object' || given === null) return {};
  const { kind, name, uri, model } = given as Partial<Extract<ModelNode, { kind: 'model' }>> & {
    readonly model?: unknown;
  };
  if (typeof model === 'string') return { model: { kind: 'bundled', name: model } };
  if (kind !== 'model' || typeof name !== 'string') return {};
  return uri ? { uri } : { model: { kind: 'bundled', name } };
}

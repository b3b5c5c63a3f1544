import * as vscode from 'vscode';
import { type ModelNode } from '../../trees/modelsTree';
import { type CommandContext } from '../commandContext';
import { askForModelFile } from './chooseModelFile';
import { createModelSettings } from './createModelSettings';
import { referenceOf } from './modelFile';
import { findSettings } from './modelSettingsFile';
import { uriOfActiveFile } from './openModelOverview';

/**
 * "Edit Model Settings": opens the `NAME.inspector.json` beside a model file (given, in front, or asked for); where
 * there is none, asks for what the file does not say and opens what was written.
 */
export async function editModelSettings(context: CommandContext, given: unknown): Promise<void> {
  const named =
    given instanceof vscode.Uri ? given : (given as Partial<Extract<ModelNode, { kind: 'model' }>> | undefined)?.uri;
  const uri = named ?? uriOfActiveFile() ?? (await askForModelFile(vscode.l10n.t('Edit Model Settings')));
  if (!uri) return;
  const there = await findSettings(uri);
  if (!there && !(await create(context, uri))) return;
  const target = there ?? (await findSettings(uri));
  if (target) await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(target));
}

async function create(context: CommandContext, uri: vscode.Uri): Promise<boolean> {
  const model = await referenceOf(uri, { limitMb: context.settings().maxModelMb });
  const answer = await context.engine.request('openModel', { model });
  if (!answer.ok) {
    context.messages.tell('error', answer.error.message);
    return false;
  }
  const outcome = await createModelSettings(context, { uri, model, opened: answer.value });
  if (outcome === 'nothing to ask')
    context.messages.tell('info', vscode.l10n.t('The file says everything that is needed.'));
  return outcome === 'written';
}

import * as vscode from 'vscode';
import { writeUri } from '../../disk/uriFile';
import { askVocabulary } from './askVocabulary';
import { type CommandContext } from '../commandContext';
import { confirmTorch } from './confirmTorch';
import { type Inspection } from '../../session/inspection';
import { readFilesBeside } from './filesBeside';
import { nameOf } from './modelFile';
import { type ModelQuestions } from './modelSettings';
import { findSettings } from './modelSettingsFile';

interface Opened {
  readonly input: string;
  readonly format: string;
}

/** A model that was opened without settings. */
interface Asked {
  readonly uri: vscode.Uri;
  readonly model: Inspection['model'];
  readonly opened: Opened;
}

/**
 * How the asking ended: the settings stand beside the model now, there was nothing to ask, or the person dismissed it.
 */
export type SettingsOutcome = 'written' | 'nothing to ask' | 'dismissed';

/**
 * The first time a model of one's own is inspected: asks for what its file does not say, and keeps the answers in
 * `NAME.inspector.json` beside it. Nothing is written unless every question was answered.
 */
export async function createModelSettings(
  context: CommandContext,
  { uri, model, opened }: Asked,
): Promise<SettingsOutcome> {
  const isTorch = opened.format === 'torch' || opened.format === 'safetensors';
  // Where nothing can be written, the answers would have no place.
  const isWritable = vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false;
  if (!isWritable || (opened.input !== 'ids' && !isTorch) || (await findSettings(uri))) return 'nothing to ask';
  const beside = uri.scheme === 'file' ? {} : { beside: await readFilesBeside(uri) };
  const questions = await context.engine.request('modelQuestions', { model, ...beside });
  if (!questions.ok) return 'nothing to ask';
  const answers = await ask(questions.value, { opened, title: vscode.l10n.t('Settings of {0}', nameOf(uri)) });
  if (!answers) return 'dismissed';
  await write(context, uri, answers);
  return 'written';
}

async function ask(
  questions: ModelQuestions,
  { opened, title }: { readonly opened: Opened; readonly title: string },
): Promise<object | null> {
  const torch = questions.torch === undefined ? undefined : await confirmTorch(questions.torch, title);
  if (questions.torch !== undefined && torch === undefined) return null;
  const readsIds = torch === undefined ? opened.input === 'ids' : torch.embedding !== null;
  // A PyTorch model without a vocabulary beside it can still be confirmed; its text has to wait.
  const needsVocabulary = readsIds && (questions.torch === undefined || questions.vocabularies.length > 0);
  const vocabulary = needsVocabulary ? await askVocabulary(questions, title) : {};
  return vocabulary === undefined ? null : { version: 1, ...torch, ...vocabulary };
}

async function write({ messages }: CommandContext, model: vscode.Uri, answers: object): Promise<void> {
  const target = vscode.Uri.joinPath(model, '..', `${nameOf(model)}.inspector.json`);
  await writeUri(target, new TextEncoder().encode(`${JSON.stringify(answers, null, 2)}\n`));
  messages.tell('info', vscode.l10n.t('Kept in {0}.', nameOf(target)), {
    [vscode.l10n.t('Edit Settings')]: () => void vscode.window.showTextDocument(target),
  });
}

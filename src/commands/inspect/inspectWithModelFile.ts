import * as vscode from 'vscode';
import { toFailure } from '../../base/errors';
import { subjectOfEditor, subjectOfSentence } from '../../editor/editorSubject';
import { subjectOfValuesFile, valuesOfText } from '../../editor/valuesSubject';
import { type Inspection } from '../../session/inspection';
import { type Subject } from '../../session/subject';
import { type CommandContext } from '../commandContext';
import { askForSentence } from './askForSentence';
import { askForFile, askForModelFile } from '../models/chooseModelFile';
import { openAsked, type OpenedModel, tellFailure } from '../models/openAsked';
import { openInspection } from './openInspection';
import { rememberModel } from '../models/pickModel';

/** "Inspect with Model File...": reads the editor's text, or numbers, with a model file of the user's own. */
export async function inspectWithModelFile(context: CommandContext, given: unknown): Promise<Inspection | null> {
  context.engine.warm();
  const uri = uriOf(given) ?? (await askForModelFile(vscode.l10n.t('Inspect with This Model')));
  if (!uri) return null;
  try {
    const opened = await openAsked(context, uri);
    return opened && (await inspectWithModel(context, opened, isAskedForSentence(given)));
  } catch (thrown) {
    tellFailure(context, toFailure(thrown).message);
    return null;
  }
}

/** Reads what is chosen with a model: text where it reads text, else rows of numbers. */
async function inspectWithModel(
  context: CommandContext,
  { model, summary }: OpenedModel,
  asksForSentence: boolean,
): Promise<Inspection | null> {
  await rememberModel(context, model);
  const subject = summary.input === 'values' ? await chooseValues(context) : await chooseText(context, asksForSentence);
  return subject && openInspection(context, subject, model);
}

async function chooseText({ settings }: CommandContext, asksForSentence: boolean): Promise<Subject | null> {
  const { maxCharacters } = settings();
  const editor = asksForSentence ? undefined : vscode.window.activeTextEditor;
  const subject = editor ? subjectOfEditor(editor, maxCharacters) : null;
  if (subject) return subject;
  const sentence = await askForSentence(maxCharacters);
  return sentence === null ? null : subjectOfSentence(sentence);
}

/** Rows of numbers: the editor's text where it is some, else a file. */
async function chooseValues({ settings, parseValues }: CommandContext): Promise<Subject | null> {
  const editor = vscode.window.activeTextEditor;
  const subject = editor ? subjectOfEditor(editor, settings().maxCharacters) : null;
  if (subject) {
    const values = valuesOfText(subject, parseValues);
    if (values.ok) return { ...subject, values: values.value };
  }
  const uri = await askForFile(vscode.l10n.t('Read These Numbers'), {
    [vscode.l10n.t('Rows of numbers')]: ['csv', 'tsv', 'txt', 'json', 'npy', 'npz'],
  });
  if (!uri) return null;
  const read = await subjectOfValuesFile(uri, parseValues);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

/** The overview's button asks for a sentence, whatever editor is open. */
function isAskedForSentence(given: unknown): boolean {
  return typeof given === 'object' && given !== null && (given as Record<string, unknown>)['asksForSentence'] === true;
}

/** A menu of the explorer gives the file; a keybinding or a test gives `{ uri }`. */
function uriOf(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  const uri = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['uri'] : undefined;
  return uri instanceof vscode.Uri ? uri : undefined;
}

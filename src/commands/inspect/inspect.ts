import * as vscode from 'vscode';
import { subjectOfEditor, subjectOfSentence } from '../../editor/editorSubject';
import { type Inspection } from '../../session/inspection';
import { askText } from '../../show/askText';
import { type Subject } from '../../session/subject';
import { type CommandContext } from '../commandContext';
import { openInspection } from './openInspection';
import { pickModel } from '../models/pickModel';
import { subjectForModel } from './subjectForModel';

/** What a caller of the command may give instead of being asked, e.g. from a keybinding. */
export interface InspectArguments {
  /** Name of a bundled model. */
  readonly model?: string;
  /** A sentence to read instead of the editor's text. */
  readonly text?: string;
}

/** "Inspect LSTM": reads the selection, the paragraph at the cursor or the file with a model, in a panel beside it. */
export async function inspect(context: CommandContext, given?: unknown): Promise<Inspection | null> {
  context.engine.warm();
  const { model: name, text } = parseArguments(given);
  const subject = text === undefined ? await findSubject(context) : subjectOfSentence(text);
  if (subject === 'dismissed') return null;
  if (!subject || subject.text === '') {
    context.messages.tell(
      'warning',
      vscode.l10n.t('There is no text to inspect. Select some text, or open a file that has text.'),
    );
    return null;
  }
  const model = name === undefined ? await pickModel(context) : ({ kind: 'bundled', name } as const);
  return model && openInspection(context, await subjectForModel(context, subject, model), model);
}

async function findSubject({ settings }: CommandContext): Promise<Subject | null | 'dismissed'> {
  const editor = vscode.window.activeTextEditor;
  const { maxCharacters } = settings();
  if (editor) return subjectOfEditor(editor, maxCharacters);
  const sentence = await askText({
    title: vscode.l10n.t('Inspect LSTM'),
    prompt: vscode.l10n.t('No editor is open. Type a sentence for the model to read.'),
  });
  return sentence === undefined ? 'dismissed' : subjectOfSentence(sentence.slice(0, maxCharacters));
}

/** A menu passes a URI and other things; only what we know is taken. */
function parseArguments(given: unknown): InspectArguments {
  if (typeof given !== 'object' || given === null || given instanceof vscode.Uri) return {};
  const { model, text } = given as Record<string, unknown>;
  return { ...(typeof model === 'string' ? { model } : {}), ...(typeof text === 'string' ? { text } : {}) };
}

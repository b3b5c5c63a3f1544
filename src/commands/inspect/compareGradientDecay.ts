import * as vscode from 'vscode';
import { subjectOfEditor } from '../../editor/editorSubject';
import { type Comparison } from '../../session/comparison';
import { type Subject } from '../../session/subject';
import { type CommandContext } from '../commandContext';

/**
 * Steps of one text that are compared; backward passes of nine networks and five seeds over more would keep a person
 * waiting.
 */
const maxCharacters = 1000;

/**
 * "Compare Gradient Decay": RNN, GRU and LSTM, trained and untrained, on the chosen text, or on noise without an
 * editor.
 */
export function compareGradientDecay(context: CommandContext): Promise<Comparison> {
  context.engine.warm();
  const editor = vscode.window.activeTextEditor;
  const limit = Math.min(maxCharacters, context.settings().maxCharacters);
  const subject = editor ? subjectOfEditor(editor, limit) : null;
  if (subject?.note !== undefined) context.messages.tell('info', subject.note);
  return context.decayPanels.create(subject ?? noise());
}

function noise(): Subject {
  return { title: vscode.l10n.t('Noise'), text: '', ranges: [], borders: [], isStored: false };
}

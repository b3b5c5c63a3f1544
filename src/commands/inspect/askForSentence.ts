import * as vscode from 'vscode';
import { askText } from '../../show/askText';

/** A sentence typed by the person; null when dismissed or empty. */
export async function askForSentence(maxCharacters: number): Promise<string | null> {
  const prompt = vscode.l10n.t('Type a sentence for the model to read.');
  const sentence = await askText({ title: vscode.l10n.t('Inspect a Sentence'), prompt });
  return sentence === undefined || sentence === '' ? null : sentence.slice(0, maxCharacters);
}

import * as vscode from 'vscode';
import { subjectOfRanges } from '../../editor/editorSubject';
import { readValuesAgain } from '../../editor/valuesSubject';
import { type Inspection } from '../../session/inspection';
import { type CommandContext } from '../commandContext';
import { watchReading } from './openInspection';

/** Reads the text of the active (or given) inspection as it is now, with the same model. */
export async function inspectAgain(
  context: CommandContext,
  inspection: Inspection | null = context.registry.active,
): Promise<void> {
  if (!inspection) {
    context.messages.tell('info', vscode.l10n.t('No inspection is open. Run "Inspect LSTM" on some text.'));
    return;
  }
  void inspection.restart((await textNow(context, inspection)) ?? inspection.subject);
  watchReading(context, inspection);
}

async function textNow(
  { documents, settings, parseValues }: CommandContext,
  inspection: Inspection,
): Promise<Inspection['subject'] | null> {
  const { uri, text, values } = inspection.subject;
  if (uri === undefined || inspection.stale === 'gone') return null;
  if (values !== undefined && text === '') return readValuesAgain(inspection.subject, parseValues);
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  if (!document) return null;
  const subject = subjectOfRanges(document, documents.rangesNow(inspection), settings().maxCharacters);
  if (subject.text === '') return null;
  return values === undefined ? subject : readValuesAgain(subject, parseValues);
}

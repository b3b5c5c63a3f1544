import * as vscode from 'vscode';
import { showReadingProgress } from '../../panel/readingProgress';
import { type Inspection } from '../../session/inspection';
import { type Subject } from '../../session/subject';
import { type CommandContext } from '../commandContext';

/**
 * Opens a panel that reads the text, beside the editor or the panel of another inspection, and says what the user
 * should know: what was left out, and why it failed.
 */
export function openInspection(
  context: Pick<CommandContext, 'panels' | 'messages' | 'log' | 'registry'>,
  subject: Subject,
  model: Inspection['model'],
  beside?: Inspection,
): Inspection {
  const inspection = context.panels.create(subject, model, beside);
  if (subject.note !== undefined) {
    context.messages.tell('warning', subject.note, {
      [vscode.l10n.t('Change Limit')]: () =>
        void vscode.commands.executeCommand('workbench.action.openSettings', 'lstmInspector.maxCharacters'),
    });
  }
  watchReading(context, inspection);
  return inspection;
}

/** Progress while it reads, and one message if it fails. */
export function watchReading(
  { log, registry, messages }: Pick<CommandContext, 'log' | 'registry' | 'messages'>,
  inspection: Inspection,
): void {
  void showReadingProgress(inspection);
  void inspection.whenFinished().then((result) => {
    if (result.ok || result.error.code === 'cancelled' || !registry.all.includes(inspection)) return;
    log.error(`Reading "${inspection.subject.title}" failed (${result.error.code}): ${result.error.message}`);
    messages.tell('error', result.error.message, { [vscode.l10n.t('Show Log')]: () => log.show() });
  });
}

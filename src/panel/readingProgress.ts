import * as vscode from 'vscode';
import { withProgress } from '../show/withProgress';
import { type Inspection } from '../session/inspection';

const patienceMs = 500;

/** VS Code's own progress with a cancel button, for a reading that takes longer than half a second. */
export async function showReadingProgress(inspection: Inspection): Promise<void> {
  const finished = inspection.whenFinished();
  const isFast = await Promise.race([finished.then(() => true), wait(patienceMs)]);
  if (isFast) return;
  const title = vscode.l10n.t('Reading {0}', inspection.subject.title);
  await withProgress(title, async (report, token) => {
    const cancel = token.onCancellationRequested(() => inspection.cancel());
    let shown = 0;
    const follow = inspection.changed.on(() => {
      if (inspection.status.kind !== 'reading' || inspection.tokens.length === 0) return;
      const percent = (100 * inspection.status.done) / inspection.tokens.length;
      report({
        increment: percent - shown,
        message: vscode.l10n.t('{0} of {1} tokens', inspection.status.done, inspection.tokens.length),
      });
      shown = percent;
    });
    await finished;
    cancel.dispose();
    follow.dispose();
  });
}

function wait(durationMs: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), durationMs));
}

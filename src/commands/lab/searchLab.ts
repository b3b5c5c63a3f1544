import path from 'node:path';
import * as vscode from 'vscode';
import { labOrderOf } from '../../panel/labPanels';
import { type LabProgress, showLabProgress } from '../../panel/labProgress';
import { type SearchRun } from '../../session/searchWork';
import { askForPath } from '../../show/askText';
import { asksForTrust } from '../../show/workspaceTrust';
import { type CommandContext } from '../commandContext';
import { chooseLabFile } from './labFile';

/**
 * "Search": searches hyperparameters as a lab file says, the given one or the editor's; the study goes on where it
 * stands.
 */
export async function searchLab(context: CommandContext, given: unknown): Promise<SearchRun | null> {
  if (asksForTrust()) return null;
  const settingsPath = await chooseLabFile(context, given);
  if (settingsPath === null) return null;
  const run = context.studyPanels.show(labOrderOf(settingsPath));
  void run.start();
  return run;
}

/** "Open Study": shows what a journal holds, Optuna's or ours; nothing is run, and nothing is written. */
export async function openStudy({ studyPanels }: CommandContext, given: unknown): Promise<SearchRun | null> {
  const uri = given instanceof vscode.Uri ? given : await chooseJournal();
  if (uri === undefined) return null;
  return studyPanels.show({ settingsPath: uri.fsPath, outFolder: path.dirname(uri.fsPath) });
}

function chooseJournal(): Promise<vscode.Uri | undefined> {
  const title = vscode.l10n.t('Open Study');
  return askForPath({
    openLabel: title,
    filters: { [vscode.l10n.t('Journals of Optuna')]: ['log', 'journal'], [vscode.l10n.t('All files')]: ['*'] },
  });
}

/**
 * Shows each search that begins as a notification with its trials and the best so far, which can be cancelled, and says
 * how it ended.
 */
export function watchSearch({ messages, log }: Pick<CommandContext, 'messages' | 'log'>, run: SearchRun): void {
  let [trials, done] = [0, 0];
  showLabProgress(run, vscode.l10n.t('Searching {0}', run.source), (event): LabProgress | null => {
    if (event.type === 'search-started') ({ trials, done } = event);
    if (event.type !== 'trial-ended') return null;
    done++;
    const best =
      event.best === undefined ? '' : `, ${vscode.l10n.t('best {0}', Number(event.best.value.toPrecision(4)))}`;
    return {
      share: Math.min(1, done / Math.max(1, trials)),
      message: `${vscode.l10n.t('trial {0} of {1}', done, trials)}${best}`,
    };
  });
  run.changed.on(() => {
    if (!run.isActive) tellEnd({ messages, log }, run);
  });
}

function tellEnd({ messages, log }: Pick<CommandContext, 'messages' | 'log'>, run: SearchRun): void {
  const { status } = run;
  if (status.kind === 'failed') {
    log.error(status.failure.message);
    messages.tell('error', status.failure.message, { [vscode.l10n.t('Show Log')]: () => log.show() });
  }
  const last = run.events.at(-1);
  if (status.kind !== 'complete' || last?.type !== 'search-finished') return;
  if (last.best === undefined) messages.tell('warning', vscode.l10n.t('{0}: no trial was completed.', run.source));
  else
    messages.tell(
      'info',
      vscode.l10n.t(
        '{0}: the best of the study is {1}, trial {2}.',
        run.source,
        Number(last.best.value.toPrecision(4)),
        last.best.number,
      ),
    );
}

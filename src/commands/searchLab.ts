import path from 'node:path';
import * as vscode from 'vscode';
import { labOrderOf } from '../panel/labPanels';
import { type SearchRun } from '../session/searchWork';
import { type CommandContext } from './commandContext';

/** "Search": searches hyperparameters as a lab file says, the given one or the editor's; the study goes on where it stands. */
export async function searchLab({ studyPanels, messages }: CommandContext, given: unknown): Promise<SearchRun | null> {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || !uri.path.endsWith('.lstm-lab.json')) {
    messages.tell('warning', vscode.l10n.t('Open a lab file (*.lstm-lab.json) first.'));
    return null;
  }
  if (uri.scheme !== 'file') {
    messages.tell('warning', vscode.l10n.t('Save {0} to a folder first: the study is kept beside it.', path.basename(uri.path)));
    return null;
  }
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) return null;
  const run = studyPanels.show(labOrderOf(uri.fsPath));
  void run.start();
  return run;
}

/** "Open Study": shows what a journal holds, Optuna's or ours; nothing is run, and nothing is written. */
export async function openStudy({ studyPanels }: CommandContext, given: unknown): Promise<SearchRun | null> {
  const uri = given instanceof vscode.Uri ? given : await chooseJournal();
  if (uri === undefined) return null;
  return studyPanels.show({ settingsPath: uri.fsPath, outFolder: path.dirname(uri.fsPath) });
}

async function chooseJournal(): Promise<vscode.Uri | undefined> {
  const title = vscode.l10n.t('Open Study');
  const chosen = await vscode.window.showOpenDialog({ openLabel: title, title, filters: { [vscode.l10n.t('Journals of Optuna')]: ['log', 'journal'], [vscode.l10n.t('All files')]: ['*'] } });
  return chosen?.[0];
}

/** Shows each search that begins as a notification with its trials and the best so far, which can be cancelled, and says how it ended. */
export function watchSearch({ messages, log }: Pick<CommandContext, 'messages' | 'log'>, run: SearchRun): void {
  let isShown = false;
  run.changed.on(({ kind }) => {
    if (kind !== 'running' || isShown) return;
    isShown = true;
    void showProgress(run).then(() => {
      isShown = false;
      tellEnd({ messages, log }, run);
    });
  });
}

function showProgress(run: SearchRun): Thenable<void> {
  const title = vscode.l10n.t('Searching {0}', run.source);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    token.onCancellationRequested(() => run.act('cancel'));
    let trials = 0;
    const told = run.told.on((event) => {
      if (event.type === 'search-started') ({ trials } = event);
      if (event.type !== 'trial-ended') return;
      const best = event.best === undefined ? '' : `, ${vscode.l10n.t('best {0}', Number(event.best.value.toPrecision(4)))}`;
      progress.report({ message: `${vscode.l10n.t('trial {0} of {1}', event.number + 1, trials)}${best}`, ...(trials > 0 ? { increment: 100 / trials } : {}) });
    });
    return new Promise((resolve) => {
      const changed = run.changed.on(() => {
        if (run.isActive) return;
        told.dispose();
        changed.dispose();
        resolve();
      });
    });
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
  else messages.tell('info', vscode.l10n.t('{0}: the best of the study is {1}, trial {2}.', run.source, Number(last.best.value.toPrecision(4)), last.best.number));
}

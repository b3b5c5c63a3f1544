import * as vscode from 'vscode';
import { type Disposable } from './base/disposable';
import { type CommandContext } from './commands/commandContext';
import { inspectWithModelFile } from './commands/inspect/inspectWithModelFile';
import { watchSearch } from './commands/lab/searchLab';
import { inspectWithTrained } from './commands/lab/trainLab';
import { inspectWithEach } from './commands/lab/transferLab';
import { type WorkerLink } from './link/workerLink';
import { withLabReach } from './panel/labReach';
import { type PageContext } from './panel/pagePanel';
import { createStudyPanels } from './panel/studyPanels';
import { createTrainingPanels } from './panel/trainingPanels';
import { createTransferPanels } from './panel/transferPanels';

/** What the panels of the lab are made from. */
export interface LabParts {
  readonly page: PageContext & Pick<CommandContext, 'log'>;
  /** The way to the lab's own process. */
  readonly labLink: WorkerLink;
  readonly context: () => CommandContext;
  add<T extends Disposable>(item: T): T;
}

/** Makes the panels of the lab: training, search, transfer. */
export function composeLab({
  page,
  labLink,
  context,
  add,
}: LabParts): Pick<CommandContext, 'trainingPanels' | 'studyPanels' | 'transferPanels'> {
  const failed = (message: string): void =>
    context().messages.tell('error', message, { [vscode.l10n.t('Show Log')]: () => page.log.show() });
  const lab = withLabReach(labLink);
  const shared = { ...page, strings: (): Readonly<Record<string, string>> => vscode.l10n.bundle ?? {} };
  return {
    trainingPanels: add(
      createTrainingPanels({
        ...shared,
        lab,
        engine: () => context().engine,
        inspect: (text, modelPath, title) => inspectWithTrained(context(), text, modelPath, title),
        failed,
      }),
    ),
    transferPanels: add(
      createTransferPanels({
        ...shared,
        lab,
        inspect: (text, compared, title) => void inspectWithEach(context(), text, compared, title),
        failed,
      }),
    ),
    studyPanels: add(
      createStudyPanels({
        ...shared,
        engine: lab,
        // A sentence: whether VS Code already takes the panel for the active editor is not known, and the lab file is
        // no text to read.
        inspectModel: (uri) => void inspectWithModelFile(context(), { uri, asksForSentence: true }),
        openText: (uri) => void vscode.window.showTextDocument(uri),
        watch: (run) => watchSearch(context(), run),
      }),
    ),
  };
}

import path from 'node:path';
import * as vscode from 'vscode';
import { labOrderOf, transferOrderOf } from '../../panel/labPanels';
import { type SearchRun } from '../../session/searchWork';
import { type TrainingRun } from '../../panel/trainingPanels';
import { type CommandContext } from '../commandContext';
import { chooseLabFile } from './labFile';
import { pickOne } from '../pickOne';
import { type TransferRun } from './transferLab';

/** What a lab file's training, search or transfer left, or has under way. */
interface LabResult {
  readonly label: string;
  /** The figure that it is known by, in a few words. */
  readonly figure: string;
  /** When it was last written, in ms since 1970; now where it is under way. */
  readonly changed: number;
  open(): TrainingRun | SearchRun | TransferRun;
}

type Finder = (context: CommandContext, settingsPath: string) => Promise<LabResult | null>;

/**
 * "Open Results": shows what a lab file's training, search or transfer left or has under way; where there are several,
 * one is picked.
 */
export async function openLabResults(
  context: CommandContext,
  given: unknown,
): Promise<ReturnType<LabResult['open']> | null> {
  const settingsPath = await chooseLabFile(context, given);
  if (settingsPath === null) return null;
  const finders: readonly Finder[] = [findTraining, findStudy, findTransfer];
  const found = (await Promise.all(finders.map((find) => find(context, settingsPath)))).filter(
    (result) => result !== null,
  );
  found.sort((a, b) => b.changed - a.changed);
  const [first, ...more] = found;
  if (first === undefined) {
    tellNothing(context, settingsPath);
    return null;
  }
  const chosen =
    more.length === 0
      ? first
      : await pickOne(
          vscode.l10n.t('Open Results'),
          vscode.l10n.t('{0} has several; the latest is first.', path.basename(settingsPath)),
          found.map(answerOf),
        );
  return chosen?.open() ?? null;
}

function answerOf(result: LabResult): {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly value: LabResult;
} {
  return {
    label: result.label,
    description: new Date(result.changed).toLocaleString(vscode.env.language),
    detail: result.figure,
    value: result,
  };
}

function tellNothing({ messages }: CommandContext, settingsPath: string): void {
  const train = vscode.l10n.t('Train');
  messages.tell(
    'info',
    vscode.l10n.t(
      'Nothing has been run with {0} yet. Train it, or search or transfer by the lenses over the file.',
      path.basename(settingsPath),
    ),
    {
      [train]: () => void vscode.commands.executeCommand('lstmInspector.trainLab', vscode.Uri.file(settingsPath)),
    },
  );
}

const findTraining: Finder = async ({ trainingPanels }, settingsPath) => {
  const order = labOrderOf(settingsPath);
  const run = await trainingPanels.look(order);
  if (run.events.length === 0 && !run.isActive) return null;
  return {
    label: vscode.l10n.t('Training'),
    figure: sayTraining(run),
    changed: await changedAt(run, path.join(order.outFolder, 'training-log.jsonl')),
    open: () => trainingPanels.show(order),
  };
};

const findStudy: Finder = async ({ studyPanels, engine }, settingsPath) => {
  const order = labOrderOf(settingsPath);
  const run = await studyPanels.look(order);
  // Refused for a file that asks for no search: then there is no study of it.
  const answer = await engine.request('study', order);
  const study = answer.ok ? answer.value : null;
  if (study === null && !run.isActive) return null;
  const best = study?.trials.find(({ number }) => number === study.best)?.value;
  const trials = vscode.l10n.t('{0} trials', study?.count ?? 0);
  const figure = best === undefined ? trials : `${trials}, ${vscode.l10n.t('best {0}', Number(best.toPrecision(4)))}`;
  return {
    label: vscode.l10n.t('Search'),
    figure: sayState(run, figure),
    changed: await changedAt(run, study?.journal ?? ''),
    open: () => studyPanels.show(order),
  };
};

const findTransfer: Finder = async ({ transferPanels }, settingsPath) => {
  const order = transferOrderOf(settingsPath);
  const run = await transferPanels.look(order);
  if (run.events.length === 0 && !run.isActive) return null;
  return {
    label: vscode.l10n.t('Transfer'),
    figure: sayTransfer(run),
    changed: await changedAt(run, path.join(order.outFolder, 'transfer.jsonl')),
    open: () => transferPanels.show(order),
  };
};

async function changedAt({ isActive }: { readonly isActive: boolean }, file: string): Promise<number> {
  if (isActive) return Date.now();
  return vscode.workspace.fs.stat(vscode.Uri.file(file)).then(
    ({ mtime }) => mtime,
    () => 0,
  );
}

function sayState({ isActive }: { readonly isActive: boolean }, figure: string): string {
  return isActive ? vscode.l10n.t('under way; {0}', figure) : figure;
}

function sayTraining(run: TrainingRun): string {
  const finished = run.events.findLast((event) => event.type === 'finished');
  const started = run.events.find((event) => event.type === 'started');
  if (finished !== undefined && started !== undefined) return sayFigures(started.task, finished.test);
  const epoch = run.events.findLast((event) => event.type === 'validated')?.epoch ?? 0;
  return run.isActive
    ? vscode.l10n.t('under way; epoch {0}', epoch.toFixed(1))
    : vscode.l10n.t('interrupted after epoch {0}', epoch.toFixed(1));
}

function sayTransfer(run: TransferRun): string {
  const started = run.events.find((event) => event.type === 'transfer-started');
  const table = run.events
    .findLast((event) => event.type === 'transfer-finished')
    ?.table.filter(({ way }) => way !== 'source' && way !== 'scratch');
  const last = table?.at(-1);
  if (started !== undefined && last !== undefined)
    return `${started.source}: ${sayFigures(started.task, { accuracy: last.mean, loss: last.loss })}`;
  const results = vscode.l10n.t(
    '{0} models trained',
    run.events.filter(({ type }) => type === 'transfer-result').length,
  );
  return run.isActive ? vscode.l10n.t('under way; {0}', results) : vscode.l10n.t('interrupted; {0}', results);
}

function sayFigures(
  task: 'classify' | 'next-token',
  { accuracy, loss }: { readonly accuracy: number; readonly loss: number },
): string {
  return task === 'classify'
    ? vscode.l10n.t('Test: {0} % right', (100 * accuracy).toFixed(1))
    : vscode.l10n.t('Test: {0} nats a token', loss.toFixed(3));
}

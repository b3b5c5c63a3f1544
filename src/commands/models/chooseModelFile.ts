import * as vscode from 'vscode';
import { type Inspection } from '../../session/inspection';
import { askForPath } from '../../show/askText';
import { withProgress } from '../../show/withProgress';
import { type CommandContext } from '../commandContext';
import { modelExtensions, nameOf, referenceOf } from './modelFile';

type Model = Inspection['model'];

/** Asks for a model file; undefined when dismissed. */
export function askForModelFile(openLabel: string): Promise<vscode.Uri | undefined> {
  return askForFile(openLabel, { [vscode.l10n.t('Models')]: [...modelExtensions] });
}

/** Asks for a file in VS Code's own dialog; undefined when dismissed. */
export function askForFile(openLabel: string, filters: Record<string, string[]>): Promise<vscode.Uri | undefined> {
  return askForPath({ openLabel, filters: { ...filters, [vscode.l10n.t('All files')]: ['*'] } });
}

/**
 * The model as the worker can open it; a file that is not on this machine is read whole, with progress. Null when
 * cancelled.
 */
export async function handOver({ settings }: Pick<CommandContext, 'settings'>, uri: vscode.Uri): Promise<Model | null> {
  const limitMb = settings().maxModelMb;
  if (uri.scheme === 'file') return referenceOf(uri, { limitMb });
  return withProgress(vscode.l10n.t('Reading {0}', nameOf(uri)), (report, token) => {
    const abort = new AbortController();
    const cancelled = new Promise<null>((resolve) => {
      token.onCancellationRequested(() => {
        abort.abort();
        resolve(null);
      });
    });
    const onFile = (name: string, sizeMb: number): void =>
      report({ message: vscode.l10n.t('{0}, {1} MB', name, sizeMb) });
    const read = referenceOf(uri, { limitMb, onFile, signal: abort.signal });
    return Promise.race([
      read.catch((thrown: unknown) => (abort.signal.aborted ? null : Promise.reject(toError(thrown)))),
      cancelled,
    ]);
  });
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

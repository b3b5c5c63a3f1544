import * as vscode from 'vscode';
import { type Inspection } from '../../session/inspection';
import { withProgress } from '../../show/withProgress';
import { type CommandContext } from '../commandContext';
import { handOver } from './chooseModelFile';
import { createModelSettings } from './createModelSettings';
import { nameOf } from './modelFile';

type Model = Inspection['model'];
type Answer = Awaited<ReturnType<typeof requestOpen>>;

/** A model file that is open, with its settings. */
export interface OpenedModel {
  readonly model: Model;
  readonly summary: Extract<Answer, { readonly ok: true }>['value'];
}

/**
 * Opens a model file, and asks first for what it leaves open; null where that was dismissed or cancelled, or where it
 * cannot be opened, which is said.
 */
export async function openAsked(context: CommandContext, uri: vscode.Uri): Promise<OpenedModel | null> {
  const model = await handOver(context, uri);
  if (model === null) return null;
  const first = await openWithProgress(context, model, nameOf(uri));
  if (!first.ok) return refuse(context, first.error);
  const outcome = await createModelSettings(context, { uri, model, opened: first.value });
  if (outcome === 'dismissed') return null;
  if (outcome === 'nothing to ask') return { model, summary: first.value };
  // What was handed over did not hold the settings yet.
  const complete = await handOver(context, uri);
  if (complete === null) return null;
  const again = await openWithProgress(context, complete, nameOf(uri));
  return again.ok ? { model: complete, summary: again.value } : refuse(context, again.error);
}

/** Says why something failed, with the way to the log. */
export function tellFailure({ messages, log }: CommandContext, message: string): void {
  log.error(message);
  messages.tell('error', message, { [vscode.l10n.t('Show Log')]: () => log.show() });
}

function openWithProgress({ engine }: CommandContext, model: Model, name: string): Promise<Answer> {
  return Promise.resolve(
    withProgress(vscode.l10n.t('Opening {0}', name), (report, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const onProgress = (megabytes: number): void =>
        report({ message: vscode.l10n.t('{0} MB read', Math.round(megabytes)) });
      return requestOpen({ engine }, model, { signal: abort.signal, onProgress });
    }),
  );
}

function requestOpen(
  { engine }: Pick<CommandContext, 'engine'>,
  model: Model,
  listeners: { readonly signal: AbortSignal; onProgress(megabytes: number): void },
) {
  return engine.request('openModel', { model }, listeners);
}

function refuse(context: CommandContext, { code, message }: { readonly code: string; readonly message: string }): null {
  if (code !== 'cancelled') tellFailure(context, message);
  return null;
}

import path from 'node:path';
import * as vscode from 'vscode';
import { type ModelReference } from '../protocol/modelReference';
import { type LabOrder } from '../protocol/requestParams';
import { type EngineClient } from '../session/engineClient';
import { type LabRun, type LabWork } from '../session/labRun';
import { type TransferEvent } from '../trace/lab/transferEvents';
import { LabPanels } from './labPanels';
import { readResult } from './labReach';
import { type LabProgress, showLabProgress } from './labProgress';
import { type PageContext } from './pagePanel';
import { parseTransferLog } from './transferLog';

/** The view type of transfer panels and of their serializer. */
export const transferViewType = 'lstmInspector.transfer';

/** What the transfer panels are handed. */
export interface TransferPanelsOptions extends PageContext {
  /** Trains, in a thread of its own. */
  readonly lab: EngineClient;
  readonly strings: () => Readonly<Record<string, string>>;
  /** Opens a text in the inspector, read by each of the models, side by side. */
  inspect(text: string, models: readonly ModelReference[], title: string): void;
  /** Tells the person why a transfer failed. */
  failed(message: string): void;
}

export type TransferPanels = LabPanels<TransferEvent>;

/** The panels that show transfers. */
export function createTransferPanels(options: TransferPanelsOptions): TransferPanels {
  return new LabPanels<TransferEvent>({
    ...options,
    viewType: transferViewType,
    page: 'transfer',
    title: (source) => vscode.l10n.t('Transfer: {0}', nameOf(source)),
    workOf: (order) => transferWork(order, options),
    watch: (run) => watch(run, options),
    act: (what, params, run) => act(what, params, { run, options }),
  });
}

function transferWork(order: LabOrder, { lab }: TransferPanelsOptions): LabWork<TransferEvent> {
  return {
    run: (listeners) => lab.request('transfer', order, listeners),
    earlier: async () => parseTransferLog(await readResult(order, 'transfer.jsonl')),
  };
}

interface Acting {
  readonly run: LabRun<TransferEvent>;
  readonly options: TransferPanelsOptions;
}

function act(what: string, params: unknown, { run, options }: Acting): void {
  const { order, source } = run;
  if (what === 'openSettings')
    return void vscode.window.showTextDocument(vscode.Uri.file(order.settingsPath), {
      viewColumn: vscode.ViewColumn.One,
    });
  const { text } = (typeof params === 'object' && params !== null ? params : {}) as Partial<Record<'text', unknown>>;
  if (typeof text !== 'string' || (what !== 'inspect' && what !== 'compare')) return;
  const transferred: ModelReference = { kind: 'file', path: path.join(order.outFolder, 'model.json') };
  const before = sourceOf(run);
  options.inspect(text, what === 'compare' && before !== null ? [before, transferred] : [transferred], nameOf(source));
}

/** The model that the run came from, as the lab file names it; null where nothing was told yet. */
function sourceOf({ events, order }: LabRun<TransferEvent>): ModelReference | null {
  const started = events.find((event) => event.type === 'transfer-started');
  if (started === undefined) return null;
  return started.isBundled
    ? { kind: 'bundled', name: started.source }
    : { kind: 'file', path: path.resolve(path.dirname(order.settingsPath), started.source) };
}

function nameOf(source: string): string {
  return source.replace(/\.lstm-lab\.json$/, '');
}

function watch(run: LabRun<TransferEvent>, { failed, log }: TransferPanelsOptions): void {
  let [phases, done] = [0, 0];
  showLabProgress(run, vscode.l10n.t('Transferring {0}', nameOf(run.source)), (event): LabProgress | null => {
    if (event.type === 'transfer-started') [phases, done] = [event.phases, 0];
    if (event.type !== 'transfer-phase') return null;
    const { seed, labels } = event;
    const message =
      labels > 0
        ? vscode.l10n.t('seed {0}, {1} labels', seed + 1, labels)
        : vscode.l10n.t('seed {0}, without labels', seed + 1);
    return { share: Math.min(1, done++ / Math.max(1, phases)), message };
  });
  run.changed.on((status) => {
    if (status.kind !== 'failed') return;
    log.error(`Transfer ${run.source} failed (${status.failure.code}): ${status.failure.message}`);
    failed(status.failure.message);
  });
}

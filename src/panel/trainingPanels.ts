import path from 'node:path';
import * as vscode from 'vscode';
import { type LabOrder } from '../protocol/requestParams';
import { type EngineClient } from '../session/engineClient';
import { type LabRun, type LabWork } from '../session/labRun';
import { type TrainingEvent } from '../trace/lab/trainingEvents';
import { readResult } from './labReach';
import { type LabProgress, showLabProgress } from './labProgress';
import { LabPanels } from './labPanels';
import { type PageContext } from './pagePanel';
import { parseTrainingLog } from './trainingLog';

/** The view type of training panels and of their serializer. */
export const trainingViewType = 'lstmInspector.training';

/** What the training panels are handed. */
export interface TrainingPanelsOptions extends PageContext {
  /** Trains, in a thread of its own. */
  readonly lab: EngineClient;
  /** Reads sentences with the models of epochs. */
  engine(): EngineClient;
  readonly strings: () => Readonly<Record<string, string>>;
  /** Opens a text in the inspector, read by the model file. */
  inspect(text: string, modelPath: string, title: string): void;
  /** Tells the person why a training failed. */
  failed(message: string): void;
}

export type TrainingPanels = LabPanels<TrainingEvent>;
export type TrainingRun = LabRun<TrainingEvent>;

let lastTraining = 0;

/** The panels that show trainings. */
export function createTrainingPanels(options: TrainingPanelsOptions): TrainingPanels {
  return new LabPanels<TrainingEvent>({
    ...options,
    viewType: trainingViewType,
    page: 'training',
    title: (source) => vscode.l10n.t('Training: {0}', source.replace(/\.lstm-lab\.json$/, '')),
    workOf: (order) => trainingWork(order, options),
    watch: (run) => watch(run, options),
    act: (what, params, run) => act(what, params, { run, options }),
  });
}

function trainingWork(order: LabOrder, { lab, engine }: TrainingPanelsOptions): LabWork<TrainingEvent> {
  const training = ++lastTraining;
  return {
    run: (listeners) => lab.request('train', { training, ...order }, listeners),
    control: (action) => void lab.request('controlTraining', { training, action }),
    earlier: async () => parseTrainingLog(await readResult(order, 'training-log.jsonl')),
    ask: (kind, params, signal) => {
      if (kind === 'describeLab') return lab.request(kind, order, { signal });
      const { epoch, text, layer } = params as Partial<Record<'epoch' | 'text' | 'layer', unknown>>;
      const modelPath = epochModel(order, epoch);
      if (kind !== 'watchEpoch' || modelPath === null || typeof text !== 'string' || !Number.isInteger(layer)) {
        return Promise.resolve({
          ok: false,
          error: { code: 'internal', message: 'A training panel asks only of its lab file and its epochs.' },
        });
      }
      return engine().request(
        'watchEpoch',
        { model: { kind: 'file', path: modelPath }, text, layer: layer as number },
        { signal },
      );
    },
  };
}

/** The model kept of an epoch, by the name of its folder; null where that is no such name. */
function epochModel({ outFolder }: LabOrder, folder: unknown): string | null {
  return typeof folder === 'string' && /^epoch-\d{4,9}$/.test(folder)
    ? path.join(outFolder, folder, 'model.json')
    : null;
}

function act(
  what: string,
  params: unknown,
  { run, options }: { readonly run: LabRun<TrainingEvent>; readonly options: TrainingPanelsOptions },
): void {
  const { text, epoch } = (typeof params === 'object' && params !== null ? params : {}) as Partial<
    Record<'text' | 'epoch', unknown>
  >;
  const { order, source } = run;
  if (what === 'openSettings')
    return void vscode.window.showTextDocument(vscode.Uri.file(order.settingsPath), {
      viewColumn: vscode.ViewColumn.One,
    });
  if (what === 'exportH5') return void exportH5(run, options);
  if (what !== 'inspect' || typeof text !== 'string') return;
  const name = source.replace(/\.lstm-lab\.json$/, '');
  const modelPath = epoch === undefined ? path.join(order.outFolder, 'model.json') : epochModel(order, epoch);
  if (modelPath !== null) options.inspect(text, modelPath, name);
}

async function exportH5(
  { order, source }: TrainingRun,
  { engine, actions, failed }: TrainingPanelsOptions,
): Promise<void> {
  const answer = await engine().request('exportH5', { folder: order.outFolder });
  if (answer.ok) actions.save(source.replace(/\.lstm-lab\.json$/, '.h5'), answer.value);
  else failed(answer.error.message);
}

function watch(run: LabRun<TrainingEvent>, { failed, log }: TrainingPanelsOptions): void {
  let steps = 0;
  showLabProgress(run, vscode.l10n.t('Training {0}', run.source), (event) => {
    if (event.type === 'started') steps = event.steps;
    return event.type === 'step' ? progressOf(event, steps) : null;
  });
  run.changed.on((status) => {
    if (status.kind !== 'failed') return;
    log.error(`Training ${run.source} failed (${status.failure.code}): ${status.failure.message}`);
    failed(status.failure.message);
  });
}

function progressOf(
  { step, epoch, loss, secondsLeft }: Extract<TrainingEvent, { type: 'step' }>,
  steps: number,
): LabProgress {
  const message = vscode.l10n.t(
    'epoch {0}, loss {1}, {2} s left',
    epoch.toFixed(1),
    loss.toFixed(3),
    Math.ceil(secondsLeft),
  );
  return { share: steps > 0 ? step / steps : 0, message };
}

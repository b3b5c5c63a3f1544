import * as vscode from 'vscode';
import { type EngineClient } from '../session/engineClient';
import { createSearchWork, type SearchRun, type SearchWork } from '../session/searchWork';
import { type SearchEvent } from '../trace/lab/searchEvents';
import { LabPanels } from './labPanels';
import { type PageContext } from './pagePanel';

/** What the panels of studies are handed. */
export interface StudyPanelsOptions extends PageContext {
  /** The lab's own thread. */
  readonly engine: EngineClient;
  readonly strings: () => Readonly<Record<string, string>>;
  /** Opens a trial's model in the inspector. */
  inspectModel(uri: vscode.Uri): void;
  openText(uri: vscode.Uri): void;
  watch(run: SearchRun): void;
}

/** The panels of all studies of a window. */
export type StudyPanels = LabPanels<SearchEvent>;

/** The panels of studies: a search of a lab file, or a journal that is looked at. */
export function createStudyPanels(options: StudyPanelsOptions): StudyPanels {
  const works = new Map<string, SearchWork>();
  let lastSearch = 0;
  return new LabPanels<SearchEvent>({
    ...options,
    viewType: 'lstmInspector.study',
    page: 'study',
    title: (source) => vscode.l10n.t('Study: {0}', source.replace(/\.lstm-lab\.json$/, '')),
    workOf: (order) => {
      const work = createSearchWork(options.engine, order, ++lastSearch);
      works.set(order.settingsPath, work);
      return work;
    },
    act: (what, params, run) => {
      const work = works.get(run.order.settingsPath);
      if (work !== undefined) void act({ what, trial: trialOf(params) }, work, options);
    },
  });
}

async function act(
  { what, trial }: { readonly what: string; readonly trial: number | null },
  work: SearchWork,
  { inspectModel, openText }: StudyPanelsOptions,
): Promise<void> {
  if (what === 'cancelTrial' && trial !== null) return work.cancelTrial(trial);
  if (what !== 'openJournal' && what !== 'inspectTrial') return;
  // What lies where is the worker's to say, and not the page's.
  const study = await work.study();
  if (!study.ok || study.value === null) return;
  if (what === 'openJournal') return openText(vscode.Uri.file(study.value.journal));
  const modelPath = study.value.trials.find(({ number }) => number === trial)?.modelPath;
  if (modelPath !== undefined) inspectModel(vscode.Uri.file(modelPath));
}

function trialOf(params: unknown): number | null {
  const trial =
    typeof params === 'object' && params !== null ? (params as { readonly trial?: unknown }).trial : undefined;
  return typeof trial === 'number' && Number.isInteger(trial) ? trial : null;
}

import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { type Disposable } from '../../base/disposable';
import { InspectorError } from '../../base/errors';
import { type SearchEvent } from '../../trace/lab/searchEvents';
import { type Corpus, readCorpus } from '../training/corpus';
import { parseLabSettings, type LabSettings } from '../training/labSettings';
import { hyperparameters } from '../training/settingsSchema';
import { fitSurrogate } from './samplers/gpSampler';
import { createModelKeeper } from './keepModel';
import { openJournalFile } from './journalFile';
import { describeBest, runSearch, type SearchHost, type TrialRunner } from './runSearch';
import { createSampler, directionOf, parseSpace, type SearchSettings } from './searchSettings';
import { Study } from './study';
import { parameterImportance } from './surrogateViews';
import { createTrialRunner, type TrialPlan, type TrialSurroundings } from './trainTrial';
import { usableTrials, type StudySoFar } from './trial';

/** What is to be searched, and where the study is kept. */
export interface SearchOrder {
  readonly settingsPath: string;
  /** Folder of the journal; must exist. */
  readonly outFolder: string;
  /** Replaces the file's `data.folder`. */
  readonly dataFolder?: string;
}

/** What a thread that trains trials needs to know once; the trials' parameters come one by one. */
export interface TrialThreadOrder {
  readonly settingsText: string;
  readonly settingsName: string;
  readonly dataFolder: string;
  readonly journalPath: string;
}

/** A thread that trains one trial after the other. */
export interface TrialThread extends Disposable {
  readonly run: TrialRunner;
}

/** What surrounds a search of the lab. */
export interface SearchLabHost extends SearchHost, Pick<TrialSurroundings, 'breathe' | 'interrupt'> {
  /** Milliseconds since 1970. */
  wallClock(): number;
  readonly processId: number;
  /** Trials at a time where the lab file does not say. */
  readonly defaultParallel: number;
  startThread(order: TrialThreadOrder): TrialThread;
}

const journalsInUse = new Set<string>();

/** Searches hyperparameters as a lab file's `search` says; the study goes on where its journal stands. */
export async function searchLab(order: SearchOrder, host: SearchLabHost): Promise<void> {
  const lab = await readSearchLab(order);
  const { journalPath } = lab.thread;
  if (journalsInUse.has(journalPath))
    throw new InspectorError(
      'settings-invalid',
      `${path.basename(journalPath)} is being searched already; stop that search first, or name another "journal".`,
    );
  journalsInUse.add(journalPath);
  try {
    await runLab(lab, host);
  } finally {
    journalsInUse.delete(journalPath);
  }
}

interface SearchLab {
  readonly settings: LabSettings;
  readonly search: SearchSettings;
  readonly thread: TrialThreadOrder;
}

async function readSearchLab(order: SearchOrder): Promise<SearchLab> {
  const settingsName = path.basename(order.settingsPath);
  const settingsText = await readSettings(order.settingsPath);
  const settings = parseLabSettings(settingsText, settingsName);
  const search = searchOf(settings);
  const dataFolder = order.dataFolder ?? path.resolve(path.dirname(order.settingsPath), settings.data.folder);
  return {
    settings,
    search,
    thread: { settingsText, settingsName, dataFolder, journalPath: path.resolve(order.outFolder, search.journal) },
  };
}

async function runLab({ settings, search, thread }: SearchLab, host: SearchLabHost): Promise<void> {
  const { journalPath, dataFolder } = thread;
  const space = parseSpace(search.space, Object.keys(hyperparameters.properties ?? {}));
  const sampler = createSampler(search, space);
  const corpus = await readCorpus(settings, dataFolder);
  const workerId = workerIdOf(host.processId);
  const study = new Study({
    journal: openJournalFile(journalPath, workerId),
    name: search.study ?? path.basename(journalPath),
    space,
    direction: directionOf(search.objective),
    workerId,
    isGone: (worker) => isGone(worker, host.processId),
    clock: () => localIsoTime(host.wallClock()),
  });
  const { trials, method, objective, pruning, seed } = search;
  const done = study.soFar().trials.length;
  host.tell({
    type: 'search-started',
    study: search.study ?? path.basename(journalPath),
    method,
    objective,
    trials,
    done,
    journal: journalPath,
  });
  const parallel = Math.max(1, Math.min(search.parallel ?? host.defaultParallel, trials - done));
  const threads = parallel > 1 ? Array.from({ length: parallel }, () => host.startThread(thread)) : [];
  const runners =
    threads.length > 0
      ? threads.map(({ run }) => run)
      : [createTrialRunner(planOf(settings, corpus, search), surroundingsOf(settings, search, { thread, host }))];
  try {
    await runSearch({ study, sampler, seed, trials, isPruning: pruning, runners }, host);
  } finally {
    for (const { dispose } of threads) dispose();
  }
  host.tell(describeEnd(study.soFar()));
}

/** What a thread trains trials with; reads settings and data once. */
export async function openTrialRunner(
  thread: TrialThreadOrder,
  host: Pick<TrialSurroundings, 'now' | 'breathe'>,
): Promise<TrialRunner> {
  const settings = parseLabSettings(thread.settingsText, thread.settingsName);
  const search = searchOf(settings);
  const corpus = await readCorpus(settings, thread.dataFolder);
  return createTrialRunner(planOf(settings, corpus, search), surroundingsOf(settings, search, { thread, host }));
}

function planOf(settings: LabSettings, corpus: Corpus, { objective, sentence }: SearchSettings): TrialPlan {
  return { settings, corpus, objective, ...(sentence === undefined ? {} : { sentence }) };
}

function surroundingsOf(
  settings: LabSettings,
  { keepModels }: SearchSettings,
  at: { readonly thread: TrialThreadOrder; readonly host: Pick<TrialSurroundings, 'now' | 'breathe' | 'interrupt'> },
): TrialSurroundings {
  const { host, thread } = at;
  const keeper = keepModels ? { keepModel: createModelKeeper(thread.journalPath, settings, thread.dataFolder) } : {};
  return { now: () => host.now(), breathe: () => host.breathe(), interrupt: () => host.interrupt?.(), ...keeper };
}

async function readSettings(settingsPath: string): Promise<string> {
  try {
    return await readFile(settingsPath, 'utf8');
  } catch (cause) {
    throw new InspectorError('file', `Cannot read the settings file ${settingsPath}.`, { cause });
  }
}

function searchOf({ search }: LabSettings): SearchSettings {
  if (search === undefined)
    throw new InspectorError(
      'settings-invalid',
      'The lab file has no "search"; say there which method and which space to search.',
    );
  return search;
}

/** Whether a worker id names a process of this machine that has ended, or an earlier search of this one: it runs one a journal. */
export function isGone(workerId: string, ownId: number): boolean {
  const [host, id] = /^lstm-inspector@(.+):(\d+)$/.exec(workerId)?.slice(1) ?? [];
  if (host !== hostname() || id === undefined) return false;
  if (Number(id) === ownId) return true;
  try {
    process.kill(Number(id), 0);
    return false;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH';
  }
}

/** Local time to the microsecond, as datetime.isoformat writes it. */
function localIsoTime(milliseconds: number): string {
  const offset = new Date(milliseconds).getTimezoneOffset() * 60_000;
  return `${new Date(milliseconds - offset).toISOString().slice(0, -1)}000`;
}

function describeEnd(study: StudySoFar): SearchEvent {
  const counts: Record<string, number> = {};
  for (const { state } of study.trials) counts[state] = (counts[state] ?? 0) + 1;
  const best = describeBest(study);
  const surrogate = usableTrials(study).length >= 5 ? fitSurrogate(study) : null;
  return {
    type: 'search-finished',
    trials: counts,
    ...(best === undefined ? {} : { best }),
    ...(surrogate === null ? {} : { importance: parameterImportance(surrogate) }),
  };
}

/** Which study of which journal a lab file's search keeps, and what the file says of it. */
export async function findStudy(
  order: SearchOrder,
): Promise<{ readonly journalPath: string; readonly name: string; readonly search: SearchSettings }> {
  const { search, thread } = await readSearchLab(order);
  return { journalPath: thread.journalPath, name: search.study ?? path.basename(thread.journalPath), search };
}

/** How a search names this process in its journal. */
export function workerIdOf(processId: number): string {
  return `lstm-inspector@${hostname()}:${processId}`;
}

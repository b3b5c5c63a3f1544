import { hostname } from 'node:os';
import path from 'node:path';
import { type Disposable } from '../../base/disposable';
import { InspectorError, toFailure } from '../../base/errors';
import { withInterrupt } from '../../base/interrupt';
import { type DataPlace } from '../../data/dataPlace';
import { makeFolderOf } from '../../files/foreignPlaces';
import { resolveWithin } from '../../files/reach';
import { lockWork } from '../../files/workLock';
import { type SearchEvent } from '../../trace/lab/searchEvents';
import { type Corpus, readCorpus } from '../training/corpus';
import { type DataOrder, dataPlaceOf } from '../training/labReach';
import { remarkOnIdleKeys } from '../training/idleKeys';
import { parseLabSettings, type LabSettings } from '../training/labSettings';
import { readLabFile } from '../training/readLabFile';
import { hyperparameters } from '../training/settingsSchema';
import { createModelKeeper } from './keepModel';
import { openJournalFile } from './journalFile';
import { describeBest, runSearch, type SearchHost, type TrialRunner } from './runSearch';
import { importanceOf } from './importance';
import { type JournalReplay } from './journal/journalReplay';
import { createSampler, directionOf, isInside, parseSpace, type SearchSettings } from './searchSettings';
import { Study } from './study';
import {
  chooseStudy,
  type ChosenStudy,
  packQuestion,
  questionAttribute,
  type StudyQuestion,
  whyOther,
} from './studyQuestion';
import { createTrialRunner, type TrialPlan, type TrialSurroundings } from './trainTrial';
import { countDone, type StudySoFar } from './trial';

/** What is to be searched, and where the study is kept. */
export interface SearchOrder extends DataOrder {
  /** Folder of the journal, made where it is missing. */
  readonly outFolder: string;
}

/** What a thread that trains trials needs to know once; the trials' parameters come one by one. */
export interface TrialThreadOrder {
  readonly settingsText: string;
  readonly settingsName: string;
  readonly data: DataPlace;
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
  /** Hears whose lock the journal has where that takes long. */
  tellWaiting?(sentence: string): void;
}

/** Searches hyperparameters as a lab file's `search` says; the study goes on where its journal stands. */
export async function searchLab(order: SearchOrder, host: SearchLabHost): Promise<void> {
  const lab = readSearchLab(order);
  const { journalPath, data } = lab.thread;
  const folder = makeFolderOf(journalPath, data.reach);
  const lock = lockWork(folder, `${path.basename(journalPath)}.search`, `A search in ${path.basename(journalPath)}`);
  try {
    await runLab(lab, host);
  } finally {
    lock.dispose();
  }
}

/** A lab file's search, read. */
export interface SearchLab {
  readonly settings: LabSettings;
  readonly search: SearchSettings;
  readonly question: StudyQuestion;
  readonly thread: TrialThreadOrder;
}

/** Reads a lab file's search and the space that it names. */
export function readSearchLab(order: SearchOrder): SearchLab {
  const settingsName = path.basename(order.settingsPath);
  const settingsText = readLabFile(order.settingsPath);
  const settings = parseLabSettings(settingsText, settingsName);
  const search = searchOf(settings);
  const data = dataPlaceOf(order, settings.data.folder);
  const journalPath = resolveWithin(path.resolve(order.outFolder, search.journal), data.reach);
  return {
    settings,
    search,
    question: questionOf(search),
    thread: { settingsText, settingsName, data, journalPath },
  };
}

async function runLab(lab: SearchLab, host: SearchLabHost): Promise<void> {
  const { settings, search, thread, question } = lab;
  const { journalPath, data } = thread;
  const sampler = createSampler(search, question.space);
  const corpus = await readCorpus(settings, data);
  const workerId = workerIdOf(host.processId);
  const journal = openJournalFile(journalPath, workerId, {
    signal: host.signal,
    onWait: (sentence) => host.tellWaiting?.(sentence),
  });
  const chosen = chooseStudyOf(lab, journal.refresh());
  const study = new Study({
    journal,
    name: chosen.name,
    space: question.space,
    direction: question.direction,
    attributes: { [questionAttribute]: packQuestion(question) },
    workerId,
    isGone: (worker) => isGone(worker, host.processId),
    clock: () => localIsoTime(host.wallClock()),
  });
  const { trials, pruning, seed } = search;
  const done = countDone(study.soFar().trials);
  host.tell(describeStart(lab, chosen, done));
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
  host.tell(describeEnd(study.soFar(), host));
}

function describeStart(
  { settings, search, thread }: SearchLab,
  { name, instead }: ChosenStudy,
  done: number,
): SearchEvent {
  const remarks = [...(instead === undefined ? [] : [sayInstead(name, instead)]), ...remarkOnIdleKeys(settings)];
  const { method, objective, trials } = search;
  return {
    type: 'search-started',
    study: name,
    method,
    objective,
    trials,
    done,
    journal: thread.journalPath,
    ...(remarks.length === 0 ? {} : { remark: remarks.join(' ') }),
  };
}

/** Why a search has a study of its own, where another was to be expected. */
export function sayInstead(name: string, { name: other, why }: NonNullable<ChosenStudy['instead']>): string {
  return `The study "${other}" ${why}, so this search has its own study, "${name}".`;
}

/**
 * The study of a journal that a lab file's search goes on with, or begins. A study that the file names itself must ask
 * the same; one that has its name from the journal's makes room for "NAME 2" where the file was changed.
 */
export function chooseStudyOf(
  { search, thread, question }: Pick<SearchLab, 'search' | 'thread' | 'question'>,
  replay: JournalReplay,
): ChosenStudy {
  const { study: named } = search;
  if (named === undefined) return chooseStudy(replay, path.basename(thread.journalPath), question);
  const why = whyOther(replay.study(named), question);
  if (why === null) return { name: named };
  throw new InspectorError(
    'settings-invalid',
    `The study "${named}" in ${path.basename(thread.journalPath)} ${why}; give "study" in the lab file another name.`,
  );
}

/** What a thread trains trials with; reads settings and data once. */
export async function openTrialRunner(
  thread: TrialThreadOrder,
  host: Pick<TrialSurroundings, 'now' | 'breathe'>,
): Promise<TrialRunner> {
  const settings = parseLabSettings(thread.settingsText, thread.settingsName);
  const search = searchOf(settings);
  const corpus = await readCorpus(settings, thread.data);
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
  const keeper = keepModels ? { keepModel: createModelKeeper(thread.journalPath, settings, thread.data) } : {};
  return { now: () => host.now(), breathe: () => host.breathe(), interrupt: () => host.interrupt?.(), ...keeper };
}

function searchOf({ search }: LabSettings): SearchSettings {
  if (search === undefined)
    throw new InspectorError(
      'settings-invalid',
      'The lab file has no "search"; say there which method and which space to search.',
    );
  return search;
}

/**
 * Whether a worker id names a process of this machine that has ended, or an earlier search of this one: it runs one a
 * journal.
 */
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

function describeEnd(study: StudySoFar, { signal, interrupt }: SearchLabHost): SearchEvent {
  const counts: Record<string, number> = {};
  for (const { state } of study.trials) counts[state] = (counts[state] ?? 0) + 1;
  const best = describeBest(study);
  const found = signal.aborted ? null : tryInterrupt(interrupt, () => importanceOf(study));
  return {
    type: 'search-finished',
    trials: counts,
    ...(best === undefined ? {} : { best }),
    ...(found === null ? {} : { importance: found.importance }),
  };
}

/** What the work gives; null where it was cancelled, which ends the search as well as its end would. */
function tryInterrupt<T>(interrupt: SearchLabHost['interrupt'], work: () => T): T | null {
  try {
    return withInterrupt(interrupt, work);
  } catch (thrown) {
    if (toFailure(thrown).code === 'cancelled') return null;
    throw thrown;
  }
}

function questionOf({ objective, sentence, space }: SearchSettings): StudyQuestion {
  return {
    objective: sentence === undefined || !isInside(objective) ? objective : `${objective} of "${sentence}"`,
    direction: directionOf(objective),
    space: parseSpace(space, Object.keys(hyperparameters.properties ?? {})),
  };
}

/** How a search names this process in its journal. */
export function workerIdOf(processId: number): string {
  return `lstm-inspector@${hostname()}:${processId}`;
}

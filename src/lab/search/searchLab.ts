import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { type SearchEvent } from '../../trace/searchEvents';
import { readCorpus } from '../training/corpus';
import { parseLabSettings, type LabSettings } from '../training/labSettings';
import { hyperparameters } from '../training/settingsSchema';
import { fitSurrogate } from './gpSampler';
import { createModelKeeper } from './keepModel';
import { openJournalFile } from './journalFile';
import { describeBest, runSearch } from './runSearch';
import { createSampler, directionOf, parseSpace, type SearchSettings } from './searchSettings';
import { Study } from './study';
import { parameterImportance } from './surrogateViews';
import { createTrialRunner, type TrialSurroundings } from './trainTrial';
import { usableTrials, type StudySoFar } from './trial';

/** What is to be searched, and where the study is kept. */
export interface SearchOrder {
  readonly settingsPath: string;
  /** Folder of the journal; must exist. */
  readonly outFolder: string;
  /** Replaces the file's `data.folder`. */
  readonly dataFolder?: string;
}

/** What surrounds a search of the lab. */
export interface SearchLabHost extends Pick<TrialSurroundings, 'now' | 'breathe'> {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  wallClock(): number;
  readonly processId: number;
  tell(event: SearchEvent): void;
}

/** Searches hyperparameters as a lab file's `search` says; the study goes on where its journal stands. */
export async function searchLab(order: SearchOrder, host: SearchLabHost): Promise<void> {
  const settings = parseLabSettings(await readSettings(order.settingsPath), path.basename(order.settingsPath));
  const search = searchOf(settings);
  const space = parseSpace(search.space, Object.keys(hyperparameters.properties ?? {}));
  const sampler = createSampler(search, space);
  const dataFolder = order.dataFolder ?? path.resolve(path.dirname(order.settingsPath), settings.data.folder);
  const corpus = await readCorpus(settings, dataFolder);
  const journalPath = path.resolve(order.outFolder, search.journal);
  const workerId = `lstm-inspector@${hostname()}:${host.processId}`;
  const name = search.study ?? path.basename(journalPath);
  const study = new Study({
    journal: openJournalFile(journalPath, workerId),
    name,
    space,
    direction: directionOf(search.objective),
    workerId,
    isGone,
    clock: () => localIsoTime(host.wallClock()),
  });
  const { trials, method, objective, sentence, keepModels } = search;
  const surroundings = { now: host.now, breathe: host.breathe, ...(keepModels ? { keepModel: createModelKeeper(journalPath, settings, dataFolder) } : {}) };
  host.tell({ type: 'search-started', study: name, method, objective, trials, done: study.soFar().trials.length, journal: journalPath });
  const run = createTrialRunner({ settings, corpus, objective, ...(sentence === undefined ? {} : { sentence }) }, surroundings);
  await runSearch({ study, sampler, seed: search.seed, trials, isPruning: search.pruning, run }, host);
  host.tell(describeEnd(study.soFar()));
}

async function readSettings(settingsPath: string): Promise<string> {
  try {
    return await readFile(settingsPath, 'utf8');
  } catch (cause) {
    throw new InspectorError('file', `Cannot read the settings file ${settingsPath}.`, { cause });
  }
}

function searchOf({ search }: LabSettings): SearchSettings {
  if (search === undefined) throw new InspectorError('settings-invalid', 'The lab file has no "search"; say there which method and which space to search.');
  return search;
}

/** Whether a worker id names a process of this machine that has ended. */
function isGone(workerId: string): boolean {
  const [host, id] = /^lstm-inspector@(.+):(\d+)$/.exec(workerId)?.slice(1) ?? [];
  if (host !== hostname() || id === undefined) return false;
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

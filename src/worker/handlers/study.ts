import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { describeStudy, describeSurrogate } from '../../lab/search/describeStudy';
import { readJournalFile } from '../../lab/search/journalFile';
import { type JournalStudy } from '../../lab/search/optunaJournal';
import { findStudy, workerIdOf } from '../../lab/search/searchLab';
import { type SearchSettings } from '../../lab/search/searchSettings';
import { type StudyParams } from '../../protocol/workerRequests';
import { type Handler } from '../workerContext';

/** Journals that were read before, so that only what is new is read again; the last few. */
const journals = new Map<string, ReturnType<typeof readJournalFile>>();
const mostJournals = 4;

interface Found {
  readonly journal: string;
  readonly study: JournalStudy;
  readonly search?: SearchSettings;
}

async function find(params: StudyParams): Promise<Found | null> {
  const at = 'journalPath' in params ? { journalPath: params.journalPath, name: null } : await findStudy(params);
  const journal = path.resolve(at.journalPath);
  if (!existsSync(journal)) return null;
  const replay = readerOf(journal)();
  const name = at.name ?? replay.studyNames[0];
  const study = name === undefined ? undefined : replay.study(name);
  if (study === undefined && at.name === null)
    throw new InspectorError('data-invalid', `${path.basename(journal)} holds no study; it is no journal of Optuna's.`);
  return study === undefined ? null : { journal, study, ...('search' in at ? { search: at.search } : {}) };
}

function readerOf(journal: string): ReturnType<typeof readJournalFile> {
  // A file that was replaced by a shorter one is another file.
  const key = `${journal} ${statSync(journal).ino}`;
  const known = journals.get(key) ?? readJournalFile(journal);
  journals.delete(key);
  journals.set(key, known);
  for (const old of [...journals.keys()].slice(0, -mostJournals)) journals.delete(old);
  return known;
}

/** A study as its journal has it now. */
export const study: Handler<'study'> = async (_context, params) => {
  const found = await find(params);
  if (found === null) return null;
  const { size, mtimeMs } = statSync(found.journal);
  const { method, objective, trials: goal } = found.search ?? {};
  const revision = `${size} ${mtimeMs} ${method} ${objective} ${goal}`;
  if (params.known === revision) return null;
  const report = describeStudy(found.study, { journal: found.journal, workerId: workerIdOf(process.pid) });
  return {
    ...report,
    revision,
    ...(method === undefined || objective === undefined || goal === undefined ? {} : { method, objective, goal }),
  };
};

/** The Gaussian process fitted to a study, whichever sampler chose its trials. */
export const surrogate: Handler<'surrogate'> = async (_context, params) => {
  const found = await find(params);
  return found === null ? null : describeSurrogate(found.study, params.parameter);
};

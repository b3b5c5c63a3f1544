import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { withInterrupt } from '../../base/interrupt';
import { identityOf, isRegular, revisionOf } from '../../files/regularFile';
import { describeStudy, describeSurrogate } from '../../lab/search/describeStudy';
import { importanceOf } from '../../lab/search/importance';
import { type JournalReplay, type JournalStudy } from '../../lab/search/journal/journalReplay';
import { readJournalFile } from '../../lab/search/journalFile';
import { alongObjective } from '../../lab/search/objectives';
import { chooseStudyOf, readSearchLab, sayInstead, workerIdOf } from '../../lab/search/searchLab';
import { type SearchSettings } from '../../lab/search/searchSettings';
import { type StudyParams } from '../../protocol/requestParams';
import { type Handler } from '../workerContext';

/** Journals that were read before, so that only what is new is read again; the last few. */
const journals = new Map<string, ReturnType<typeof readJournalFile>>();
const mostJournals = 4;

interface Found {
  readonly journal: string;
  readonly replay: JournalReplay;
  readonly study: JournalStudy;
  /** Of a lab file whose own study this is. */
  readonly search?: SearchSettings;
  readonly remark?: string;
}

function find(params: StudyParams): Found | null {
  return 'journalPath' in params ? findInJournal(path.resolve(params.journalPath), params.study) : findOfLab(params);
}

function findInJournal(journal: string, name: string | undefined): Found | null {
  if (!isRegular(journal)) return null;
  const replay = readerOf(journal)();
  const [first] = replay.studyNames;
  if (first === undefined)
    throw new InspectorError('data-invalid', `${path.basename(journal)} holds no study; it is no journal of Optuna's.`);
  const study = replay.study(name ?? first);
  if (study !== undefined) return { journal, replay, study };
  throw new InspectorError(
    'data-invalid',
    `${path.basename(journal)} holds no study "${name}"; there are: ${replay.studyNames.join(', ')}.`,
  );
}

/**
 * The study of a lab file; where the file was changed and its new study is not there yet, the one it would have gone on
 * with.
 */
function findOfLab(params: Exclude<StudyParams, { readonly journalPath: string }>): Found | null {
  const lab = readSearchLab(params);
  const { search } = lab;
  const journal = path.resolve(lab.thread.journalPath);
  if (params.study !== undefined) return findInJournal(journal, params.study);
  if (!isRegular(journal)) return null;
  const replay = readerOf(journal)();
  const { name, instead } = chooseStudyOf(lab, replay);
  const remark = instead === undefined ? {} : { remark: sayInstead(name, instead) };
  const study = replay.study(name);
  if (study !== undefined) return { journal, replay, study, search, ...remark };
  const old = instead && replay.study(instead.name);
  return old === undefined ? null : { journal, replay, study: old, ...remark };
}

function readerOf(journal: string): ReturnType<typeof readJournalFile> {
  // A file that was replaced is another file.
  const key = `${journal} ${identityOf(journal)}`;
  const known = journals.get(key) ?? readJournalFile(journal);
  journals.delete(key);
  journals.set(key, known);
  for (const old of [...journals.keys()].slice(0, -mostJournals)) journals.delete(old);
  return known;
}

/** A study as its journal has it now. */
export const study: Handler<'study'> = (_context, params) => {
  const found = find(params);
  if (found === null) return null;
  const { journal, replay, remark } = found;
  const { method, objective, trials: goal } = found.search ?? {};
  const revision = `${revisionOf(journal)} ${method} ${objective} ${goal} ${found.study.name}`;
  if (params.known === revision) return null;
  const { most } = params;
  const given = { journal, workerId: workerIdOf(process.pid), ...(most === undefined ? {} : { most }) };
  return {
    ...describeStudy(found.study, given),
    studies: replay.studyNames.map((name) => ({ name, count: replay.study(name)?.trials.length ?? 0 })),
    revision,
    ...(remark === undefined ? {} : { remark }),
    ...(method === undefined || objective === undefined || goal === undefined ? {} : { method, objective, goal }),
  };
};

/** The Gaussian process fitted to a study, whichever sampler chose its trials. */
export const surrogate: Handler<'surrogate'> = async (_context, params, { interrupt }) => {
  const found = find(params);
  if (found === null) return null;
  const along = alongObjective(found.study, params.objective ?? 0);
  return withInterrupt(interrupt, () => describeSurrogate(along, params.parameter));
};

/** How much each parameter of a study explains. */
export const importance: Handler<'importance'> = async (_context, params, { interrupt }) => {
  const found = find(params);
  if (found === null) return null;
  const along = alongObjective(found.study, params.objective ?? 0);
  return withInterrupt(interrupt, () => importanceOf(along));
};

import { isCompatible, isSameDistribution, packDistribution, unpackDistribution } from './journal/distributionJson';
import { type JournalReplay, type JournalStudy } from './journal/journalReplay';
import { type Distribution, type SearchSpace } from './samplers/distribution';
import { type StudyDirection } from './trial';

/** What a search asks of its study. Trials that were run for another question say nothing about this one. */
export interface StudyQuestion {
  readonly objective: string;
  readonly direction: StudyDirection;
  readonly space: SearchSpace;
}

/** The attribute of a study that keeps the question that it was begun with. */
export const questionAttribute = 'lstm_inspector_search';

/** Which study a search goes on with, or begins. */
export interface ChosenStudy {
  readonly name: string;
  /** The study that it would have been, and why it is not. */
  readonly instead?: { readonly name: string; readonly why: string };
}

/** The question as a study's attribute. */
export function packQuestion({ objective, space }: StudyQuestion): object {
  return {
    objective,
    space: Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => [name, packDistribution(distribution)]),
    ),
  };
}

/**
 * The study `name` where it asks the same question (or is not there yet), else the first of "NAME 2", "NAME 3"... that
 * does.
 */
export function chooseStudy(replay: JournalReplay, name: string, question: StudyQuestion): ChosenStudy {
  const why = whyOther(replay.study(name), question);
  if (why === null) return { name };
  for (let number = 2; ; number++) {
    const next = `${name} ${number}`;
    if (whyOther(replay.study(next), question) === null) return { name: next, instead: { name, why } };
  }
}

/** Why a study cannot answer a question, as the rest of a sentence about it; null where it can. */
export function whyOther(study: JournalStudy | undefined, question: StudyQuestion): string | null {
  if (study === undefined) return null;
  if (study.directions.length > 1) return `has ${study.directions.length} objectives, and a search has one`;
  const kept = unpackQuestion(study.attributes[questionAttribute]);
  if (kept !== null && kept.objective !== question.objective)
    return `was searched for ${kept.objective}, not ${question.objective}`;
  if (study.direction !== question.direction)
    return study.direction === 'minimize'
      ? `looks for a small objective, and ${question.objective} is to be large`
      : `looks for a large objective, and ${question.objective} is to be small`;
  const space = kept?.space ?? spaceOfOurs(study);
  return space === null ? whyIncompatible(study.space, question.space) : whyOtherSpace(space, question.space);
}

function whyOtherSpace(old: SearchSpace, next: SearchSpace): string | null {
  const changed = Object.entries(next).find(([name, distribution]) => !isKept(old[name], distribution));
  if (changed !== undefined)
    return old[changed[0]] === undefined
      ? `was searched without "${changed[0]}"`
      : `was searched with other values of "${changed[0]}"`;
  const gone = Object.keys(old).find((name) => next[name] === undefined);
  return gone === undefined ? null : `was searched with "${gone}" too`;
}

function isKept(old: Distribution | undefined, next: Distribution): boolean {
  return old !== undefined && isSameDistribution(old, next);
}

/** Of a study that others began: a parameter may have other bounds, but no other kind, scale or choices. */
function whyIncompatible(old: SearchSpace, next: SearchSpace): string | null {
  const changed = Object.entries(next).find(([name, distribution]) => {
    const known = old[name];
    return known !== undefined && !isCompatible(known, distribution);
  });
  return changed === undefined ? null : `has another kind, scale or other choices of "${changed[0]}"`;
}

/** The space of the last trial that this program chose in full; null where there is none. */
function spaceOfOurs({ trials }: JournalStudy): SearchSpace | null {
  const last = trials.findLast(
    ({ state, attributes, distributions }) =>
      state !== 'waiting' && workerAttribute in attributes && Object.keys(distributions).length > 0,
  );
  return last?.distributions ?? null;
}

/** The attribute of a trial that names the process that runs it. */
export const workerAttribute = 'lstm_inspector_worker';

function unpackQuestion(attribute: unknown): Pick<StudyQuestion, 'objective' | 'space'> | null {
  const { objective, space } = (typeof attribute === 'object' && attribute !== null ? attribute : {}) as {
    readonly objective?: unknown;
    readonly space?: unknown;
  };
  if (typeof objective !== 'string' || typeof space !== 'object' || space === null) return null;
  const axes = Object.entries(space).map(([name, json]) => [name, unpackDistribution(String(json))] as const);
  return {
    objective,
    space: Object.fromEntries(axes.filter((axis): axis is [string, Distribution] => axis[1] !== null)),
  };
}

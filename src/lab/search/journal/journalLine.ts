import { type TrialState } from '../trial';

/**
 * Optuna's journal: one JSON object a line, each an operation; replaying them gives the studies
 * (optuna.storages.JournalStorage, versions 3.1 to 5). Python writes NaN and Infinity bare; we read them and never
 * write them.
 */
export const operation = {
  createStudy: 0,
  deleteStudy: 1,
  studyUserAttribute: 2,
  studySystemAttribute: 3,
  createTrial: 4,
  trialParameter: 5,
  trialState: 6,
  trialIntermediate: 7,
  trialUserAttribute: 8,
  trialSystemAttribute: 9,
} as const;

/** Optuna's states by their codes. */
export const stateNames: readonly TrialState[] = ['running', 'complete', 'pruned', 'fail', 'waiting'];
/** Optuna's codes of directions. */
export const directionCodes = { minimize: 1, maximize: 2 } as const;

/** One operation, or any object in it. */
export type Line = Readonly<Record<string, unknown>>;

const bareNumber = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;
/** Most lines hold none, and are spared the search. */
const mayHoldBare = /NaN|Infinity/;
const bareNumbers: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** One line as Python's json writes it, bare NaN and Infinity included; null if it is torn or no object. */
export function parseJournalLine(line: string): Line | null {
  try {
    const quoted = mayHoldBare.test(line)
      ? line.replace(bareNumber, (part) => (part.startsWith('"') ? part : JSON.stringify(part)))
      : line;
    const parsed: unknown = JSON.parse(quoted);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Line) : null;
  } catch {
    return null;
  }
}

/** A number of the journal, bare NaN and infinities included; undefined for anything else. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? bareNumbers[value] : undefined;
}

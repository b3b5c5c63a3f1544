import { type Choice, pick } from '../show/pick';

/** One answer to choose from. */
export type Answer<T> = Choice<T>;

/**
 * Asks for one of some answers, the likeliest first; undefined when dismissed. It stays open when a person looks
 * elsewhere.
 */
export function pickOne<T>(title: string, placeHolder: string, answers: readonly Answer<T>[]): Promise<T | undefined> {
  return pick({ title, placeHolder }, answers);
}

/** The likeliest answer put first. */
export function likeliestFirst<T>(answers: readonly Answer<T>[], likeliest: T): readonly Answer<T>[] {
  return [...answers.filter(({ value }) => value === likeliest), ...answers.filter(({ value }) => value !== likeliest)];
}

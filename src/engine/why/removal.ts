import { answerBeforeFirst, keepTokens, readVectors, stepsOf } from './network';
import { type WhySubject } from './shareMethod';

/** An answer after some tokens. */
export interface PartAnswer {
  readonly logits: Float64Array;
  readonly output: Float64Array;
}

/** Reads the text without some of its tokens; null where none is left and the head takes more than the last state. */
export function* readWithout(
  { network, vectors }: Pick<WhySubject, 'network' | 'vectors'>,
  removed: ReadonlySet<number>,
): Generator<void, PartAnswer | null> {
  const kept = Array.from({ length: stepsOf(vectors) }, (_, t) => t).filter((t) => !removed.has(t));
  if (kept.length === 0) return answerBeforeFirst(network);
  return yield* readVectors(network, keepTokens(vectors, kept));
}

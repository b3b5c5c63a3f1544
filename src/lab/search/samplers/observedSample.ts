import { asLoss, type StudyDirection, type ValuedTrial } from '../trial';

/** A fit costs the cube of its trials, a prediction the square: of more than these a sample is taken. */
export const mostObserved = 200;

/**
 * What a Gaussian process is fitted to: all trials, or of more than {@link mostObserved} the best quarter of that many
 * and the others evenly spread over the order in which they were run. In that order.
 */
export function observedSample(trials: readonly ValuedTrial[], direction: StudyDirection): readonly ValuedTrial[] {
  if (trials.length <= mostObserved) return trials;
  const ranked = [...trials].sort((a, b) => asLoss(direction, a.value) - asLoss(direction, b.value));
  const best = new Set(ranked.slice(0, mostObserved / 4));
  const others = trials.filter((trial) => !best.has(trial));
  const wanted = mostObserved - best.size;
  const chosen = new Set(Array.from({ length: wanted }, (_, k) => others[Math.floor((k * others.length) / wanted)]));
  return trials.filter((trial) => best.has(trial) || chosen.has(trial));
}

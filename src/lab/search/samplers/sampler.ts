import { type Random } from '../../../base/random';
import { type Parameters } from './distribution';
import { type StudySoFar } from '../trial';

/** A way of choosing the hyperparameters of the next trial. */
export interface Sampler {
  readonly name: 'grid' | 'random' | 'hand-tuned' | 'gp' | 'tpe';
  /**
   * The next set of hyperparameters, or null if there is nothing left to try. Running trials are in `study.trials` too,
   * so that parallel ones differ.
   */
  suggest(study: StudySoFar, random: Random): Parameters | null;
}

import { type Reach } from '../../../src/trace/reading/gradients';
import { type ChangedEntry } from '../../store/decayEarlier';
import { say } from '../../theme/strings';

/** What the change of a setting did to one network, in a sentence. */
export function describeChange({ before, now }: ChangedEntry): string {
  const [then, since] = [reachInWords(before.h.reach), reachInWords(now.h.reach)];
  if (then === since) return say('{0}: learning reaches {1} back, as before the change (pale curve).', now.name, since);
  return say('{0}: learning reaches {1} back; before the change (pale curve) it reached {2}.', now.name, since, then);
}

function reachInWords({ steps, isWhole }: Reach): string {
  if (isWhole) return say('{0} steps or more', steps);
  return steps === 1 ? say('1 step') : say('{0} steps', steps);
}

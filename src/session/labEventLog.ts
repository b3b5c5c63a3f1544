import { type LabEvent } from '../trace/lab/labEvents';

/** So many steps make a curve finer than a screen. */
const mostSteps = 4000;

/** The events with one more; of the steps between validations every other one goes when they are very many. */
export function keepEvent<Event extends LabEvent>(events: readonly Event[], event: Event): readonly Event[] {
  const kept = [...events, event];
  if (event.type !== 'step' || kept.length <= mostSteps) return kept;
  let seen = 0;
  return kept.filter(({ type }) => type !== 'step' || seen++ % 2 === 0);
}

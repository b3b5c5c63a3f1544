import { type ReferenceStep } from '../cell';
import { sumGates } from '../cellSums';
import { activateBlock, clipBlock } from '../scalarActivation';

/** The equations of {@link stepRnn}. */
export const referenceRnn: ReferenceStep = (weights, state, hook) => {
  const { a } = state;
  const { h } = state.states;
  sumGates(a, weights, { x: state.x, h, recurrent: weights.units });
  hook('a', a);
  clipBlock(a, weights.clip);
  activateBlock(weights.activation, a, 0, weights.units);
  h.set(a);
  hook('h', h);
};

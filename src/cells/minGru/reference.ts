import { type ReferenceStep } from '../cell';
import { sumGates } from '../cellSums';
import { activateBlock, clipBlock } from '../scalarActivation';

/** The equations of {@link stepMinGru}. */
export const referenceMinGru: ReferenceStep = (weights, state, hook) => {
  const { a } = state;
  const { h } = state.states;
  const H = weights.units;
  sumGates(a, weights, { x: state.x, h, recurrent: 0 });
  hook('a', a);
  clipBlock(a, weights.clip);
  const [z, g] = [a.subarray(0, H), a.subarray(H, 2 * H)];
  activateBlock(weights.recurrentActivation, z, 0, H);
  hook('z', z);
  activateBlock(weights.activation, g, 0, H);
  hook('g', g);
  for (let j = 0; j < H; j++) h[j] = (1 - (z[j] as number)) * (h[j] as number) + (z[j] as number) * (g[j] as number);
  hook('h', h);
};

import { type ReferenceStep } from '../cell';
import { sumGates } from '../cellSums';
import { activateBlock, clipBlock } from '../scalarActivation';
import { addThroughReset } from './candidate';

/** The equations of {@link stepGru}. */
export const referenceGru: ReferenceStep = (weights, state, hook) => {
  const { a } = state;
  const { h } = state.states;
  const H = weights.units;
  const [z, r, n] = [0, 1, 2].map((block) => a.subarray(block * H, (block + 1) * H)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  sumGates(a, weights, { x: state.x, h, recurrent: 2 * H });
  hook('a', a);
  const gate = (name: 'z' | 'r' | 'n', values: Float64Array): void => {
    clipBlock(values, weights.clip);
    activateBlock(name === 'n' ? weights.activation : weights.recurrentActivation, values, 0, H);
    hook(name, values);
  };
  gate('z', z);
  gate('r', r);
  addThroughReset(n, weights, { h, r, scratch: state.scratch });
  gate('n', n);
  for (let j = 0; j < H; j++) h[j] = (z[j] as number) * (h[j] as number) + (1 - (z[j] as number)) * (n[j] as number);
  hook('h', h);
};

import { type ReferenceState, type ReferenceStep } from '../cell';
import { addRows, sumGates } from '../cellSums';
import { type CellWeights } from '../cellWeights';
import { activateBlock, clipBlock } from '../scalarActivation';

/** The equations of {@link stepLstm}. */
export const referenceLstm: ReferenceStep = (weights, state, hook) => {
  const { a } = state;
  const H = weights.units;
  const [i, f, g, o] = [0, 1, 2, 3].map((block) => a.subarray(block * H, (block + 1) * H)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const c = state.states.c as Float64Array;
  sumGates(a, weights, { x: state.x, h: state.states.h, recurrent: 4 * H });
  addPeepholes(weights, a, c);
  hook('a', a);
  const gate = (name: 'i' | 'f' | 'g' | 'o', values: Float64Array): void => {
    clipBlock(values, weights.clip);
    activateBlock(name === 'g' ? weights.activation : weights.recurrentActivation, values, 0, H);
    if (name === 'f' && weights.inputForget === true) for (let j = 0; j < H; j++) f[j] = 1 - (i[j] as number);
    hook(name, values);
  };
  gate('i', i);
  gate('f', f);
  gate('g', g);
  for (let j = 0; j < H; j++) c[j] = (f[j] as number) * (c[j] as number) + (i[j] as number) * (g[j] as number);
  hook('c', c);
  const { peepholes } = weights;
  for (let j = 0; j < H && peepholes !== undefined; j++)
    o[j] = (o[j] as number) + (peepholes[2 * H + j] as number) * (c[j] as number);
  gate('o', o);
  writeHidden(weights, state, o);
  hook('h', state.states.h);
};

/** p_i c(t-1) and p_f c(t-1) */
function addPeepholes({ units: H, peepholes: p }: CellWeights, a: Float64Array, before: Float64Array): void {
  for (let j = 0; j < H && p !== undefined; j++) {
    a[j] = (a[j] as number) + (p[j] as number) * (before[j] as number);
    a[H + j] = (a[H + j] as number) + (p[H + j] as number) * (before[j] as number);
  }
}

/** h = (o act(c)) P */
function writeHidden(weights: CellWeights, { scratch: m, states }: ReferenceState, o: Float64Array): void {
  const { h, c } = states;
  m.set(c as Float64Array);
  activateBlock(weights.outputActivation ?? weights.activation, m, 0, m.length);
  for (let j = 0; j < m.length; j++) m[j] = (m[j] as number) * (o[j] as number);
  if (weights.projection === undefined) h.set(m);
  else addRows(h.fill(0), m, weights.projection, { width: h.length, from: 0, count: h.length });
}

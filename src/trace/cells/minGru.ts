import { type CellDescription } from './cellDescription';

/**
 * Minimal gated recurrent unit (Feng et al. 2024, "Were RNNs all we needed?"): gate and candidate see x alone, and an
 * open update gate takes the candidate, where that of a GRU keeps the state.
 */
export const minGru = {
  name: 'minGRU',
  fields: {
    z: { name: 'update gate', role: 'gate' },
    g: { name: 'candidate', role: 'candidate' },
    h: { name: 'hidden state', role: 'state' },
  },
  gates: ['z', 'g'],
  candidate: 'g',
  states: ['h'],
  gatesReadState: false,
  memory: { state: 'h', gate: 'z', keeps: 'shut' },
  keeping: { state: 'h', gates: [['z', 0]] },
  untrained: { activation: 'linear', recurrentInit: 'orthogonal', settings: [] },
  formula: [
    {
      state: 'h',
      sum: [
        [{ oneMinus: 'z' }, { before: 'h' }],
        [{ now: 'z' }, { now: 'g' }],
      ],
    },
  ],
  colours: ['r', 'c'],
} as const satisfies CellDescription;

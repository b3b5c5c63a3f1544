import { type CellDescription } from './cellDescription';

/** Gated recurrent unit (Cho et al. 2014); an open update gate keeps the state, as in Keras and PyTorch. */
export const gru = {
  name: 'GRU',
  fields: {
    z: { name: 'update gate', role: 'gate' },
    r: { name: 'reset gate', role: 'gate' },
    n: { name: 'candidate', role: 'candidate' },
    h: { name: 'hidden state', role: 'state' },
  },
  gates: ['z', 'r', 'n'],
  candidate: 'n',
  states: ['h'],
  gatesReadState: true,
  memory: { state: 'h', gate: 'z', keeps: 'open' },
  keeping: { state: 'h', gates: [['z', 1]] },
  untrained: { activation: 'tanh', recurrentInit: 'orthogonal', settings: ['resetAfter'] },
  formula: [
    {
      state: 'h',
      sum: [
        [{ now: 'z' }, { before: 'h' }],
        [{ oneMinus: 'z' }, { now: 'n' }],
      ],
    },
  ],
  colours: ['o', 'h'],
} as const satisfies CellDescription;

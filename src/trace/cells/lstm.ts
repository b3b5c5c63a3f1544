import { type CellDescription } from './cellDescription';

/** Long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000). */
export const lstm = {
  name: 'LSTM',
  fields: {
    i: { name: 'input gate', role: 'gate' },
    f: { name: 'forget gate', role: 'gate' },
    g: { name: 'candidate', role: 'candidate' },
    o: { name: 'output gate', role: 'gate' },
    c: { name: 'cell state', role: 'state' },
    h: { name: 'hidden state', role: 'state' },
  },
  gates: ['i', 'f', 'g', 'o'],
  candidate: 'g',
  states: ['h', 'c'],
  gatesReadState: true,
  memory: { state: 'c', gate: 'f', keeps: 'open' },
  keeping: {
    state: 'c',
    gates: [
      ['f', 1],
      ['i', 0],
    ],
  },
  showsDirectPath: true,
  forgetBias: { gate: 'f', against: 'i' },
  untrained: { activation: 'tanh', recurrentInit: 'orthogonal', settings: ['forgetBias'] },
  formula: [
    {
      state: 'c',
      sum: [
        [{ now: 'f' }, { before: 'c' }],
        [{ now: 'i' }, { now: 'g' }],
      ],
    },
    { state: 'h', sum: [[{ now: 'o' }, { tanh: 'c' }]] },
  ],
  colours: ['i', 'g'],
} as const satisfies CellDescription;

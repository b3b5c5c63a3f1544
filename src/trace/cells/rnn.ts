import { type CellDescription } from './cellDescription';

/** The simple recurrent network (Elman 1990); `a` is the sum before its activation. */
export const rnn = {
  name: 'RNN',
  fields: { h: { name: 'hidden state', role: 'state' } },
  gates: ['a'],
  candidate: 'a',
  states: ['h'],
  gatesReadState: true,
  untrained: { activation: 'tanh', recurrentInit: 'glorot', settings: ['spectralRadius'] },
  formula: [{ state: 'h', sum: 'tanh(W x + U h\u2032 + b)' }],
  colours: ['f', 'x'],
} as const satisfies CellDescription;

/** The recurrent cells we read: long short-term memory, gated recurrent unit, simple (Elman) network. */
export type CellKind = 'lstm' | 'gru' | 'rnn';

/** The direction in which a layer reads. Traces are in reading order of the text either way. */
export type Direction = 'forward' | 'backward';

/**
 * What a cell computes at every step.
 * LSTM: input gate i, forget gate f, candidate g, output gate o, cell state c, hidden state h (Hochreiter and
 * Schmidhuber 1997; Gers et al. 2000). GRU: update gate z, reset gate r, candidate n, hidden state h (Cho et al. 2014).
 */
export type Field = 'i' | 'f' | 'g' | 'o' | 'c' | 'h' | 'z' | 'r' | 'n';

/** The blocks of a cell's weight matrices, in our order; the pre-activations are `a` for a simple RNN. */
export type Gate = 'i' | 'f' | 'g' | 'o' | 'z' | 'r' | 'n' | 'a';

const fields = { lstm: ['i', 'f', 'g', 'o', 'c', 'h'], gru: ['z', 'r', 'n', 'h'], rnn: ['h'] } as const;
const gates = { lstm: ['i', 'f', 'g', 'o'], gru: ['z', 'r', 'n'], rnn: ['a'] } as const;

/** The fields of a cell's trace, in the order in which they are stored. */
export function fieldsOf(cell: CellKind): readonly Field[] {
  return fields[cell];
}

/** The gates of a cell, in the order of the blocks in its weight matrices. */
export function gatesOf(cell: CellKind): readonly Gate[] {
  return gates[cell];
}

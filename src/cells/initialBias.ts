import { cellDescriptions, type CellKind, gatesOf } from '../trace/reading/cellKind';

/** The biases of a cell before training, [G H]: zeros, but for the gate that lets it remember, where it has one. */
export function initialBias(cell: CellKind, units: number, forgetBias: number): Float32Array {
  const gates = gatesOf(cell);
  const bias = new Float32Array(gates.length * units);
  const gate = cellDescriptions[cell].forgetBias?.gate;
  return gate === undefined
    ? bias
    : bias.fill(forgetBias, gates.indexOf(gate) * units, (gates.indexOf(gate) + 1) * units);
}

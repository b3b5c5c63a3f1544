import { type Field, type Gate, gatesOf, cellDescriptions } from '../trace/reading/cellKind';
import { activationInput } from './activationInput';
import { type CellWeights } from './cellWeights';

/** A gate of one unit at a value. */
export interface ForcedGate {
  readonly field: Field;
  readonly unit: number;
  readonly value: number;
}

/** The rows of {@link CellWeights.peepholes}. */
const peepholeGates: readonly Field[] = ['i', 'f', 'o'];

/**
 * Weights with which a cell holds gates at values, whatever enters: the unit's columns are zero and its bias is what
 * the activation turns into the value. Null where no weights can do it: a state, a value that the activation never
 * gives, a sum that is clipped. The columns of other units are as they were.
 */
export function forceGates(weights: CellWeights, forced: readonly ForcedGate[]): CellWeights | null {
  const changed = {
    ...weights,
    kernel: weights.kernel.slice(),
    recurrentKernel: weights.recurrentKernel.slice(),
    bias: weights.bias.slice(),
    ...(weights.recurrentBias && { recurrentBias: weights.recurrentBias.slice() }),
    ...(weights.peepholes && { peepholes: weights.peepholes.slice() }),
  };
  for (const gate of forced) {
    const sum = sumFor(weights, gate);
    if (sum === null) return null;
    const column = gatesOf(weights.cell).indexOf(gate.field as Gate) * weights.units + gate.unit;
    clearColumn(changed.kernel, column, weights.bias.length);
    clearColumn(changed.recurrentKernel, column, weights.bias.length);
    if (changed.recurrentBias) changed.recurrentBias[column] = 0;
    changed.bias[column] = sum;
    const peephole = peepholeGates.indexOf(gate.field);
    if (changed.peepholes && peephole >= 0) changed.peepholes[peephole * weights.units + gate.unit] = 0;
  }
  return changed;
}

function sumFor(weights: CellWeights, { field, value }: ForcedGate): number | null {
  if (!gatesOf(weights.cell).includes(field as Gate)) return null;
  if (field === 'f' && weights.inputForget === true) return null;
  const isCandidate = field === cellDescriptions[weights.cell].candidate;
  const sum = activationInput(isCandidate ? weights.activation : weights.recurrentActivation, value);
  return sum !== null && weights.clip !== undefined && Math.abs(sum) > weights.clip ? null : sum;
}

function clearColumn(matrix: Float32Array, column: number, width: number): void {
  for (let at = column; at < matrix.length; at += width) matrix[at] = 0;
}

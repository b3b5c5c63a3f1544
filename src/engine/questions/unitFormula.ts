import { InspectorError } from '../../base/errors';
import { nameOfActivation } from '../../cells/activations';
import { type CellWeights } from '../../cells/cellWeights';
import { cellDescriptions, type Field, gatesOf, hasRecurrentKernel } from '../../trace/reading/cellKind';
import { type UnitFormula } from '../../trace/reading/stepSummary';
import { type SequenceState } from '../forward/cellRunner';
import { type DirectionReading } from '../forward/directionReading';

/** Units whose push is listed. */
const mostContributions = 8;

/** What one unit computed at one step, number by number; the step must be computed already. */
export function explainUnit(direction: DirectionReading, unit: number, step: number): UnitFormula {
  const { shape, runner } = direction;
  if (
    !Number.isInteger(unit) ||
    unit < 0 ||
    unit >= shape.units ||
    !Number.isInteger(step) ||
    step < 0 ||
    step >= direction.steps
  ) {
    throw new InspectorError(
      'out-of-range',
      `There is no unit ${unit} at step ${step}: layer ${shape.name} has ${shape.units} units and ${direction.steps} steps.`,
    );
  }
  const before = direction.stateBefore(step);
  const x = direction.input.rows(step, step + 1);
  const valueOf = (field: Field): number => direction.field(field, step, step + 1)[unit] as number;
  const context: UnitContext = { weights: runner.weights, unit, x, before, direction, step, valueOf };
  return {
    step,
    shape,
    unit,
    gates: gatesOf(shape.cell).map((gate, block) => explainGate(context, gate, block)),
    ...(before.c && { previousC: before.c[unit] as number, c: valueOf('c') }),
    previousH: (before.h[unit] ?? NaN) as number,
    h: valueOf('h'),
  };
}

interface UnitContext {
  readonly weights: CellWeights;
  readonly unit: number;
  readonly x: Float32Array;
  readonly before: SequenceState;
  readonly direction: DirectionReading;
  readonly step: number;
  readonly valueOf: (field: Field) => number;
}

type GateFormula = UnitFormula['gates'][number];

function explainGate(context: UnitContext, gate: string, block: number): GateFormula {
  const { weights, unit, x, valueOf } = context;
  const columns = gatesOf(weights.cell).length * weights.units;
  const column = block * weights.units + unit;
  const isCandidate = gate === cellDescriptions[weights.cell].candidate;
  const isResetAfter = gate === 'n' && weights.resetAfter === true;
  const pushes = hasRecurrentKernel(weights.cell)
    ? pushesOf(context, { column, columns, isReset: gate === 'n' && !isResetAfter })
    : [];
  const recurrentBias = weights.recurrentBias?.[column] ?? 0;
  const fromState = sum(pushes.map(({ value }) => value)) + (isResetAfter ? recurrentBias : 0);
  const fromInput = sum(
    Array.from(x, (value, d) => (value === 0 ? 0 : value * (weights.kernel[d * columns + column] as number))),
  );
  const bias = (weights.bias[column] as number) + (isResetAfter ? 0 : recurrentBias);
  const fromCell = peepholeOf(context, gate);
  return {
    gate,
    activation: nameOfActivation(isCandidate ? weights.activation : weights.recurrentActivation),
    fromInput,
    fromState,
    bias,
    ...(fromCell !== undefined && { fromCell }),
    sum: fromInput + bias + (fromCell ?? 0) + (isResetAfter ? valueOf('r') * fromState : fromState),
    value: gate === 'a' ? valueOf('h') : valueOf(gate as Field),
    contributions: pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, mostContributions),
  };
}

/** What each unit of the step before adds to a gate's sum. */
function pushesOf(
  context: UnitContext,
  { column, columns, isReset }: { readonly column: number; readonly columns: number; readonly isReset: boolean },
): { readonly unit: number; readonly value: number }[] {
  const h = isReset ? resetState(context) : context.before.h;
  return Array.from(h, (value, unit) => ({
    unit,
    value: value * (context.weights.recurrentKernel[unit * columns + column] as number),
  }));
}

/** r h[t-1], what enters the candidate of a GRU that resets before the product. */
function resetState({ before, direction, step }: UnitContext): Float32Array {
  const r = direction.field('r', step, step + 1);
  return before.h.map((value, k) => value * (r[k] as number));
}

/** p c[t-1] for i and f, p c[t] for o; absent without peepholes. */
function peepholeOf({ weights, unit, before, valueOf }: UnitContext, gate: string): number | undefined {
  const row = ['i', 'f', 'o'].indexOf(gate);
  if (!weights.peepholes || row < 0) return undefined;
  const weight = weights.peepholes[row * weights.units + unit] as number;
  return weight * (gate === 'o' ? valueOf('c') : (before.c?.[unit] as number));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

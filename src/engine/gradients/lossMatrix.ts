import { largestOf } from '../../base/extremes';
import { outputWidthOf } from '../../cells/initialStates';
import { type RowProduct } from '../../cells/backwardProduct';
import { createScaledNorms, writeNorm } from '../../cells/backwardScale';
import { type BackwardView } from '../../cells/backwardThroughTime';
import { InspectorError } from '../../base/errors';
import { type Direction, hasCellState } from '../../trace/reading/cellKind';
import { log10Norms, type LossChoice, type ScaledNorms } from '../../trace/reading/gradients';
import { type LossMatrix } from '../../trace/reading/lossMatrix';
import { createHead, type Head, type HeadGradient } from './gradientsHead';
import { createTerm, evaluateTerm, knowsNext, nameOfTerm } from './gradientsLoss';
import { backpropagateModel } from './gradientsModel';
import { type GradientSource, type SourceLayer } from './gradientsSource';
import { isForwardOnly, windowOf } from './gradientsWindow';

/** The longest side of a matrix. */
export const longestMatrix = 512;

export interface LossMatrixRequest {
  readonly layer: number;
  readonly direction: Direction;
  readonly state?: 'h' | 'c' | 'x';
  readonly from?: number;
  readonly to?: number;
  readonly target?: number;
  readonly label?: 0 | 1;
  readonly product?: RowProduct;
}

/**
 * Each step's own loss by the steps it reaches; losses go back together, many rows a matrix product. Yields the share
 * done.
 */
export function* computeLossMatrix(whole: GradientSource, request: LossMatrixRequest): Generator<number, LossMatrix> {
  const { from, to } = rangeOf(whole, request);
  // Nothing before `from` is asked for and, reading forward, nothing behind `to` matters.
  const shift = isForwardOnly(whole) ? from : 0;
  const source = isForwardOnly(whole) ? windowOf(whole, from, to) : whole;
  const state = request.state ?? 'h';
  const layer = layerOf(source, request);
  const head = createHead(source);
  const choice = choiceOf(request);
  const steps = lossStepsOf(source, head, { choice, from: from - shift, to: to - shift });
  const columns = to - from;
  const norms = createScaledNorms(steps.length * columns);
  const chunk = rowsTogether(source);
  for (let first = 0; first < steps.length; first += chunk) {
    // Later losses first: the rows in use are then always the leading ones.
    const rows = steps.slice(first, first + chunk).reverse();
    const losses: (readonly HeadGradient[])[] = [];
    for (const step of rows) {
      losses.push(
        evaluateTerm(head, createTerm(source, head, { choice, step, place: head.canGoOverTime ? step : 'whole' }))
          .gradients,
      );
      yield first / steps.length;
    }
    const record = createRowRecorder(layer, state, (row, t, values) => {
      const column = t + shift - from;
      if (column >= 0 && column < columns) writeNorm(norms, (first + rows.length - 1 - row) * columns + column, values);
    });
    const run = backpropagateModel(source, {
      losses,
      record,
      downTo: request.layer,
      skipsInput: state !== 'x',
      ...(request.product !== undefined && { product: request.product }),
    });
    for (let next = run.next(); next.done !== true; next = run.next())
      yield (first + next.value * rows.length) / steps.length;
  }
  yield 1;
  const log10 = yield* log10InRows(norms, columns);
  const lossName = steps[0] === undefined ? 'no loss' : `${nameOfTerm(source, head, choice)} of each step`;
  return {
    layer: layer.layer,
    direction: layer.direction,
    state,
    from,
    to,
    lossSteps: steps.map((step) => step + shift),
    log10,
    range: finiteRange(log10),
    lossName,
  };
}

function layerOf(source: GradientSource, { layer, direction, state }: LossMatrixRequest): SourceLayer {
  const found = source.layers.find((each) => each.layer === layer && each.direction === direction);
  if (found === undefined)
    throw new InspectorError('out-of-range', `The model has no recurrent layer ${layer} that reads ${direction}.`);
  if (state === 'c' && !hasCellState(found.weights.cell))
    throw new InspectorError('out-of-range', `Layer ${layer} has no cell state; choose h.`);
  return found;
}

function choiceOf({ target, label }: LossMatrixRequest): LossChoice {
  return { at: 'last', ...(target !== undefined && { target }), ...(label !== undefined && { label }) };
}

/** The range asked for, or the last steps; refused where it is too long, with what it would cost. */
function rangeOf(source: GradientSource, request: LossMatrixRequest): { readonly from: number; readonly to: number } {
  const T = source.steps;
  const to = request.to ?? T;
  const from = request.from ?? Math.max(0, to - longestMatrix);
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > T || from >= to) {
    throw new InspectorError(
      'out-of-range',
      `Steps ${from} to ${to} are not a range of the text, which has ${T} steps.`,
    );
  }
  if (to - from <= longestMatrix) return { from, to };
  const side = to - from;
  const seconds = (side * side * stepCost(source)) / 2 / multiplicationsPerSecond;
  const megabytes = (side * side * 4) / 1e6;
  const cost = `about ${seconds < 10 ? seconds.toPrecision(2) : Math.round(seconds)} s and ${Math.ceil(megabytes)} MB`;
  throw new InspectorError(
    'input-too-long',
    `A matrix of ${side} x ${side} steps would take ${cost}; ask for at most ${longestMatrix} steps, for example ${to - longestMatrix} to ${to}.`,
  );
}

/** What the plain path manages on one core; a rough figure for a message. */
const multiplicationsPerSecond = 1e9;

/** Multiplications that one loss costs at one step, in all layers. */
function stepCost({ layers }: GradientSource): number {
  return layers.reduce((sum, { weights }) => sum + weights.recurrentKernel.length + weights.kernel.length, 0);
}

/**
 * How many losses go back together: enough for the matrix products, few enough that a step stays short and memory
 * small.
 */
export function rowsTogether(source: GradientSource): number {
  const widest = largestOf(source.layers.map(({ weights }) => Math.max(outputWidthOf(weights), weights.inputWidth)));
  const byTime = 16e6 / stepCost(source);
  const byMemory = 24e6 / (8 * source.steps * widest);
  return Math.max(1, Math.min(64, Math.floor(Math.min(byTime, byMemory))));
}

function lossStepsOf(
  source: GradientSource,
  head: Head,
  of: { choice: LossChoice; from: number; to: number },
): readonly number[] {
  const { choice, from, to } = of;
  if (!head.canGoOverTime) {
    if (to < head.steps)
      throw new InspectorError(
        'out-of-range',
        `This model answers once, after all ${head.steps} steps; ask for a range that ends there.`,
      );
    return [head.steps - 1];
  }
  const isNextToken =
    source.model.task === 'next-token' &&
    head.kind !== 'states' &&
    choice.target === undefined &&
    source.ids !== undefined;
  const steps = Array.from({ length: to - from }, (_, k) => from + k).filter(
    (t) => t < head.steps && (!isNextToken || knowsNext(source, head, t)),
  );
  if (steps.length > 0) return steps;
  throw new InspectorError(
    'out-of-range',
    'No step of this range has a known target; choose a longer text, or name the output with a target.',
  );
}

/** Calls `write` with the chosen derivative of every row in use, for one layer. */
export function createRowRecorder(
  layer: SourceLayer,
  state: 'h' | 'c' | 'x',
  write: (row: number, t: number, values: { data: Float64Array; at: number; count: number; exponent: number }) => void,
): (of: SourceLayer, view: BackwardView) => void {
  const { weights } = layer;
  const count = state === 'h' ? outputWidthOf(weights) : state === 'c' ? weights.units : weights.inputWidth;
  return (of, { t, batch, dx, dxAt, isSkipped }) => {
    if (of !== layer || (state === 'x' && isSkipped)) return;
    const data = state === 'x' ? dx : (batch.states[state] as Float64Array);
    const start = state === 'x' ? dxAt : 0;
    for (let row = 0; row < batch.rows; row++)
      write(row, t, { data, at: start + row * count, count, exponent: batch.exponent[row] as number });
  };
}

/** {@link log10Norms} of a matrix row by row; yields between them. */
export function* log10InRows(
  { mantissa, exponent }: ScaledNorms,
  columns: number,
): Generator<number, Float32Array<ArrayBuffer>> {
  const log10 = new Float32Array(mantissa.length);
  for (let at = 0; at < mantissa.length; at += columns) {
    log10.set(
      log10Norms({ mantissa: mantissa.subarray(at, at + columns), exponent: exponent.subarray(at, at + columns) }),
      at,
    );
    yield 1;
  }
  return log10;
}

/** Smallest and largest finite number; NaN where there is none. */
export function finiteRange(values: Float32Array): Float32Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? Float32Array.of(NaN, NaN) : Float32Array.of(low, high);
}

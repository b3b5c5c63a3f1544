import { pushAll } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { type RowProduct } from '../../cells/backwardProduct';
import { createScaledNorms, writeNorm } from '../../cells/backwardScale';
import { type GradientSequence } from '../../cells/gradientSequence';
import { type ScaledNorms } from '../../trace/reading/gradients';
import { type Connectivity } from '../../trace/reading/lossMatrix';
import { createHead, type Head, type HeadGradient, type OutputPlace } from './gradientsHead';
import { createTerm, evaluateLogit } from './gradientsLoss';
import { backpropagateModel } from './gradientsModel';
import { type GradientSource } from './gradientsSource';
import { isForwardOnly, windowOf } from './gradientsWindow';
import { longestMatrix, log10InRows, rowsTogether } from './lossMatrix';

export interface ConnectivityRequest {
  /** Output steps [from, to). */
  readonly from: number;
  readonly to: number;
  /** K; the model's own answer at each step without it. */
  readonly target?: number;
  readonly nameOf?: (index: number) => string;
  readonly product?: RowProduct;
}

/** Norms of d logit[K](t') / d x(t) for the first layer of a model, its directions added up. Yields the share done. */
export function* computeConnectivity(
  whole: GradientSource,
  request: ConnectivityRequest,
): Generator<number, Connectivity> {
  const { from, to, target } = request;
  checkRange(whole, request);
  const source = isForwardOnly(whole) ? windowOf(whole, 0, to) : whole;
  const head = createHead(source);
  checkTarget(head, target);
  const T = whole.steps;
  const norms = createScaledNorms((to - from) * T);
  const targets: number[] = [];
  const chunk = rowsTogether(source);
  for (let at = from; at < to; at += chunk) {
    const rows = Array.from({ length: Math.min(chunk, to - at) }, (_, k) => at + k).reverse();
    const terms = rows.map((step) => ({ place: placeOf(head, step), target: target ?? ownAnswer(source, head, step) }));
    pushAll(targets, terms.map((term) => term.target).reverse());
    const losses: (readonly HeadGradient[])[] = [];
    for (const term of terms) {
      losses.push(evaluateLogit(head, term).gradients);
      yield (at - from) / (to - from);
    }
    const run = backpropagateModel(source, {
      losses,
      takeInput: (gradient) => writeNorms(norms, gradient, (row) => ((rows[row] as number) - from) * T),
      ...(request.product !== undefined && { product: request.product }),
    });
    for (let next = run.next(); next.done !== true; next = run.next())
      yield (at - from + next.value * rows.length) / (to - from);
  }
  const log10 = yield* log10InRows(norms, T);
  const nameOf = request.nameOf ?? ((index: number) => source.model.labels?.[index] ?? String(index));
  return {
    from,
    to,
    steps: T,
    log10,
    ...(yield* maximaOf(log10, T)),
    targets: targets.map((index) => ({ index, name: nameOf(index) })),
  };
}

/** The largest of each row, and the largest finite number of all (NaN without one). */
function* maximaOf(
  log10: Float32Array,
  columns: number,
): Generator<number, Pick<Connectivity, 'rowMaximum' | 'maximum'>> {
  const rowMaximum = new Float32Array(log10.length / columns).fill(-Infinity);
  let most = NaN;
  for (let row = 0; row < rowMaximum.length; row++) {
    for (const value of log10.subarray(row * columns, (row + 1) * columns)) {
      if (value > (rowMaximum[row] as number)) rowMaximum[row] = value;
      if (Number.isFinite(value) && !(value <= most)) most = value;
    }
    yield 1;
  }
  return { rowMaximum, maximum: Float32Array.of(most) };
}

function checkRange({ steps: T }: GradientSource, { from, to }: ConnectivityRequest): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > T || from >= to) {
    throw new InspectorError(
      'out-of-range',
      `Steps ${from} to ${to} are not a range of the text, which has ${T} steps.`,
    );
  }
  if (to - from <= longestMatrix) return;
  throw new InspectorError(
    'input-too-long',
    `Connectivity of ${to - from} outputs at once is too much; ask for at most ${longestMatrix} steps.`,
  );
}

function checkTarget(head: Head, target: number | undefined): void {
  if (target === undefined || (Number.isInteger(target) && target >= 0 && target < head.outputs)) return;
  throw new InspectorError(
    'out-of-range',
    `There is no output ${target}: this model has ${head.outputs}, 0 to ${head.outputs - 1}.`,
  );
}

function placeOf(head: Head, step: number): OutputPlace {
  if (head.canGoOverTime) return step;
  if (step === head.steps - 1) return 'whole';
  throw new InspectorError(
    'out-of-range',
    `This model answers once, after the whole sequence; choose its last step (${head.steps - 1}).`,
  );
}

/** The most probable output; the most active unit where there are only states. */
function ownAnswer(source: GradientSource, head: Head, step: number): number {
  const place = placeOf(head, step);
  if (head.outputs === 1) return 0;
  if (head.kind === 'softmax' || head.kind === 'sigmoid') {
    const { logits } = head.answer(place);
    return logits.reduce((best, value, k) => (value > (logits[best] as number) ? k : best), 0);
  }
  if (head.kind === 'states') {
    const { output } = head.answer(place);
    return output.reduce((best, value, k) => (Math.abs(value) > Math.abs(output[best] as number) ? k : best), 0);
  }
  return createTerm(source, head, { choice: { at: 'last' }, step, place }).target ?? 0;
}

/** The norm of every vector of a sequence; `rowAt` is where the row of a loss begins. */
function* writeNorms(
  norms: ScaledNorms,
  { steps, rows, width, data, exponent, active }: GradientSequence,
  rowAt: (row: number) => number,
): Generator<void, void> {
  for (let t = 0; t < steps; t++) {
    for (let row = 0; row < (active[t] as number); row++) {
      const index = t * rows + row;
      writeNorm(norms, rowAt(row) + t, { data, at: index * width, count: width, exponent: exponent[index] as number });
    }
    yield;
  }
}

import { InspectorError } from '../../base/errors';
import { type LossChoice } from '../../trace/reading/gradients';
import { type Head, type HeadAnswer, type HeadGradient, type OutputPlace } from './gradientsHead';
import { type GradientSource } from './gradientsSource';
import { nameOfOutput } from '../questions/predictions';

/** One term of a loss: which output, and which unit of it. */
export interface LossTerm {
  readonly place: OutputPlace;
  /** The step it looks at; the last one where the model answers once a sequence. */
  readonly step: number;
  /** K; null is the sum over the units of the states. */
  readonly target: number | null;
  readonly label?: 0 | 1;
}

/** A loss with its terms, its name for a legend, and what the user should know of it. */
export interface ResolvedLoss {
  readonly terms: readonly LossTerm[];
  readonly name: string;
  readonly notes: readonly string[];
}

/** The value of a term and its gradient with respect to what the last recurrent stage hands on. */
export interface EvaluatedTerm {
  readonly value: number;
  readonly gradients: readonly HeadGradient[];
}

/**
 * What the choice means for this model and input (docs/gradients.md); throws an InspectorError that says what to choose
 * instead.
 */
export function resolveLoss(source: GradientSource, head: Head, choice: LossChoice): ResolvedLoss {
  checkTarget(head, choice);
  const steps = stepsOf(source, head, choice);
  const notes = head.note === undefined ? [] : [head.note];
  const terms = steps.map((step) => createTerm(source, head, { choice, step, place: placeOf(source, head, step) }));
  return { terms, name: nameOf(source, head, { choice, terms }), notes: [...notes, ...guessNotes(head, choice)] };
}

/** A term at a given place, with the target that the choice, the text or the model itself gives. */
export function createTerm(
  source: GradientSource,
  head: Head,
  at: { choice: LossChoice; step: number; place: OutputPlace },
): LossTerm {
  const { choice, step, place } = at;
  const term = (target: number | null, label?: 0 | 1): LossTerm => ({
    place,
    step,
    target,
    ...(label !== undefined && { label }),
  });
  if (head.kind === 'states') return term(choice.target ?? null);
  const isBinary = head.kind === 'sigmoid' && head.outputs === 1;
  if (isBinary) {
    const own = (): 0 | 1 => ((head.answer(place).output[0] as number) >= 0.5 ? 1 : 0);
    return term(0, choice.label ?? (choice.target === undefined ? own() : 1));
  }
  if (choice.target !== undefined)
    return term(choice.target, head.kind === 'sigmoid' ? (choice.label ?? 1) : undefined);
  if (choice.label !== undefined) return term(choice.label);
  if (isNextToken(source, head)) return term(source.ids?.[step + 1] ?? 0);
  if (head.kind === 'linear' && source.model.task !== 'classify') return term(0);
  return term(indexOfLargest(head.answer(place).output));
}

/** Whether the text says what follows step t, among the outputs that the model has. */
export function knowsNext(source: GradientSource, head: Head, t: number): boolean {
  const next = source.ids?.[t + 1];
  return next !== undefined && next >= 0 && next < head.outputs;
}

function isNextToken(source: GradientSource, head: Head): boolean {
  return source.model.task === 'next-token' && head.kind !== 'states' && source.ids !== undefined;
}

/** A next-token model is asked at every step, even where the saved model answers only after its window. */
function answersEverywhere(source: GradientSource, head: Head): boolean {
  return head.isPerStep || (isNextToken(source, head) && head.canGoOverTime);
}

function placeOf(source: GradientSource, head: Head, step: number): OutputPlace {
  return answersEverywhere(source, head) ? step : 'whole';
}

function stepsOf(source: GradientSource, head: Head, choice: LossChoice): readonly number[] {
  const T = head.steps;
  const { at } = choice;
  const hasTarget = choice.target !== undefined || !isNextToken(source, head);
  const isKnown = (t: number): boolean => hasTarget || knowsNext(source, head, t);
  if (!answersEverywhere(source, head)) return onlyLast(at, T);
  if (typeof at === 'object') return [checkStep(at.step, T, isKnown)];
  const known = Array.from({ length: T }, (_, t) => t).filter(isKnown);
  if (known.length > 0) return at === 'all' ? known : known.slice(-1);
  if (T > 1)
    throw new InspectorError(
      'out-of-range',
      'No token of this text is among the outputs of the model; name the output with a target.',
    );
  throw new InspectorError(
    'out-of-range',
    'The loss of the next token needs at least two tokens; select more text, or name the output with a target.',
  );
}

function onlyLast(at: LossChoice['at'], T: number): readonly number[] {
  if (typeof at === 'object') checkStep(at.step, T, () => true);
  if (at === 'last' || (typeof at === 'object' && at.step === T - 1)) return [T - 1];
  throw new InspectorError(
    'out-of-range',
    `This model answers once, after the whole sequence; its loss is known at the last step (${T - 1}) only. Choose "last".`,
  );
}

function checkStep(step: number, T: number, isKnown: (t: number) => boolean): number {
  if (!Number.isInteger(step) || step < 0 || step >= T) {
    throw new InspectorError(
      'out-of-range',
      `Loss step ${step} is not in the text, which has ${T} steps: choose one from 0 to ${T - 1}.`,
    );
  }
  if (isKnown(step)) return step;
  const why =
    step === T - 1
      ? 'it is the last one, and what follows it is not known'
      : 'what follows it is not among the outputs';
  throw new InspectorError(
    'out-of-range',
    `Step ${step} has no target: ${why}. Choose ${step > 0 ? 'an earlier step' : 'more text'}, or name the output with a target.`,
  );
}

function checkTarget(head: Head, { target, label }: LossChoice): void {
  if (target !== undefined && (!Number.isInteger(target) || target < 0 || target >= head.outputs)) {
    const what = head.kind === 'states' ? 'unit' : 'output';
    throw new InspectorError(
      'out-of-range',
      `There is no ${what} ${target}: this model has ${head.outputs}, 0 to ${head.outputs - 1}.`,
    );
  }
  if (label === undefined || (head.kind === 'softmax' && head.outputs === 2 && target === undefined)) return;
  if (head.kind !== 'sigmoid' || (head.outputs > 1 && target === undefined)) {
    throw new InspectorError(
      'out-of-range',
      'A label names one of two classes; this model has no such output. Name the output with a target.',
    );
  }
}

function guessNotes(head: Head, choice: LossChoice): readonly string[] {
  if (head.kind !== 'linear' || choice.target !== undefined || head.outputs === 1) return [];
  return [
    `The head has ${head.outputs} outputs; without a target the loss is taken of one of them, as the legend says.`,
  ];
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  values.forEach((value, k) => {
    if (value > (values[best] as number)) best = k;
  });
  return best;
}

function nameOf(
  source: GradientSource,
  head: Head,
  { choice, terms }: { choice: LossChoice; terms: readonly LossTerm[] },
): string {
  const [first] = terms;
  if (first === undefined) return 'no loss';
  const what = termName(source, head, { choice, term: first });
  if (choice.at === 'all') return `sum over ${terms.length} steps of ${what}`;
  return `${what} at step ${first.step}`;
}

function termName(
  source: GradientSource,
  head: Head,
  { choice, term }: { choice: LossChoice; term: LossTerm },
): string {
  const { labels, task } = source.model;
  const output = term.target === null ? '' : nameOfOutput(source.model, term.target);
  const unit = task === 'next-token' ? JSON.stringify(output) : output;
  if (head.kind === 'states') return term.target === null ? 'the sum of h' : `h of unit ${term.target}`;
  if (head.kind === 'linear') return `output ${unit}`;
  if (term.label !== undefined)
    return head.outputs === 1
      ? `-log p(${labels?.[term.label] ?? `class ${term.label}`})`
      : `-log p(${unit} = ${term.label})`;
  if (choice.target !== undefined || choice.label !== undefined || choice.at !== 'all')
    return choice.target === undefined && isNextToken(source, head) ? '-log p(next token)' : `-log p(${unit})`;
  return isNextToken(source, head) ? '-log p(next token)' : '-log p(own answer)';
}

/** What the loss of any one step is called: its target by name where it is the same at every step. */
export function nameOfTerm(source: GradientSource, head: Head, choice: LossChoice): string {
  const { target, label } = choice;
  if (head.kind === 'states') return target === undefined ? 'the sum of h' : `h of unit ${target}`;
  const isNamed =
    target !== undefined || label !== undefined || (head.kind === 'linear' && source.model.task === 'regress');
  const term: LossTerm = {
    place: 0,
    step: 0,
    target: target ?? label ?? 0,
    ...(label !== undefined && head.kind === 'sigmoid' && { label }),
  };
  return isNamed
    ? termName(source, head, { choice, term })
    : isNextToken(source, head)
      ? nextTokenName(head)
      : '-log p(own answer)';
}

function nextTokenName(head: Head): string {
  return head.kind === 'linear' ? 'output of the next token' : '-log p(next token)';
}

/**
 * Value and gradient of a term; softmax and sigmoid are taken together with the logarithm, so that nothing underflows.
 */
export function evaluateTerm(head: Head, term: LossTerm): EvaluatedTerm {
  const answer = head.answer(term.place);
  const { logits, output } = answer;
  const K = term.target;
  if (K === null)
    return {
      value: logits.reduce((sum, value) => sum + value, 0),
      gradients: answer.back(new Float64Array(logits.length).fill(1)),
    };
  if (head.kind === 'softmax') return crossEntropy(answer, K);
  if (head.kind === 'sigmoid') return binaryCrossEntropy(answer, K, term.label ?? 1);
  return { value: output[K] as number, gradients: answer.backOutput(oneHot(output.length, K)) };
}

/** The logit of a unit: what connectivity measures. */
export function evaluateLogit(
  head: Head,
  term: { readonly place: OutputPlace; readonly target: number },
): EvaluatedTerm {
  const answer = head.answer(term.place);
  return {
    value: answer.logits[term.target] as number,
    gradients: answer.back(oneHot(answer.logits.length, term.target)),
  };
}

function oneHot(length: number, index: number): Float64Array {
  const vector = new Float64Array(length);
  vector[index] = 1;
  return vector;
}

/** -log softmax(z)[K]; its gradient is p - e_K. */
function crossEntropy({ logits, output, back }: HeadAnswer, K: number): EvaluatedTerm {
  const most = logits.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const logSum = Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
  const gradient = output.slice();
  // 1 - p[K] summed from the others, so that a sure answer keeps its digits.
  gradient[K] = -output.reduce((sum, value, k) => (k === K ? sum : sum + value), 0);
  return { value: logSum - ((logits[K] as number) - most), gradients: back(gradient) };
}

/** -log p or -log(1 - p) of a sigmoid unit; its gradient is p - label. */
function binaryCrossEntropy({ logits, back }: HeadAnswer, K: number, label: 0 | 1): EvaluatedTerm {
  const z = label === 1 ? -(logits[K] as number) : (logits[K] as number);
  const gradient = new Float64Array(logits.length);
  gradient[K] = (label === 1 ? -1 : 1) / (1 + Math.exp(-z));
  return { value: Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), gradients: back(gradient) };
}

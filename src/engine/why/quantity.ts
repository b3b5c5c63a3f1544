import { InspectorError } from '../../base/errors';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type NamedOutput } from '../../trace/reading/shares';
import { type Head } from '../gradients/gradientsHead';
import { nameOfOutput } from '../questions/predictions';

/** Which outputs are set against each other, by index or by name (a label, a token). */
export interface QuantityChoice {
  readonly target?: number | string;
  readonly against?: number | string;
}

/** v . z with what it is called, and the score by which the proof is told: a probability, where the output is one. */
export interface Quantity {
  readonly target: NamedOutput;
  readonly against: NamedOutput | null;
  readonly name: string;
  /** [C] */
  readonly v: Float64Array;
  readonly scoreName: string;
  score(answer: { readonly logits: Float64Array; readonly output: Float64Array }): number;
}

/** v . z */
export function valueOf({ v }: Pick<Quantity, 'v'>, logits: Float64Array): number {
  return v.reduce((sum, weight, k) => (weight === 0 ? sum : sum + weight * (logits[k] as number)), 0);
}

/** The quantity of a choice: without one the answer against the runner-up, or the one output of a regression. */
export function chooseQuantity(
  model: RecurrentModel,
  reading: { readonly head: Head; readonly logits: Float64Array; readonly output: Float64Array },
  choice: QuantityChoice,
): Quantity {
  const { head, logits, output } = reading;
  if (head.kind === 'sigmoid' && head.outputs === 1) return ofTwoClasses(model, output[0] as number, choice);
  const nameOf = (index: number): NamedOutput => ({ index, name: nameOfOutput(model, index) });
  const find = (given: number | string | undefined): number | undefined =>
    given === undefined ? undefined : findOutput(given, head.outputs, (k) => nameOf(k).name);
  const isRivalry = head.kind === 'softmax' || (head.kind === 'linear' && model.task !== 'regress');
  const named = find(choice.against);
  const target = find(choice.target) ?? (isRivalry || head.kind === 'sigmoid' ? largest(logits, named) : 0);
  const against = named ?? (isRivalry && head.outputs > 1 ? largest(logits, target) : undefined);
  if (against === target) throw wrong('The target and what it is set against are the same output; name two.');
  return {
    ...describe(nameOf(target), against === undefined ? null : nameOf(against)),
    v: vectorOf(head.outputs, target, against),
    ...scoreOf({ head, target, name: nameOf(target).name }, vectorOf(head.outputs, target, against)),
  };
}

/** A single sigmoid unit: z speaks for class 1, -z for class 0. */
function ofTwoClasses({ labels }: RecurrentModel, p: number, choice: QuantityChoice): Quantity {
  const nameOf = (index: number): NamedOutput => ({ index, name: labels?.[index] ?? `class ${index}` });
  const find = (given: number | string | undefined): number | undefined =>
    given === undefined ? undefined : findOutput(given, 2, (k) => nameOf(k).name);
  const named = find(choice.against);
  const target = find(choice.target) ?? (named === undefined ? Number(p >= 0.5) : 1 - named);
  if (named === target) throw wrong('The target and what it is set against are the same output; name two.');
  return {
    ...describe(nameOf(target), nameOf(1 - target)),
    v: Float64Array.of(target === 1 ? 1 : -1),
    scoreName: `p(${nameOf(target).name})`,
    score: ({ output }) => (target === 1 ? (output[0] as number) : 1 - (output[0] as number)),
  };
}

function describe(target: NamedOutput, against: NamedOutput | null): Pick<Quantity, 'target' | 'against' | 'name'> {
  const name = against === null ? `output ${target.name}` : `logit of ${target.name} minus logit of ${against.name}`;
  return { target, against, name };
}

function scoreOf(
  { head, target, name }: { readonly head: Head; readonly target: number; readonly name: string },
  v: Float64Array,
): Pick<Quantity, 'scoreName' | 'score'> {
  if (head.kind === 'softmax' || head.kind === 'sigmoid')
    return { scoreName: `p(${name})`, score: ({ output }) => output[target] as number };
  return { scoreName: 'the quantity', score: ({ logits }) => valueOf({ v }, logits) };
}

function vectorOf(outputs: number, target: number, against: number | undefined): Float64Array {
  const v = new Float64Array(outputs);
  v[target] = 1;
  if (against !== undefined) v[against] = -1;
  return v;
}

/** The place of the largest logit, of all but one; the first of equal ones. */
function largest(logits: Float64Array, but?: number): number {
  let best = but === 0 ? 1 : 0;
  logits.forEach((value, k) => {
    if (k !== but && value > (logits[best] as number)) best = k;
  });
  return best;
}

/** An index, or the name of one output. */
function findOutput(given: number | string, count: number, nameOf: (index: number) => string): number {
  const asNumber = typeof given === 'number' ? given : /^\d+$/.test(given) ? Number(given) : NaN;
  if (Number.isInteger(asNumber) && asNumber >= 0 && asNumber < count) return asNumber;
  for (let k = 0; k < count && typeof given === 'string'; k++) if (nameOf(k) === given) return k;
  throw wrong(`There is no output ${JSON.stringify(given)}: this model has ${count}, 0 to ${count - 1}.`);
}

function wrong(message: string): InspectorError {
  return new InspectorError('out-of-range', message);
}

import { InspectorError } from '../../base/errors';
import { type RecurrentModel } from '../../network/recurrentModel';
import {
  type MethodShares,
  type PhraseShare,
  type ShareMethod,
  shareMethods,
  type WhyReport,
} from '../../trace/reading/shares';
import { type ReadInput } from '../forward/readInput';
import { type BiasProduct, decompose } from './contextualDecomposition';
import { computeShares, defaultMethod } from './methods';
import { answerBeforeFirst, createWhyNetwork, readVectors, stepsOf, vectorsOf } from './network';
import { prove, type RandomWalks, walkAtRandom } from './proof';
import { chooseQuantity, type QuantityChoice, valueOf } from './quantity';
import { readWithout } from './removal';
import { type MethodOptions, silently, sumOf, type WhySubject, within, type Work } from './shareMethod';
import { sayVerdict } from './verdict';

/** What is to be explained, and how. */
export interface WhyRequest extends QuantityChoice, MethodOptions {
  /** Without any the default of the model's kind of input; `all` are all that it takes. */
  readonly methods?: readonly ShareMethod[] | 'all';
  /** Tokens from..to, both included. */
  readonly phrase?: { readonly from: number; readonly to: number };
  /** Of the random orders. */
  readonly seed?: number;
}

/** Reads a text and sets up what is asked of it. Yields between steps. */
export function* openSubject(
  model: RecurrentModel,
  input: ReadInput,
  choice: QuantityChoice,
): Generator<void, WhySubject> {
  const network = createWhyNetwork(model);
  const vectors = vectorsOf(network, input);
  const reading = yield* readVectors(network, vectors);
  const quantity = chooseQuantity(model, reading, choice);
  const before = answerBeforeFirst(network);
  return {
    network,
    vectors,
    reading,
    quantity,
    value: valueOf(quantity, reading.logits),
    beforeFirst: before === null ? null : valueOf(quantity, before.logits),
  };
}

/** How much of a request's work the random orders are, counted in methods with their own walks. */
const randomWork = 10;

/** Every method asked for, with its proof. */
export function* explain(model: RecurrentModel, input: ReadInput, request: WhyRequest): Work<WhyReport> {
  const subject = yield* openSubject(model, input, request);
  checkPhrase(subject, request.phrase);
  const { methods = [defaultMethod(subject.network)] } = request;
  const asked = methods === 'all' ? shareMethods : methods;
  const part = 1 / (asked.length + randomWork);
  const random = yield* within(walkAtRandom(subject, request.seed), 0, randomWork * part);
  const done: MethodShares[] = [];
  const refused: { method: ShareMethod; why: string }[] = [];
  for (const [k, method] of asked.entries()) {
    try {
      done.push(yield* within(explainBy(subject, random, { method, request }), (randomWork + k) * part, part));
    } catch (thrown) {
      if (!(thrown instanceof InspectorError) || thrown.code !== 'model-unsupported' || asked.length === 1)
        throw thrown;
      refused.push({ method, why: thrown.message });
    }
  }
  return { ...describe(subject, input), methods: done, refused };
}

function describe(
  { network, reading, quantity, value, beforeFirst }: WhySubject,
  { tokens, notes }: ReadInput,
): Omit<WhyReport, 'methods' | 'refused'> {
  const { target, against, name } = quantity;
  return {
    model: network.model.name,
    tokens,
    logits: reading.logits,
    output: reading.output,
    quantity: { target, against, name, value, beforeFirst },
    notes: [...notes, ...(reading.head.note === undefined ? [] : [reading.head.note])],
  };
}

function* explainBy(
  subject: WhySubject,
  random: RandomWalks,
  { method, request }: { readonly method: ShareMethod; readonly request: WhyRequest },
): Work<MethodShares> {
  const { notes = [], ...given } = yield* computeShares[method](subject, request);
  const { phrase } = request;
  const result = {
    method,
    ...given,
    ...(phrase !== undefined &&
      method !== 'sensitivity' && { phrase: yield* sharePhrase(subject, { method, phrase, shares: given.shares }) }),
    proof: yield* silently(prove(subject, given.shares, random)),
    notes,
  };
  return { ...result, verdict: sayVerdict(result) };
}

function checkPhrase({ vectors }: WhySubject, phrase: WhyRequest['phrase']): void {
  if (phrase === undefined) return;
  const T = stepsOf(vectors);
  const { from, to } = phrase;
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < T) return;
  throw new InspectorError(
    'out-of-range',
    `Tokens ${from}..${to} are no phrase of this text: its tokens are 0 to ${T - 1}, and the first comes first.`,
  );
}

interface PhraseOrder {
  readonly method: ShareMethod;
  readonly phrase: { readonly from: number; readonly to: number };
  readonly shares: Float64Array;
}

function* sharePhrase(subject: WhySubject, { method, phrase, shares }: PhraseOrder): Generator<void, PhraseShare> {
  const { from, to } = phrase;
  const { quantity, value } = subject;
  const removed = new Set(Array.from({ length: to - from + 1 }, (_, k) => from + k));
  const left = yield* readWithout(subject, removed);
  const removal = left === null ? null : value - valueOf(quantity, left.logits);
  const finish = (own: number): PhraseShare => ({
    from,
    to,
    own,
    removal,
    together: removal === null ? null : removal - own,
  });
  const biases: BiasProduct | null =
    method === 'contextual-decomposition' ? 'inside' : method === 'contextual-decomposition-code' ? 'code' : null;
  if (biases === null) return finish(sumOf(shares.subarray(from, to + 1)));
  const { own, rest, bias } = yield* decompose(subject, { from, to, biases });
  return { ...finish(valueOf(quantity, own)), rest: valueOf(quantity, rest), bias: valueOf(quantity, bias) };
}

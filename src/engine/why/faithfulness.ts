import { InspectorError } from '../../base/errors';
import { type RecurrentModel } from '../../network/recurrentModel';
import {
  type ChangeFigure,
  type FaithfulnessReport,
  type FaithfulnessRow,
  type ShareMethod,
} from '../../trace/reading/shares';
import { type ReadInput } from '../forward/readInput';
import { createRandom, type Random, shuffle } from '../../base/random';
import { openSubject } from './explain';
import { sensitivityOfAnswer } from './gradientShares';
import { computeShares } from './methods';
import { stepsOf } from './network';
import { countOf, fractions, orderOf, rankCorrelation } from './ranking';
import { readWithout } from './removal';
import { silently, type WhySubject } from './shareMethod';

const randomOrders = 20;

type RowName = FaithfulnessRow['method'];

/** Of one text: by method the change of the score at each fraction, and the rank correlation with leave-one-out. */
interface TextFigures {
  readonly unsigned: readonly number[];
  readonly signed: readonly number[];
  readonly rankCorrelation: number | null;
}

type TextRows = ReadonlyMap<RowName, TextFigures>;

export interface FaithfulnessRequest {
  readonly methods?: readonly ShareMethod[];
  readonly seed?: number;
}

/**
 * What taking out the tokens that each method names does to the score of the model's own answer, over a data set,
 * against twenty random orders of every text. Texts in which nothing can be read are null. Yields the share done in [0,
 * 1].
 */
export function* measureFaithfulness(
  model: RecurrentModel,
  inputs: readonly (ReadInput | null)[],
  request: FaithfulnessRequest,
): Generator<number, FaithfulnessReport> {
  const random = createRandom(request.seed ?? 1);
  const refused = new Map<ShareMethod, string>();
  const texts: TextRows[] = [];
  for (const [k, input] of inputs.entries()) {
    if (input === null) continue;
    const run = measureText(model, input, { methods: request.methods ?? defaultMethods, random, refused });
    let next = run.next();
    for (; next.done !== true; next = run.next()) yield k / inputs.length;
    texts.push(next.value);
  }
  if (texts.length === 0)
    throw new InspectorError('data-invalid', 'No text of the data can be read; give a file with texts.');
  const names = [...(texts[0] as TextRows).keys()];
  return {
    model: model.name,
    texts: texts.length,
    leftOut: inputs.length - texts.length,
    randomOrders,
    fractions,
    rows: names.map((name) => summarise(name, texts)),
    refused: [...refused].map(([method, why]) => ({ method, why })),
  };
}

const defaultMethods: readonly ShareMethod[] = [
  'sensitivity',
  'gradient-times-input',
  'integrated-gradients',
  'contextual-decomposition',
  'contextual-decomposition-code',
  'leave-one-out',
];

interface TextOrder {
  readonly methods: readonly ShareMethod[];
  readonly random: Random;
  /** Fills as methods are found not to take the model. */
  readonly refused: Map<ShareMethod, string>;
}

function* measureText(
  model: RecurrentModel,
  input: ReadInput,
  { methods, random, refused }: TextOrder,
): Generator<void, TextRows> {
  const subject = yield* openSubject(model, input, {});
  const shares = new Map<RowName, Float64Array>();
  for (const method of methods) {
    if (refused.has(method)) continue;
    try {
      shares.set(method, (yield* silently(computeShares[method](subject, {}))).shares);
    } catch (thrown) {
      if (!(thrown instanceof InspectorError) || thrown.code !== 'model-unsupported') throw thrown;
      refused.set(method, thrown.message);
    }
    if (method === 'sensitivity' && shares.has(method))
      shares.set('sensitivity-of-answer', yield* sensitivityOfAnswer(subject));
  }
  const sizes = (values: Float64Array): Float64Array => values.map(Math.abs);
  const known = shares.get('leave-one-out') ?? (yield* silently(computeShares['leave-one-out'](subject, {}))).shares;
  const rows = new Map<RowName, TextFigures>();
  for (const [name, values] of shares) {
    const unsigned = yield* changes(subject, orderOf(sizes(values)));
    const signed = yield* changes(subject, orderOf(values));
    const correlation = rankCorrelation(sizes(values), sizes(known));
    rows.set(name, { unsigned: unsigned.map(Math.abs), signed, rankCorrelation: correlation });
  }
  return rows.set('random', yield* measureRandom(subject, random));
}

function* measureRandom(subject: WhySubject, random: Random): Generator<void, TextFigures> {
  const unsigned = fractions.map(() => 0);
  const signed = fractions.map(() => 0);
  for (let k = 0; k < randomOrders; k++) {
    const order = shuffle(
      Array.from({ length: stepsOf(subject.vectors) }, (_, t) => t),
      random,
    );
    for (const [f, change] of (yield* changes(subject, order)).entries()) {
      unsigned[f] = (unsigned[f] as number) + Math.abs(change) / randomOrders;
      signed[f] = (signed[f] as number) + change / randomOrders;
    }
  }
  return { unsigned, signed, rankCorrelation: null };
}

/** score - score without the first tokens of an order, at each fraction; NaN where nothing is left that can be read. */
function* changes(subject: WhySubject, order: readonly number[]): Generator<void, readonly number[]> {
  const whole = subject.quantity.score(subject.reading);
  const result: number[] = [];
  for (const fraction of fractions) {
    const answer = yield* readWithout(subject, new Set(order.slice(0, countOf(fraction, order.length))));
    result.push(answer === null ? NaN : whole - subject.quantity.score(answer));
  }
  return result;
}

function summarise(method: RowName, texts: readonly TextRows[]): FaithfulnessRow {
  const figuresOf = (how: 'unsigned' | 'signed'): readonly ChangeFigure[] =>
    fractions.map((fraction, f) => {
      const own = texts.map((rows) => rows.get(method)?.[how][f] ?? NaN);
      const against = texts.map((rows, k) => (own[k] as number) - (rows.get('random')?.[how][f] ?? NaN));
      const [a, b] = [meanOf(own), meanOf(against)];
      return {
        fraction,
        mean: a.mean,
        standardError: a.standardError,
        minusRandom: b.mean,
        minusRandomStandardError: b.standardError,
      };
    });
  const correlations = texts.map((rows) => rows.get(method)?.rankCorrelation ?? NaN);
  return {
    method,
    unsigned: figuresOf('unsigned'),
    signed: figuresOf('signed'),
    rankCorrelation: method === 'random' ? null : meanOf(correlations).mean,
  };
}

/** The mean of the numbers among some values, and its standard error. */
function meanOf(values: readonly number[]): { readonly mean: number; readonly standardError: number } {
  const numbers = values.filter((value) => !Number.isNaN(value));
  const n = numbers.length;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / n;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

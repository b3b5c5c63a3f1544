import { cellDescriptions, hasCellState } from '../../trace/reading/cellKind';
import { InspectorError } from '../../base/errors';
import { addRows } from '../../cells/cellSums';
import { type CellWeights } from '../../cells/cellWeights';
import { initialStates } from '../../cells/initialStates';
import { scalarActivation } from '../../cells/scalarActivation';
import { type DenseStage } from '../../network/recurrentModel';
import { stepsOf, type TokenVectors, type WhyNetwork } from './network';
import { valueOf } from './quantity';
import { type ComputeShares, sumFromNothing, type WhySubject } from './shareMethod';

/**
 * Who gets the product of the biases of i and g: the phrase at each of its steps, or (the authors' program) at all but
 * its last.
 */
export type BiasProduct = 'inside' | 'code';

/**
 * What a phrase gives to the logits by itself, and what all that touches the rest gives, [C] each; with the head's bias
 * they add up.
 */
export interface Decomposition {
  readonly own: Float64Array;
  readonly rest: Float64Array;
  readonly bias: Float64Array;
}

/** Contextual decomposition of every token alone (Murdoch, Liu and Yu 2018). */
export const decomposeWords = (biases: BiasProduct): ComputeShares =>
  function* (subject) {
    const shares = new Float64Array(stepsOf(subject.vectors));
    for (let t = 0; t < shares.length; t++) {
      yield t / shares.length;
      const { own } = yield* decompose(subject, { from: t, to: t, biases });
      shares[t] = valueOf(subject.quantity, own);
    }
    return { shares, sum: sumFromNothing(subject, shares) };
  };

/**
 * h and c of an LSTM written as phrase + rest (Murdoch et al. 2018, section 3): i, f and g are shared among phrase,
 * rest and bias, o is taken whole, tanh(c) is the mean of its two orders. The state before the first token belongs to
 * the rest. Yields between steps.
 */
export function* decompose(
  { network, vectors }: Pick<WhySubject, 'network' | 'vectors'>,
  { from, to, biases }: { readonly from: number; readonly to: number; readonly biases: BiasProduct },
): Generator<void, Decomposition> {
  const { weights, head } = partsOf(network);
  const state = startState(weights);
  for (let t = 0; t < stepsOf(vectors); t++) {
    if (vectors.mask?.[t] === 0) continue;
    const isInside = t >= from && t <= to;
    const phraseGetsBiases = isInside && (biases === 'inside' || t < to);
    step(state, weights, { x: rowOf(vectors, t), isInside, phraseGetsBiases });
    yield;
  }
  const through = (h: Float64Array): Float64Array => {
    const z = new Float64Array(head.outputWidth);
    addRows(z, h, head.kernel, { width: head.outputWidth, from: 0, count: head.outputWidth });
    return z;
  };
  const bias = Float64Array.from(head.bias ?? new Float64Array(head.outputWidth));
  return { own: through(state.phrase.h), rest: through(state.rest.h), bias };
}

interface Half {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

interface SplitState {
  readonly phrase: Half;
  readonly rest: Half;
}

function startState(weights: CellWeights): SplitState {
  const { h, c } = initialStates(weights);
  const H = weights.units;
  return {
    phrase: { h: new Float64Array(H), c: new Float64Array(H) },
    rest: { h: Float64Array.from(h), c: Float64Array.from(c ?? new Float32Array(H)) },
  };
}

function rowOf({ data, width }: TokenVectors, t: number): Float64Array {
  return data.subarray(t * width, (t + 1) * width);
}

interface StepInput {
  readonly x: Float64Array;
  readonly isInside: boolean;
  readonly phraseGetsBiases: boolean;
}

/** One step of both halves, in place. */
function step({ phrase, rest }: SplitState, weights: CellWeights, input: StepInput): void {
  const H = weights.units;
  const own = sums(weights, phrase.h, input.isInside ? input.x : null); // [4H]
  const other = sums(weights, rest.h, input.isInside ? null : input.x); // [4H]
  const gate = functionOf(weights.recurrentActivation);
  const candidate = functionOf(weights.activation);
  const out = functionOf(weights.outputActivation ?? weights.activation);
  for (let j = 0; j < H; j++) {
    const shared = (block: number, act: Scalar): Three =>
      shareOfThree(act, {
        phrase: at(own, block * H + j),
        rest: at(other, block * H + j),
        bias: at(weights.bias, block * H + j),
      });
    const [i, f, g] = [shared(0, gate), shared(1, gate), shared(2, candidate)];
    const both = i.bias * g.bias;
    const [pc, rc] = [at(phrase.c, j), at(rest.c, j)];
    const p = i.phrase * (g.phrase + g.bias) + i.bias * g.phrase + (f.phrase + f.bias) * pc;
    const r =
      i.rest * (g.phrase + g.rest + g.bias) +
      (i.phrase + i.bias) * g.rest +
      (f.phrase + f.rest + f.bias) * rc +
      f.rest * pc;
    phrase.c[j] = p + (input.phraseGetsBiases ? both : 0);
    rest.c[j] = r + (input.phraseGetsBiases ? 0 : both);
    const o = gate(at(own, 3 * H + j) + at(other, 3 * H + j) + at(weights.bias, 3 * H + j));
    const [ofPhrase, ofRest, ofBoth] = [out(at(phrase.c, j)), out(at(rest.c, j)), out(at(phrase.c, j) + at(rest.c, j))];
    phrase.h[j] = (o * (ofPhrase + ofBoth - ofRest)) / 2;
    rest.h[j] = (o * (ofRest + ofBoth - ofPhrase)) / 2;
  }
}

/** h U, and x W where the token belongs to this half. */
function sums({ kernel, recurrentKernel, units }: CellWeights, h: Float64Array, x: Float64Array | null): Float64Array {
  const a = new Float64Array(4 * units);
  const block = { width: 4 * units, from: 0, count: 4 * units };
  addRows(a, h, recurrentKernel, block);
  if (x !== null) addRows(a, x, kernel, block);
  return a;
}

type Scalar = (x: number) => number;

interface Three {
  readonly phrase: number;
  readonly rest: number;
  readonly bias: number;
}

/** act(phrase + rest + bias) as a sum: the bias first, phrase and rest the mean of their two orders (section 3.2.2). */
function shareOfThree(act: Scalar, { phrase, rest, bias }: Three): Three {
  const [whole, withPhrase, withRest, alone] = [
    act(phrase + rest + bias),
    act(phrase + bias),
    act(rest + bias),
    act(bias),
  ];
  return {
    phrase: (withPhrase - alone + whole - withRest) / 2,
    rest: (withRest - alone + whole - withPhrase) / 2,
    bias: alone,
  };
}

function at(values: Float64Array | Float32Array, index: number): number {
  return values[index] as number;
}

function functionOf(activation: CellWeights['activation']): Scalar {
  return scalarActivation(activation) ?? ((x) => x);
}

/** The LSTM and the linear head that can be decomposed; refuses all else in a sentence. */
function partsOf({ tail, model }: WhyNetwork): { readonly weights: CellWeights; readonly head: DenseStage } {
  const [first, ...behind] = tail.stages;
  const [head, ...more] = behind.filter((stage) => !(stage.kind === 'pool' && stage.how === 'last'));
  const refuse = (what: string): InspectorError =>
    new InspectorError(
      'model-unsupported',
      `Contextual decomposition takes one LSTM that reads forward and a linear layer on its last state; ${model.name} has ${what}. Choose integrated gradients.`,
    );
  if (first?.kind !== 'recurrent') throw refuse(`layer ${first?.name ?? 'none'} in front`);
  const { forward, backward } = first;
  if (backward !== undefined || forward === undefined) throw refuse('a layer that reads backward');
  if (!hasCellState(forward.cell)) throw refuse(`a ${cellDescriptions[forward.cell].name}`);
  if (forward.peepholes ?? forward.projection) throw refuse('peepholes or a projection');
  if (forward.clip !== undefined || forward.inputForget === true) throw refuse('clipped or coupled gates');
  if ([forward.activation, forward.recurrentActivation].includes('softmax')) throw refuse('a softmax among its gates');
  if (head?.kind !== 'dense' || more.some(({ kind }) => kind !== 'activation' && kind !== 'logSoftmax'))
    throw refuse(`layer ${(head?.kind === 'dense' ? more[0] : head)?.name ?? 'none'} behind the LSTM`);
  return { weights: forward, head };
}

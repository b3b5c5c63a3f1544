import { InspectorError } from '../../base/errors';
import { timesPowerOfTwo } from '../../cells/backwardScale';
import { initialStates, outputWidthOf } from '../../cells/initialStates';
import { type RecurrentModel, type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { type ReadInput } from '../forward/readInput';
import { isWindowStage, keepsSteps } from '../../network/stages/stepWindows';
import { createHead, type Head, type HeadAnswer } from '../gradients/gradientsHead';
import { backpropagateModel } from '../gradients/gradientsModel';
import { readScalar } from '../gradients/gradientsScalar';
import { type GradientSource } from '../gradients/gradientsSource';
import { applyRowStage, isRowStage } from '../../network/stages/rowStages';

/** The vectors that a text's tokens become, [T, D] in float64. */
export interface TokenVectors {
  readonly data: Float64Array;
  /** D */
  readonly width: number;
  /** [T], 0 where a token is padding that the model skips. */
  readonly mask?: Uint8Array;
}

/** A model behind its token vectors: what shares are computed with, in float64. */
export interface WhyNetwork {
  readonly model: RecurrentModel;
  /** [V, D] of an embedding; null where the tokens are one-hot vectors or rows of numbers. */
  readonly table: Float32Array | null;
  readonly kind: 'embedding' | 'one-hot' | 'values';
  readonly width: number;
  readonly masksZero: boolean;
  /** The stages behind the vectors, as a model that reads them. */
  readonly tail: RecurrentModel;
}

/** One reading of vectors. */
export interface WhyReading {
  readonly source: GradientSource;
  readonly head: Head;
  readonly logits: Float64Array;
  readonly output: Float64Array;
  readonly answer: HeadAnswer;
}

/**
 * Takes a model apart behind its token vectors; refuses, in a sentence, one whose answer is not a function of any
 * number of them.
 */
export function createWhyNetwork(model: RecurrentModel): WhyNetwork {
  const stages = model.stages.filter(({ kind }) => kind !== 'identity');
  const [first] = stages;
  if (first === undefined) throw refuse(model, 'it has no layer');
  const isTable = first.kind === 'embedding' || first.kind === 'oneHot';
  const behind = isTable || first.kind === 'masking' ? stages.slice(1) : stages;
  for (const stage of behind) checkStage(model, stage);
  const width = isTable ? first.width : model.input.kind === 'values' ? model.input.width : 0;
  return {
    model,
    table: first.kind === 'embedding' ? first.table : null,
    kind: first.kind === 'embedding' ? 'embedding' : first.kind === 'oneHot' ? 'one-hot' : 'values',
    width,
    masksZero: first.kind === 'embedding' && first.maskZero === true,
    tail: { ...model, stages: behind, input: { kind: 'values', width } },
  };
}

function checkStage(model: RecurrentModel, stage: Stage): void {
  const isFixed = stage.kind === 'repeat' || (stage.kind === 'pool' && stage.how === 'flatten');
  if (isFixed) throw refuse(model, `layer ${stage.name} ties its answer to a fixed number of steps`);
  if (isWindowStage(stage) && !keepsSteps(stage.window))
    throw refuse(model, `layer ${stage.name} makes steps that cover several tokens`);
  if (stage.kind === 'unsupported') throw refuse(model, `layer ${stage.name} is not understood (${stage.why})`);
  if (stage.kind === 'embedding' || stage.kind === 'oneHot')
    throw refuse(model, `layer ${stage.name} stands behind another layer`);
}

function refuse(model: RecurrentModel, why: string): InspectorError {
  return new InspectorError(
    'model-unsupported',
    `${model.name} gives no shares to tokens: ${why}; choose another model.`,
  );
}

/** The vectors of what is read. */
export function vectorsOf(network: WhyNetwork, { ids, values }: ReadInput): TokenVectors {
  const { width, masksZero, model } = network;
  if (ids === undefined) {
    const data = Float64Array.from(values?.data ?? []);
    const [first] = model.stages;
    const mask = first?.kind === 'masking' ? maskOf(data, width, first.value) : undefined;
    return { data, width, ...(mask !== undefined && { mask }) };
  }
  const data = new Float64Array(ids.length * width);
  ids.forEach((id, t) => data.set(vectorOfId(network, id), t * width));
  return { data, width, ...(masksZero && { mask: Uint8Array.from(ids, (id) => (id === 0 ? 0 : 1)) }) };
}

function maskOf(data: Float64Array, width: number, value: number): Uint8Array {
  return Uint8Array.from({ length: data.length / width }, (_, t) =>
    data.subarray(t * width, (t + 1) * width).some((x) => x !== value) ? 1 : 0,
  );
}

/** The vector of a token, [D]. */
export function vectorOfId({ table, width }: WhyNetwork, id: number): Float64Array {
  if (table !== null) return Float64Array.from(table.subarray(id * width, (id + 1) * width));
  const vector = new Float64Array(width);
  if (id >= 0 && id < width) vector[id] = 1;
  return vector;
}

/** How many tokens there are. */
export function stepsOf({ data, width }: TokenVectors): number {
  return data.length / width;
}

/** The tokens named, in their order in the text. */
export function keepTokens(vectors: TokenVectors, kept: readonly number[]): TokenVectors {
  const { data, width, mask } = vectors;
  const part = new Float64Array(kept.length * width);
  kept.forEach((t, k) => part.set(data.subarray(t * width, (t + 1) * width), k * width));
  return { data: part, width, ...(mask !== undefined && { mask: Uint8Array.from(kept, (t) => mask[t] as number) }) };
}

/** Reads vectors (one at least) and answers after the last. Yields between steps. */
export function* readVectors(network: WhyNetwork, vectors: TokenVectors): Generator<void, WhyReading> {
  const run = readScalar(network.tail, { kind: 'values', ...vectors });
  let next = run.next();
  for (; next.done !== true; next = run.next()) yield;
  const source = next.value;
  const head = createHead(source);
  if (head.kind === 'states')
    throw refuse(network.model, head.note === undefined ? 'it has no head' : 'its output cannot be computed');
  const answer = head.answer('whole');
  return { source, head, logits: answer.logits, output: answer.output, answer };
}

/** d (v . z) / d x of every token, [T, D] in float64. Yields between steps. */
export function* differentiate(
  network: WhyNetwork,
  { source, answer }: WhyReading,
  v: Float64Array,
): Generator<void, Float64Array> {
  const between = network.tail.stages.find(({ kind }) => kind !== 'masking');
  if (between?.kind !== 'recurrent')
    throw new InspectorError(
      'model-unsupported',
      `Layer ${between?.name ?? ''} stands between the tokens and the recurrent layer, where gradients of tokens are not computed; choose leave-one-out.`,
    );
  const total = new Float64Array(source.steps * network.width);
  const run = backpropagateModel(source, {
    losses: [answer.back(v)],
    takeInput: function* ({ steps, width, data, exponent, active }) {
      for (let t = 0; t < steps; t++) {
        if ((active[t] as number) === 0) continue;
        for (let d = 0; d < width; d++)
          total[t * width + d] = timesPowerOfTwo(data[t * width + d] as number, exponent[t] as number);
        yield;
      }
    },
  });
  for (let next = run.next(); next.done !== true; next = run.next()) yield;
  return total;
}

/**
 * Logits and output before the first token: the head over the initial state. Null where the head takes more than the
 * last state.
 */
export function answerBeforeFirst({
  tail,
}: WhyNetwork): { readonly logits: Float64Array; readonly output: Float64Array } | null {
  const layers = tail.stages.filter((stage) => stage.kind === 'recurrent');
  const last = layers.at(-1);
  if (last === undefined) return null;
  const behind = tail.stages.slice(tail.stages.indexOf(last) + 1);
  const isLastState = behind.every((stage) => isRowStage(stage) || (stage.kind === 'pool' && stage.how === 'last'));
  if (!isLastState) return null;
  let output = stateBeforeFirst(last);
  if (output === null) return null;
  let logits = output;
  for (const stage of behind.filter(isRowStage)) {
    const result = applyRowStage(stage, output);
    logits = result.before;
    output = result.y;
  }
  return { logits, output };
}

/** What a stage hands on before its first step; null for two directions that start elsewhere than at zero. */
function stateBeforeFirst({ forward, backward, merge }: RecurrentStage): Float64Array | null {
  const [one, other] = [forward, backward].flatMap((weights) => (weights === undefined ? [] : [weights]));
  if (one === undefined) return null;
  if (other === undefined) return Float64Array.from(initialStates(one).h);
  if (one.initialH !== undefined || other.initialH !== undefined) return null;
  const isSideBySide = merge === 'concat' || merge === null;
  return new Float64Array(outputWidthOf(one) + (isSideBySide ? outputWidthOf(other) : 0));
}

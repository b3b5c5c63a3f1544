import { inputWidthOf } from '../network/stageShape';
import { InspectorError } from '../base/errors';
import {
  type ModelInput,
  type RecurrentModel,
  type RecurrentStage,
  type Stage,
  type Task,
} from '../network/recurrentModel';

/** Stages of a file, one after the other; layers that we do not understand stand among them as `unsupported`. */
export interface StageChain {
  readonly stages: readonly Stage[];
  /** The fixed number of steps that the chain was saved with. */
  readonly window?: number;
  /** D of a numeric input, where the first stage does not say it. */
  readonly inputWidth?: number;
  readonly notes?: readonly string[];
}

/** What a reader found in a file. */
export interface ReadChains {
  readonly name: string;
  readonly format: RecurrentModel['format'];
  /** The chain that gives the model's output first. */
  readonly chains: readonly StageChain[];
  readonly notes: readonly string[];
}

/**
 * Makes one model of what a reader found. Where a layer that we do not understand stands in front of the first
 * recurrent layer, the model begins behind it with numeric input; what lies behind such a layer becomes a part of its
 * own.
 */
export function assembleModel(read: ReadChains): RecurrentModel {
  const segments = read.chains.flatMap(splitChain).filter(({ stages }) => stages.some(isRecurrent));
  const [main, ...others] = segments;
  if (main === undefined) throw new InspectorError('model-unsupported', describeNothingFound(read));
  const model = toModel(read, main);
  const parts = others.map((segment) => toModel(read, segment));
  const notes = [...read.notes, ...main.notes, ...describeParts(parts)];
  return { ...model, notes, ...(parts.length > 0 ? { parts } : {}) };
}

/** Whether a stage is a recurrent layer. */
export function isRecurrent(stage: Stage): stage is RecurrentStage {
  return stage.kind === 'recurrent';
}

interface Segment {
  readonly stages: readonly Stage[];
  readonly window?: number;
  readonly inputWidth?: number;
  readonly notes: readonly string[];
  /** The sentence that names the layer in front, where it is not understood. */
  readonly cut?: string;
}

/** Cuts a chain at what we do not understand; the refused stage ends the segment before it. */
function splitChain(chain: StageChain): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  while (from < chain.stages.length) {
    const found = chain.stages.findIndex((stage, index) => index >= from && stage.kind === 'unsupported');
    const end = found < 0 ? chain.stages.length : found + 1;
    segments.push(createSegment(chain, from, end));
    from = end;
  }
  return segments;
}

function createSegment(chain: StageChain, from: number, end: number): Segment {
  const before = from === 0 ? undefined : chain.stages[from - 1];
  const own = chain.stages.slice(from, end);
  const start = from === 0 ? 0 : Math.max(0, own.findIndex(isRecurrent));
  const stages = own.slice(start);
  const cut = describeFront(before, stages);
  const notes = [...(chain.notes ?? []), ...cut, ...describeEnd(stages)];
  const isWhole = from === 0;
  return {
    stages,
    notes,
    ...(cut[0] === undefined ? {} : { cut: cut[0] }),
    ...(isWhole && chain.window !== undefined ? { window: chain.window } : {}),
    ...(isWhole && chain.inputWidth !== undefined ? { inputWidth: chain.inputWidth } : {}),
  };
}

function describeFront(before: Stage | undefined, stages: readonly Stage[]): readonly string[] {
  const first = stages.find(isRecurrent);
  if (before?.kind !== 'unsupported' || first === undefined) return [];
  return [
    `Not understood: ${before.why}. "${first.name}" is inspected on its own, with the ${inputWidthOf(first)} numbers a step that enter it.`,
  ];
}

function describeEnd(stages: readonly Stage[]): readonly string[] {
  const last = stages[stages.length - 1];
  return last?.kind === 'unsupported' ? [`Not understood: ${last.why}. What lies behind it is not computed.`] : [];
}

function describeParts(parts: readonly RecurrentModel[]): readonly string[] {
  const names = parts.flatMap(({ stages }) => stages.filter(isRecurrent).map(({ name }) => `"${name}"`));
  return names.length === 0 ? [] : [`Inspected on their own with --layer NAME: ${names.slice(0, 20).join(', ')}.`];
}

function describeNothingFound(read: ReadChains): string {
  const refused = read.chains.flatMap(({ stages }) =>
    stages.flatMap((stage) => (stage.kind === 'unsupported' ? [stage.why] : [])),
  );
  const others = read.chains.flatMap(({ stages }) => stages.map(({ name }) => name)).slice(0, 8);
  const why =
    refused.length > 0
      ? ` Not understood: ${refused.slice(0, 3).join('; ')}.`
      : others.length > 0
        ? ` It has: ${others.join(', ')}.`
        : '';
  return `it has no LSTM, GRU or simple RNN layer that we can read.${why}`;
}

function toModel(read: ReadChains, segment: Segment): RecurrentModel {
  const plain = inputOf(segment);
  const input: ModelInput =
    plain.kind === 'values' && segment.cut !== undefined ? { ...plain, why: segment.cut } : plain;
  return {
    name: read.name,
    format: read.format,
    input,
    stages: segment.stages,
    task: taskOf(segment.stages, input),
    notes: segment.notes,
    ...(segment.window === undefined ? {} : { window: segment.window }),
  };
}

function inputOf({ stages, inputWidth }: Segment): ModelInput {
  for (const stage of stages) {
    if (stage.kind === 'embedding') return { kind: 'tokens', vocabularySize: stage.vocabularySize };
    if (stage.kind === 'oneHot') return { kind: 'tokens', vocabularySize: stage.width };
    if (stage.kind === 'recurrent') return { kind: 'values', width: inputWidthOf(stage) };
    if (stage.kind === 'dense' || stage.kind === 'convolution') return { kind: 'values', width: stage.inputWidth };
    if (stage.kind === 'scaleShift') return { kind: 'values', width: stage.scale.length };
    if (stage.kind === 'layerNorm') return { kind: 'values', width: stage.gamma.length };
  }
  return { kind: 'values', width: inputWidth ?? 0 };
}

/**
 * What the last layers say a model was trained for; a head of one output for every token of the vocabulary predicts the
 * next.
 */
export function taskOf(stages: readonly Stage[], input: ModelInput): Task {
  const head = stages.filter(
    (stage) =>
      stage.kind === 'dense' ||
      stage.kind === 'activation' ||
      stage.kind === 'logSoftmax' ||
      stage.kind === 'recurrent' ||
      stage.kind === 'unsupported',
  );
  const last = head[head.length - 1];
  if (last === undefined || last.kind === 'recurrent' || last.kind === 'unsupported') return 'states';
  const dense = head.filter((stage) => stage.kind === 'dense').at(-1);
  if (dense?.kind !== 'dense') return 'states';
  const activation = last.kind === 'logSoftmax' ? 'softmax' : last.activation;
  const isNextToken = input.kind === 'tokens' && dense.outputWidth === input.vocabularySize && dense.outputWidth > 1;
  if (isNextToken && (activation === 'softmax' || activation === 'linear')) return 'next-token';
  return activation === 'softmax' || activation === 'sigmoid' ? 'classify' : 'regress';
}

import { pushAll } from '../../base/extremes';
import { assertNever } from '../../base/assertNever';
import { type PoolStage, type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { type DirectionReading } from './directionReading';
import { createConvolutionNode } from './convolutionNode';
import { createPoolNode, createRunningPoolNode } from './poolNode';
import { createLastStateNode, createRecurrentNode } from './recurrentNode';
import { createTokenNode, nothingUnchanged, type SequenceNode } from './sequenceNode';
import { createStepwiseNode } from './stepwiseNode';
import { createWindowPoolNode } from './windowPoolNode';

/** What a model's stages make of an input, ready to be computed. */
export interface StageChain {
  /** Every recurrent layer's directions in order. */
  readonly directions: readonly DirectionReading[];
  /** What enters each stage of the model, by its index; shorter than the stages where one is not understood. */
  readonly inputs: readonly SequenceNode[];
  /**
   * What the saved model's predict gives: one step where it answers once a sequence. Null where it cannot be computed.
   */
  readonly output: SequenceNode | null;
  /** The head at every step, where it can be applied there. */
  readonly overTime: SequenceNode | null;
  readonly notes: readonly string[];
}

/** Where a chain begins and how its recurrent stages are set up. */
export interface ChainOptions {
  readonly stages: readonly Stage[];
  readonly start: SequenceNode;
  readonly ids?: Int32Array;
  readonly createDirections: (stage: RecurrentStage, input: SequenceNode) => readonly DirectionReading[];
}

interface Walk {
  output: SequenceNode | null;
  overTime: SequenceNode | null;
  readonly directions: DirectionReading[];
  readonly inputs: SequenceNode[];
  readonly notes: string[];
}

/** Strings the stages together; nothing is computed yet. */
export function buildStageChain(options: ChainOptions): StageChain {
  const { stages, start } = options;
  const walk: Walk = { output: start, overTime: start, directions: [], inputs: [], notes: [] };
  stages.forEach((stage, index) => {
    if (!walk.output) return;
    walk.inputs.push(walk.output);
    takeStage(walk, stage, { ...options, following: stages.slice(index + 1) });
  });
  const hasHead = stages.slice(lastRecurrent(stages) + 1).some(({ kind }) => isHead(kind));
  return { ...walk, overTime: hasHead ? walk.overTime : null };
}

interface StageContext extends ChainOptions {
  readonly following: readonly Stage[];
}

function takeStage(walk: Walk, stage: Stage, context: StageContext): void {
  const input = walk.output as SequenceNode;
  switch (stage.kind) {
    case 'recurrent':
      return takeRecurrent(walk, stage, context);
    case 'embedding':
    case 'oneHot':
      if (context.ids && input === context.start)
        return both(walk, () => createTokenNode(context.ids as Int32Array, stage, input.unchanged));
      return stop(walk, `${stage.name} reads tokens in the middle of the model`);
    case 'masking':
      return both(walk, (node) => ({ ...node, mask: findMask(node, stage.value) }));
    case 'convolution':
      return both(walk, (node) => createConvolutionNode(node, stage));
    case 'windowPool':
      return both(walk, (node) => createWindowPoolNode(node, stage));
    case 'dense':
    case 'scaleShift':
    case 'layerNorm':
    case 'activation':
    case 'logSoftmax':
      return both(walk, (node) => createStepwiseNode(node, stage));
    case 'pool':
      return takePool(walk, stage, context);
    case 'repeat':
      walk.output = {
        steps: stage.count,
        width: input.width,
        isCausal: false,
        unchanged: nothingUnchanged,
        rows: (from, to) => repeatRow(input, to - from),
      };
      walk.overTime = null;
      return;
    case 'identity':
      return;
    case 'unsupported':
      return stop(walk, `${stage.name}: ${stage.why}`);
    default:
      assertNever(stage);
  }
}

function takeRecurrent(walk: Walk, stage: RecurrentStage, { createDirections }: StageContext): void {
  const isWhole = walk.overTime === walk.output;
  const directions = createDirections(stage, walk.output as SequenceNode);
  pushAll(walk.directions, directions);
  const sequence = createRecurrentNode(stage, directions);
  walk.output = stage.returnSequences ? sequence : createLastStateNode(stage, directions);
  walk.overTime = isWhole && (stage.returnSequences || sequence.isCausal) ? sequence : null;
}

function takePool(walk: Walk, { name, how }: PoolStage, { following }: StageContext): void {
  const input = walk.output as SequenceNode;
  if (input.steps === 1 && walk.overTime !== input) return;
  if (how === 'flatten') return takeFlatten(walk, name, following);
  const isWhole = walk.overTime === input && input.isCausal;
  walk.output = how === 'last' ? lastRow(input) : createPoolNode(input, how);
  walk.overTime = !isWhole ? null : how === 'last' ? input : createRunningPoolNode(input, how);
}

/** All steps in one vector: only a text of the length that the next layer's weights were made for fits. */
function takeFlatten(walk: Walk, name: string, following: readonly Stage[]): void {
  const input = walk.output as SequenceNode;
  const dense = following.find(({ kind }) => kind === 'dense');
  const steps = dense?.kind === 'dense' ? dense.inputWidth / input.width : input.steps;
  if (input.steps < steps || !Number.isInteger(steps))
    return stop(walk, `${name} needs a text of ${steps} steps, this one has ${input.steps}`);
  walk.output = {
    steps: 1,
    width: steps * input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => (to > from ? input.rows(input.steps - steps, input.steps) : new Float32Array(0)),
  };
  walk.overTime = null;
}

function both(walk: Walk, apply: (node: SequenceNode) => SequenceNode): void {
  const isSame = walk.overTime === walk.output;
  walk.output = apply(walk.output as SequenceNode);
  walk.overTime = isSame ? walk.output : walk.overTime && apply(walk.overTime);
}

function stop(walk: Walk, why: string): void {
  walk.notes.push(`The model's output cannot be computed: ${why}.`);
  walk.output = null;
  walk.overTime = null;
}

function lastRow(input: SequenceNode): SequenceNode {
  return {
    steps: 1,
    width: input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => (to > from ? input.rows(input.steps - 1, input.steps) : new Float32Array(0)),
  };
}

function repeatRow(input: SequenceNode, count: number): Float32Array {
  const row = input.rows(input.steps - 1, input.steps);
  const out = new Float32Array(count * row.length);
  for (let k = 0; k < count; k++) out.set(row, k * row.length);
  return out;
}

/** Keras Masking: a step counts unless its whole vector equals the value. */
function findMask(node: SequenceNode, value: number): Uint8Array {
  const { width } = node;
  const mask = new Uint8Array(node.steps);
  for (let from = 0; from < node.steps; from += 1024) {
    const to = Math.min(from + 1024, node.steps);
    const rows = node.rows(from, to);
    for (let t = from; t < to; t++)
      mask[t] = rows.subarray((t - from) * width, (t - from + 1) * width).some((x) => x !== value) ? 1 : 0;
  }
  return mask;
}

function lastRecurrent(stages: readonly Stage[]): number {
  return stages.reduce((last, { kind }, index) => (kind === 'recurrent' ? index : last), -1);
}

function isHead(kind: Stage['kind']): boolean {
  return (
    kind === 'dense' || kind === 'activation' || kind === 'scaleShift' || kind === 'layerNorm' || kind === 'logSoftmax'
  );
}

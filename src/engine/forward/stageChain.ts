import { pushAll } from '../../base/extremes';
import { assertNever } from '../../base/assertNever';
import { type PoolStage, type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { type DirectionReading } from './directionReading';
import { createConvolutionNode } from '../../network/stages/convolution';
import { createMaskingNode } from '../../network/stages/masking';
import { createFlattenNode, createLastRowNode, createPoolNode, createRunningPoolNode } from '../../network/stages/pool';
import { createRepeatNode } from '../../network/stages/repeat';
import { createRowNode, isRowStage } from '../../network/stages/rowStages';
import { createTokenNode } from '../../network/stages/tokens';
import { createWindowPoolNode } from '../../network/stages/windowPool';
import { type SequenceNode } from '../../network/sequenceNode';
import { createLastStateNode, createRecurrentNode } from './recurrentNode';

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
  const hasHead = stages.slice(lastRecurrent(stages) + 1).some(isRowStage);
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
      return both(walk, (node) => createMaskingNode(node, stage));
    case 'convolution':
      return both(walk, (node) => createConvolutionNode(node, stage));
    case 'windowPool':
      return both(walk, (node) => createWindowPoolNode(node, stage));
    case 'dense':
    case 'scaleShift':
    case 'layerNorm':
    case 'activation':
    case 'logSoftmax':
      return both(walk, (node) => createRowNode(node, stage));
    case 'pool':
      return takePool(walk, stage, context);
    case 'repeat':
      walk.output = createRepeatNode(input, stage);
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
  walk.output = how === 'last' ? createLastRowNode(input) : createPoolNode(input, how);
  walk.overTime = !isWhole ? null : how === 'last' ? input : createRunningPoolNode(input, how);
}

/** All steps in one vector: only a text of the length that the next layer's weights were made for fits. */
function takeFlatten(walk: Walk, name: string, following: readonly Stage[]): void {
  const input = walk.output as SequenceNode;
  const dense = following.find(({ kind }) => kind === 'dense');
  const steps = dense?.kind === 'dense' ? dense.inputWidth / input.width : input.steps;
  if (input.steps < steps || !Number.isInteger(steps))
    return stop(walk, `${name} needs a text of ${steps} steps, this one has ${input.steps}`);
  walk.output = createFlattenNode(input, steps);
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

function lastRecurrent(stages: readonly Stage[]): number {
  return stages.reduce((last, { kind }, index) => (kind === 'recurrent' ? index : last), -1);
}

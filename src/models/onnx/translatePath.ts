import { pushAll } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { type Activation } from '../../cells/cellWeights';
import { type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { transpose } from '../weightArray';
import { type OnnxScope, listOf } from './constants';
import { normalAxis } from './constantOperations';
import { type OnnxNode } from './onnxProto';
import { type Constant } from './onnxTensor';
import { cellOfNode, directionsOf, isBatchFirst, nameOfNode, type ReadNode, readRecurrentNode } from './recurrentNodes';
import { type Axis, roleOfReshape } from './reshapeSizes';
import { refuse, type Translator, type Walk } from './pathWalk';
import { translateBatchNorm, translateLayerNorm, translateOneHot } from './translateNorms';
import { type OnnxPath, type PathStep } from './walkBack';

/** A path as stages, and why recurrent nodes on it cannot be read. */
export interface TranslatedPath {
  readonly stages: readonly Stage[];
  readonly notes: readonly string[];
  readonly failures: readonly InspectorError[];
}

/**
 * A path as stages; what we do not understand, a recurrent node that cannot be read included, stands there as
 * `unsupported`.
 */
export function translatePath(path: OnnxPath, scope: OnnxScope): TranslatedPath {
  const walk: Walk = { failures: [], stages: [], notes: [], scope, axes: null, directions: 1, stopped: false };
  for (const step of path.steps) {
    if (cellOfNode(step.node) !== undefined) translateRecurrent(step, walk);
    else if (!walk.stopped) translateStep(step, walk);
  }
  return { stages: walk.stages, notes: walk.notes, failures: walk.failures };
}

function translateRecurrent(step: PathStep, walk: Walk): void {
  const { node } = step;
  if (!walk.stopped && walk.axes !== null && !walk.axes.includes('T'))
    refuse(walk, node, `"${nameOfNode(node)}" reads one vector and no sequence`);
  const read = tryToRead(node, walk);
  if (read === null) return;
  const { stage, notes } = read;
  const usesStates = step.output === 1;
  walk.stages.push(usesStates ? withLastOnly(stage) : stage);
  pushAll(walk.notes, notes);
  walk.directions = directionsOf(node);
  walk.stopped = false;
  if (step.states !== undefined) walk.axes = ['B', 'F'];
  else if (usesStates) walk.axes = isBatchFirst(node) ? ['B', 'K', 'F'] : ['K', 'B', 'F'];
  else walk.axes = isBatchFirst(node) ? ['B', 'T', 'K', 'F'] : ['T', 'K', 'B', 'F'];
  if (step.output === 2)
    refuse(walk, node, `what follows reads the cell state of "${nameOfNode(node)}" and not its hidden state`);
}

/** One node that cannot be read costs no other. */
function tryToRead(node: OnnxNode, walk: Walk): ReadNode | null {
  try {
    return readRecurrentNode(node, walk.scope);
  } catch (thrown) {
    if (!(thrown instanceof InspectorError) || thrown.code === 'model-missing') throw thrown;
    walk.failures.push(thrown);
    refuse(walk, node, thrown.message.replace(/\.$/, ''));
    return null;
  }
}

function withLastOnly(stage: RecurrentStage): RecurrentStage {
  return { ...stage, returnSequences: false };
}

const activations: Readonly<Record<string, Activation>> = {
  Relu: 'relu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softsign: 'softsign',
  Softplus: 'softplus',
  Selu: { kind: 'selu' },
  Gelu: { kind: 'gelu' },
};

const translators: Readonly<Record<string, Translator>> = {
  Identity: () => undefined,
  Cast: () => undefined,
  Dropout: ({ node }, walk) => void walk.stages.push({ kind: 'identity', name: nameOfNode(node), what: 'Dropout' }),
  Transpose: translateTranspose,
  Squeeze: translateSqueeze,
  Unsqueeze: translateUnsqueeze,
  Reshape: translateReshape,
  Flatten: translateFlatten,
  Gather: translateGather,
  Slice: translateSlice,
  MatMul: translateMatMul,
  Gemm: translateGemm,
  Add: (step, walk) => translateScale(step, walk, (value) => [1, value]),
  Sub: (step, walk) =>
    step.node.inputs[1] !== undefined && walk.scope.constant(step.node.inputs[1]) !== null
      ? translateScale(step, walk, (value) => [1, -value])
      : refuse(walk, step.node),
  Mul: (step, walk) => translateScale(step, walk, (value) => [value, 0]),
  Div: (step, walk) =>
    walk.scope.constant(step.node.inputs[1]) !== null
      ? translateScale(step, walk, (value) => [1 / value, 0])
      : refuse(walk, step.node),
  Softmax: translateSoftmax,
  LogSoftmax: translateSoftmax,
  ReduceMean: (step, walk) => translateReduce(step, walk, 'average'),
  ReduceMax: (step, walk) => translateReduce(step, walk, 'max'),
  GlobalAveragePool: (step, walk) => translateReduce(step, walk, 'average'),
  GlobalMaxPool: (step, walk) => translateReduce(step, walk, 'max'),
  BatchNormalization: translateBatchNorm,
  LayerNormalization: translateLayerNorm,
  LeakyRelu: ({ node }, walk) =>
    pushActivation(node, walk, { kind: 'leakyRelu', alpha: node.attributes.get('alpha')?.float ?? 0.01 }),
  Elu: ({ node }, walk) => pushActivation(node, walk, { kind: 'elu', alpha: node.attributes.get('alpha')?.float ?? 1 }),
  HardSigmoid: ({ node }, walk) =>
    pushActivation(node, walk, {
      kind: 'hardSigmoid',
      alpha: node.attributes.get('alpha')?.float ?? 0.2,
      beta: node.attributes.get('beta')?.float ?? 0.5,
    }),
  OneHot: translateOneHot,
};

function translateStep(step: PathStep, walk: Walk): void {
  const { node } = step;
  if (step.joins.length > 0)
    return refuse(
      walk,
      node,
      `the operation ${node.operation} "${nameOfNode(node)}" joins ${step.joins.length + 1} branches`,
    );
  const activation = Object.hasOwn(activations, node.operation) ? activations[node.operation] : undefined;
  if (activation !== undefined) return pushActivation(node, walk, activation);
  const translate = Object.hasOwn(translators, node.operation) ? translators[node.operation] : undefined;
  if (translate === undefined) refuse(walk, node);
  else translate(step, walk);
}

function pushActivation(node: OnnxNode, walk: Walk, activation: Activation): void {
  walk.stages.push({ kind: 'activation', name: nameOfNode(node), activation });
}

function translateTranspose({ node }: PathStep, walk: Walk): void {
  const { axes } = walk;
  if (axes === null) return;
  const order = node.attributes.get('perm')?.ints ?? axes.map((_, axis) => axes.length - 1 - axis);
  const turned = order.map((axis) => axes[axis]);
  if (order.length !== axes.length || turned.includes(undefined)) return refuse(walk, node);
  walk.axes = turned as Axis[];
}

/** Which axes a Squeeze takes away: those named, or every one of size 1. */
function translateSqueeze({ node }: PathStep, walk: Walk): void {
  const { axes } = walk;
  if (axes === null) return;
  const named = listOf(node, 'axes', walk.scope.constant(node.inputs[1]))?.map((axis) => normalAxis(axis, axes.length));
  const isTaken = (axis: Axis, at: number): boolean =>
    named === undefined ? axis === '1' || (axis === 'K' && walk.directions === 1) : named.includes(at);
  const taken = axes.filter(isTaken);
  if (taken.some((axis) => axis === 'F' || axis === 'T' || (axis === 'K' && walk.directions > 1)))
    return refuse(walk, node);
  walk.axes = axes.filter((axis, at) => !isTaken(axis, at));
}

function translateUnsqueeze({ node }: PathStep, walk: Walk): void {
  const { axes } = walk;
  if (axes === null) return;
  const named = listOf(node, 'axes', walk.scope.constant(node.inputs[1])) ?? [];
  const rank = axes.length + named.length;
  const added = named.map((axis) => normalAxis(axis, rank));
  const rest = [...axes];
  walk.axes = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? '1' : (rest.shift() ?? '1')));
}

/** Width of the features at the end: that of the last stage that says it. */
function widthOf(walk: Walk): number | undefined {
  for (const stage of [...walk.stages].reverse()) {
    if (stage.kind === 'dense') return stage.outputWidth;
    if (stage.kind === 'recurrent') {
      const units = (stage.forward ?? stage.backward)?.units ?? 0;
      return units * walk.directions;
    }
  }
  return undefined;
}

function translateReshape({ node }: PathStep, walk: Walk): void {
  const { axes, scope } = walk;
  if (axes === null) return;
  const width = widthOf(walk);
  const isFeatureLast =
    axes[axes.length - 1] === 'F' &&
    (axes.includes('K') ? axes[axes.length - 2] === 'K' || walk.directions === 1 : true);
  const role =
    isFeatureLast && width !== undefined
      ? roleOfReshape(node, { scope, value: node.inputs[0] ?? '', axes, width })
      : null;
  if (role === null) refuse(walk, node);
  else if (role.kind === 'flatten') flatten(node, walk);
  else walk.axes = role.axes;
}

function flatten(node: OnnxNode, walk: Walk): void {
  walk.stages.push({ kind: 'pool', name: nameOfNode(node), how: 'flatten' });
  walk.axes = ['B', 'F'];
}

function translateFlatten({ node }: PathStep, walk: Walk): void {
  if (walk.axes === null) return;
  if ((node.attributes.get('axis')?.int ?? 1) !== 1) return refuse(walk, node);
  if (walk.axes.includes('T')) flatten(node, walk);
  else walk.axes = ['B', 'F'];
}

/** A table of vectors looked up by token ids, or one step or one direction taken out. */
function translateGather({ node }: PathStep, walk: Walk): void {
  const table = walk.scope.constant(node.inputs[0]);
  const axis = node.attributes.get('axis')?.int ?? 0;
  if (table !== null && table.shape.length === 2 && axis === 0) {
    const [vocabularySize = 0, width = 0] = table.shape;
    walk.stages.push({
      kind: 'embedding',
      name: nameOfNode(node),
      table: Float32Array.from(table.data),
      vocabularySize,
      width,
    });
    return;
  }
  const places = walk.scope.constant(node.inputs[1]);
  if (walk.axes === null || places === null || places.data.length !== 1) return refuse(walk, node);
  takeOne({ node, axis, index: places.data[0] ?? 0, keeps: places.shape.length > 0 }, walk);
}

interface Taking {
  readonly node: OnnxNode;
  readonly axis: number;
  readonly index: number;
  /** The axis stays, with size 1. */
  readonly keeps: boolean;
}

function takeOne({ node, axis, index, keeps }: Taking, walk: Walk): void {
  const axes = walk.axes ?? [];
  const at = normalAxis(axis, axes.length);
  const what = axes[at];
  const isLastStep = what === 'T' && index === -1;
  const isOnly = what === 'B' || what === '1' || (what === 'K' && walk.directions === 1);
  if (!isLastStep && !isOnly) return refuse(walk, node);
  if (isLastStep) walk.stages.push({ kind: 'pool', name: nameOfNode(node), how: 'last' });
  walk.axes = keeps ? axes.map((each, place) => (place === at ? '1' : each)) : axes.filter((_, place) => place !== at);
}

function translateSlice({ node }: PathStep, walk: Walk): void {
  const { axes, scope } = walk;
  const starts = listOf(node, 'starts', scope.constant(node.inputs[1]));
  const ends = listOf(node, 'ends', scope.constant(node.inputs[2]));
  const named = listOf(node, 'axes', scope.constant(node.inputs[3])) ?? [0];
  const [start = 0] = starts ?? [];
  const [end = 0] = ends ?? [];
  if (starts?.length !== 1 || ends === null || axes === null) return refuse(walk, node);
  if (start === 0 && end > 1e9) return;
  const isLast = start === -1 && (end > 1e9 || end === 0);
  if (!isLast && end - start !== 1) return refuse(walk, node);
  takeOne({ node, axis: named[0] ?? 0, index: start, keeps: true }, walk);
}

function pushDense(...[node, walk, weight, turned]: [OnnxNode, Walk, Constant, boolean]): void {
  const [rows = 0, columns = 0] = weight.shape;
  const isFeatureLast = walk.axes === null || walk.axes[walk.axes.length - 1] === 'F';
  if (weight.shape.length !== 2 || !isFeatureLast) return refuse(walk, node);
  const kernel = Float32Array.from(weight.data);
  walk.stages.push({
    kind: 'dense',
    name: nameOfNode(node),
    inputWidth: turned ? columns : rows,
    outputWidth: turned ? rows : columns,
    kernel: turned ? transpose(kernel, rows, columns) : kernel,
    activation: 'linear',
  });
}

function translateMatMul({ node }: PathStep, walk: Walk): void {
  const weight = walk.scope.constant(node.inputs[1]);
  if (weight === null) return refuse(walk, node);
  pushDense(node, walk, weight, false);
}

/** Y = alpha A' B' + beta C */
function translateGemm({ node }: PathStep, walk: Walk): void {
  const weight = walk.scope.constant(node.inputs[1]);
  const { attributes } = node;
  const [alpha, beta] = [attributes.get('alpha')?.float ?? 1, attributes.get('beta')?.float ?? 1];
  if (weight === null || (attributes.get('transA')?.int ?? 0) !== 0) return refuse(walk, node);
  const scaled: Constant = alpha === 1 ? weight : { ...weight, data: weight.data.map((value) => value * alpha) };
  pushDense(node, walk, scaled, attributes.get('transB')?.int === 1);
  const bias = walk.scope.constant(node.inputs[2]);
  if (bias === null || walk.stopped) return;
  addToLast(
    walk,
    Float32Array.from(bias.data, (value) => value * beta),
  );
}

/** Adds a vector to the bias of the dense stage that was just made; false where there is none that it fits. */
function addToLast(walk: Walk, shift: Float32Array): boolean {
  const last = walk.stages[walk.stages.length - 1];
  if (last?.kind !== 'dense' || last.bias !== undefined || (shift.length !== last.outputWidth && shift.length !== 1))
    return false;
  const bias = shift.length === last.outputWidth ? shift : new Float32Array(last.outputWidth).fill(shift[0] ?? 0);
  walk.stages[walk.stages.length - 1] = { ...last, bias };
  return true;
}

/** A constant added to or multiplied with the features: a dense stage's bias, or a scale and shift. */
function translateScale({ node }: PathStep, walk: Walk, toScale: (value: number) => readonly [number, number]): void {
  const constant = walk.scope.constant(node.inputs[1]) ?? walk.scope.constant(node.inputs[0]);
  if (constant === null) return refuse(walk, node);
  const pairs = Array.from(constant.data, toScale);
  const isShift = pairs.every(([scale]) => scale === 1);
  if (
    isShift &&
    addToLast(
      walk,
      Float32Array.from(pairs, ([, shift]) => shift),
    )
  )
    return;
  const width = constant.data.length === 1 ? widthOf(walk) : constant.data.length;
  const isPerFeature = constant.data.length === 1 || constant.shape[constant.shape.length - 1] === constant.data.length;
  if (width === undefined || !isPerFeature || (walk.axes !== null && walk.axes[walk.axes.length - 1] !== 'F'))
    return refuse(walk, node);
  const at = (index: number): readonly [number, number] => pairs[pairs.length === 1 ? 0 : index] ?? [NaN, NaN];
  walk.stages.push({
    kind: 'scaleShift',
    name: nameOfNode(node),
    scale: Float32Array.from({ length: width }, (_, index) => at(index)[0]),
    shift: Float32Array.from({ length: width }, (_, index) => at(index)[1]),
  });
}

function translateSoftmax({ node }: PathStep, walk: Walk): void {
  const axis = node.attributes.get('axis')?.int ?? -1;
  const rank = walk.axes?.length;
  const isLast = axis === -1 || (rank !== undefined && normalAxis(axis, rank) === rank - 1);
  if (!isLast || (walk.axes !== null && walk.axes[walk.axes.length - 1] !== 'F')) return refuse(walk, node);
  if (node.operation === 'LogSoftmax') walk.stages.push({ kind: 'logSoftmax', name: nameOfNode(node) });
  else pushActivation(node, walk, 'softmax');
}

function translateReduce({ node }: PathStep, walk: Walk, how: 'average' | 'max'): void {
  const { axes } = walk;
  const isGlobal = node.operation.startsWith('Global');
  const named = isGlobal ? [2] : listOf(node, 'axes', walk.scope.constant(node.inputs[1]));
  const [axis] = named ?? [];
  if (axes === null || named?.length !== 1 || axis === undefined) return refuse(walk, node);
  const at = normalAxis(axis, axes.length);
  if (axes[at] !== 'T') return refuse(walk, node);
  walk.stages.push({ kind: 'pool', name: nameOfNode(node), how });
  const keeps = isGlobal || (node.attributes.get('keepdims')?.int ?? 1) === 1;
  walk.axes = keeps ? axes.map((each, place) => (place === at ? '1' : each)) : axes.filter((_, place) => place !== at);
}

import { InspectorError } from '../../base/errors';
import { type Activation, type CellWeights } from '../../cells/cellWeights';
import { type CellKind, gatesOf } from '../../trace/reading/cellKind';
import { type RecurrentStage } from '../../network/recurrentModel';
import { isSameShape, reorderBlocks, transpose } from '../weightArray';
import { type OnnxScope } from './constants';
import { parameterCount, parseOnnxActivation } from './onnxActivation';
import { type OnnxNode } from './onnxProto';
import { type Constant } from './onnxTensor';

/** The cells that ONNX has. */
export type OnnxCell = Extract<CellKind, 'lstm' | 'gru' | 'rnn'>;

const cells: Readonly<Record<string, OnnxCell>> = { LSTM: 'lstm', GRU: 'gru', RNN: 'rnn' };
/** ONNX keeps i o f c and z r h; ours are i f g o and z r n. */
const ordersOf: Readonly<Record<OnnxCell, readonly number[]>> = { lstm: [0, 2, 3, 1], gru: [0, 1, 2], rnn: [0] };

/** The cell of a node; undefined for other operations. */
export function cellOfNode(node: OnnxNode): OnnxCell | undefined {
  const isStandard = node.domain === '' || node.domain === 'ai.onnx';
  return isStandard && Object.hasOwn(cells, node.operation) ? cells[node.operation] : undefined;
}

/** What a recurrent node is called: its own name, or that of its first output. */
export function nameOfNode(node: OnnxNode): string {
  return node.name !== '' ? node.name : (node.outputs.find((output) => output !== '') ?? node.operation);
}

/** Whether the node's sequences have the batch in front. */
export function isBatchFirst(node: OnnxNode): boolean {
  return node.attributes.get('layout')?.int === 1;
}

/** 1, or 2 for a bidirectional node. */
export function directionsOf(node: OnnxNode): number {
  return node.attributes.get('direction')?.text === 'bidirectional' ? 2 : 1;
}

/** A recurrent node as a stage, with what the user should know of it. */
export interface ReadNode {
  readonly stage: RecurrentStage;
  readonly notes: readonly string[];
}

interface NodeSource {
  readonly node: OnnxNode;
  readonly scope: OnnxScope;
  readonly cell: OnnxCell;
  readonly name: string;
}

/** Reads a node's weights (ONNX operators LSTM, GRU, RNN, opsets 1 to 22). */
export function readRecurrentNode(node: OnnxNode, scope: OnnxScope): ReadNode {
  const cell = cellOfNode(node);
  const name = nameOfNode(node);
  if (cell === undefined) throw new InspectorError('internal', `"${name}" is no recurrent node.`);
  const source = { node, scope, cell, name };
  const direction = node.attributes.get('direction')?.text ?? 'forward';
  if (!['forward', 'reverse', 'bidirectional'].includes(direction))
    throw new InspectorError('model-damaged', `"${name}" has the unknown direction "${direction.slice(0, 40)}".`);
  const first = readDirection(source, 0);
  const second = direction === 'bidirectional' ? readDirection(source, 1) : undefined;
  const stage: RecurrentStage = {
    kind: 'recurrent',
    name,
    ...(direction === 'reverse' ? { backward: first } : { forward: first }),
    ...(second === undefined ? {} : { backward: second }),
    merge: 'concat',
    returnSequences: true,
  };
  return { stage, notes: describeStates(source) };
}

function needWeight({ node, scope, name }: NodeSource, input: number, role: string): Constant {
  const value = scope.constant(node.inputs[input]);
  if (value !== null) return value;
  throw new InspectorError(
    'model-needs-answer',
    `the ${role} of "${name}" is no constant in the file but its value "${node.inputs[input] ?? ''}". Which numbers is it? Give them under "inputs" in the .inspector.json beside it.`,
  );
}

/** The part of one direction: [blocks * H, columns] of [directions, blocks * H, columns]. */
function pick(value: Constant, direction: number, expected: readonly number[], what: string): Float32Array {
  const [, ...shape] = value.shape;
  if (!isSameShape(shape, expected)) {
    throw new InspectorError(
      'model-damaged',
      `${what} has shape [${value.shape.join(', ')}] where [${['directions', ...expected].join(', ')}] is asked for.`,
    );
  }
  const size = expected.reduce((product, each) => product * each, 1);
  const part = value.data.subarray(direction * size, (direction + 1) * size);
  if (part.length !== size) throw new InspectorError('model-damaged', `${what} lacks direction ${direction}.`);
  return Float32Array.from(part);
}

function readDirection(source: NodeSource, direction: number): CellWeights {
  const { node, cell, name } = source;
  const weights = needWeight(source, 1, 'kernel W');
  const recurrent = needWeight(source, 2, 'recurrent kernel R');
  const blocks = gatesOf(cell).length;
  const units = recurrent.shape[2] ?? 0;
  const inputWidth = weights.shape[2] ?? 0;
  const rows = blocks * units;
  if (units < 1 || inputWidth < 1) throw new InspectorError('model-damaged', `the weights of "${name}" are empty.`);
  const turn = (value: Constant, columns: number, what: string): Float32Array =>
    reorderBlocks(
      transpose(pick(value, direction, [rows, columns], `${what} of "${name}"`), rows, columns),
      columns,
      ordersOf[cell],
    );
  const clip = node.attributes.get('clip')?.float;
  return {
    cell,
    units,
    inputWidth,
    kernel: turn(weights, inputWidth, 'W'),
    recurrentKernel: turn(recurrent, units, 'R'),
    ...readBiases(source, direction, units),
    ...readActivations(source, direction),
    ...(clip === undefined || clip <= 0 ? {} : { clip }),
    ...(cell === 'lstm' && node.attributes.get('input_forget')?.int === 1 ? { inputForget: true } : {}),
    ...readPeepholes(source, direction, units),
    ...readInitialStates(source, direction, units),
  };
}

function readBiases(
  source: NodeSource,
  direction: number,
  units: number,
): Pick<CellWeights, 'bias' | 'recurrentBias' | 'resetAfter'> {
  const { node, cell, name } = source;
  const rows = gatesOf(cell).length * units;
  const hasBias = (node.inputs[3] ?? '') !== '';
  const both = hasBias
    ? pick(needWeight(source, 3, 'bias B'), direction, [2 * rows], `B of "${name}"`)
    : new Float32Array(2 * rows);
  const first = reorderBlocks(both.slice(0, rows), 1, ordersOf[cell]);
  const second = reorderBlocks(both.slice(rows), 1, ordersOf[cell]);
  if (cell === 'gru' && node.attributes.get('linear_before_reset')?.int === 1)
    return { bias: first, recurrentBias: second, resetAfter: true };
  return { bias: first.map((value, index) => value + (second[index] as number)) };
}

/** The activations of a direction in the standard's order f g h, each with its share of alpha and beta. */
function readActivations(
  { node, cell, name }: NodeSource,
  direction: number,
): Pick<CellWeights, 'activation' | 'recurrentActivation' | 'outputActivation'> {
  const usual = { lstm: ['Sigmoid', 'Tanh', 'Tanh'], gru: ['Sigmoid', 'Tanh'], rnn: ['Tanh'] }[cell];
  const listed = node.attributes.get('activations')?.texts ?? [];
  const names = listed.length === 0 ? usual : listed.slice(direction * usual.length, (direction + 1) * usual.length);
  const before = listed.slice(0, direction * usual.length).filter((each) => parameterCount(each) > 0).length;
  const [alphas, betas] = [
    node.attributes.get('activation_alpha')?.floats ?? [],
    node.attributes.get('activation_beta')?.floats ?? [],
  ];
  let taken = before;
  let takenBeta = listed.slice(0, direction * usual.length).filter((each) => parameterCount(each) > 1).length;
  const parsed = names.map((each) => {
    const count = parameterCount(each);
    const activation = parseOnnxActivation(
      each,
      count > 0 ? alphas[taken] : undefined,
      count > 1 ? betas[takenBeta] : undefined,
    );
    if (count > 0) taken++;
    if (count > 1) takenBeta++;
    if (activation === null)
      throw new InspectorError(
        'model-unsupported',
        `"${name}" uses the activation "${each.slice(0, 40)}", which ONNX does not have.`,
      );
    return activation;
  });
  return toRoles(cell, parsed, name);
}

function toRoles(
  cell: CellKind,
  parsed: readonly Activation[],
  name: string,
): Pick<CellWeights, 'activation' | 'recurrentActivation' | 'outputActivation'> {
  const [first, second, third] = parsed;
  if (cell === 'rnn' && first !== undefined) return { activation: first, recurrentActivation: 'sigmoid' };
  if (cell === 'gru' && first !== undefined && second !== undefined)
    return { activation: second, recurrentActivation: first };
  if (first !== undefined && second !== undefined && third !== undefined)
    return {
      activation: second,
      recurrentActivation: first,
      ...(JSON.stringify(second) === JSON.stringify(third) ? {} : { outputActivation: third }),
    };
  throw new InspectorError('model-damaged', `"${name}" names too few activations.`);
}

/** ONNX keeps the peepholes as i o f; ours are i f o. */
function readPeepholes(source: NodeSource, direction: number, units: number): Pick<CellWeights, 'peepholes'> {
  const { node, cell, name } = source;
  if (cell !== 'lstm' || (node.inputs[7] ?? '') === '') return {};
  const peepholes = reorderBlocks(
    pick(needWeight(source, 7, 'peepholes P'), direction, [3 * units], `P of "${name}"`),
    1,
    [0, 2, 1],
  );
  return peepholes.every((value) => value === 0) ? {} : { peepholes };
}

/**
 * The state before the first step of the batch's first sequence; nothing where it is zeros or only known at run time.
 */
function readInitialStates(
  source: NodeSource,
  direction: number,
  units: number,
): Pick<CellWeights, 'initialH' | 'initialC'> {
  const initialH = readInitialState(source, { input: 5, direction, units });
  const initialC = source.cell === 'lstm' ? readInitialState(source, { input: 6, direction, units }) : null;
  return { ...(initialH === null ? {} : { initialH }), ...(initialC === null ? {} : { initialC }) };
}

interface StatePlace {
  readonly input: number;
  readonly direction: number;
  readonly units: number;
}

function readInitialState({ node, scope }: NodeSource, { input, direction, units }: StatePlace): Float32Array | null {
  const fill = scope.fill(node.inputs[input]);
  if (fill !== null) return fill === 0 ? null : new Float32Array(units).fill(fill);
  const value = scope.constant(node.inputs[input]);
  if (value === null) return null;
  const [first = 0, second = 0] = value.shape;
  const directions = directionsOf(node);
  const batch = isBatchFirst(node) ? first : second;
  if (value.data.length === directions * units)
    return Float32Array.from(value.data.subarray(direction * units, (direction + 1) * units));
  if (value.data.length !== directions * batch * units)
    throw new InspectorError(
      'model-needs-answer',
      `the first state "${node.inputs[input] ?? ''}" has ${value.data.length} numbers, but ${directions * units} are needed (${directions} x 1 x ${units}). Give them under "inputs" in the .inspector.json beside it.`,
    );
  const start = isBatchFirst(node) ? direction * units : direction * batch * units;
  return Float32Array.from(value.data.subarray(start, start + units));
}

function describeStates({ node, scope, name, cell }: NodeSource): readonly string[] {
  const isOpen = (input: number): boolean =>
    (node.inputs[input] ?? '') !== '' &&
    scope.fill(node.inputs[input]) === null &&
    scope.constant(node.inputs[input]) === null;
  const open = [5, ...(cell === 'lstm' ? [6] : [])].filter(isOpen).map((input) => node.inputs[input] ?? '');
  return open.length === 0
    ? []
    : [
        `"${name}" takes its first state from "${open.join('", "')}", which the file does not hold; zeros are taken. "inputs" in the .inspector.json says another.`,
      ];
}

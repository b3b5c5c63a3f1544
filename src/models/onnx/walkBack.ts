import { pushAll } from '../../base/extremes';
import { listOf, type OnnxScope } from './constants';
import { normalAxis } from './constantOperations';
import { type OnnxNode } from './onnxProto';
import { cellOfNode, directionsOf } from './recurrentNodes';

/** One operation on the way from the model's input to a value. */
export interface PathStep {
  readonly node: OnnxNode;
  /** Which of the node's outputs is followed. */
  readonly output: number;
  /** Other inputs that depend on the model's input too: the step joins branches. */
  readonly joins: readonly string[];
  /**
   * What of a recurrent node's last states is taken where operations between were skipped: one direction, or both side
   * by side.
   */
  readonly states?: 'one' | 'both';
}

/** Operations from the source to a value, each reading the one before. */
export interface OnnxPath {
  readonly steps: readonly PathStep[];
  /** The name of the value at which the path begins: an input of the model, or of a loop's body. */
  readonly source: string;
}

/** Inputs that only give sizes, axes or places. */
const dataInputs: Readonly<Record<string, number>> = {
  Reshape: 1,
  Expand: 1,
  Slice: 1,
  Squeeze: 1,
  Unsqueeze: 1,
  Tile: 1,
  Split: 1,
  ReduceMean: 1,
  ReduceMax: 1,
  ReduceSum: 1,
  Dropout: 1,
  Clip: 1,
  Cast: 1,
  TopK: 1,
  Pad: 1,
  ReverseSequence: 1,
  OneHot: 1,
  LSTM: 1,
  GRU: 1,
  RNN: 1,
};

const maximumSteps = 20_000;

/** Whether a recurrent node stands on some way to a value. */
export function createRecurrentSearch(scope: OnnxScope): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    const stored = known.get(value);
    if (stored !== undefined) return stored;
    const seen = new Set<string>();
    const open = [value];
    for (let name = open.pop(); name !== undefined && seen.size < maximumSteps; name = open.pop()) {
      const node = seen.has(name) ? undefined : scope.producer(name);
      seen.add(name);
      if (node === undefined) continue;
      if (cellOfNode(node) !== undefined) {
        known.set(value, true);
        return true;
      }
      pushAll(open, followable(node, scope, node.outputs.indexOf(name)));
    }
    known.set(value, false);
    return false;
  };
}

/** The values that a node's data come from, constants and sizes left out; an If gives what its branches give. */
function followable(node: OnnxNode, scope: OnnxScope, output: number): readonly string[] {
  if (node.operation === 'If') {
    const branches = ['else_branch', 'then_branch'].flatMap((name) => node.attributes.get(name)?.graph ?? []);
    return branches.flatMap((graph) => graph.outputs[output]?.name ?? []);
  }
  if (node.operation === 'Shape' || node.operation === 'Size' || node.operation === 'Loop' || node.operation === 'Scan')
    return [];
  const count = Object.hasOwn(dataInputs, node.operation) ? (dataInputs[node.operation] ?? 1) : node.inputs.length;
  return node.inputs.slice(0, count).filter((name) => name !== '' && scope.constant(name) === null);
}

/** The way to a value; at a join the first branch with a recurrent node is followed. */
export function walkBack(value: string, scope: OnnxScope, hasRecurrent: (value: string) => boolean): OnnxPath {
  const steps: PathStep[] = [];
  const seen = new Set<string>();
  let name = value;
  while (!seen.has(name) && steps.length < maximumSteps) {
    seen.add(name);
    const states = takeStates(name, scope);
    if (states !== null) {
      steps.unshift(states);
      name = states.node.inputs[0] ?? '';
      continue;
    }
    const node = scope.producer(name);
    if (node === undefined) break;
    const inputs = followable(node, scope, node.outputs.indexOf(name));
    const next = inputs.find(hasRecurrent) ?? inputs[0];
    const isBranch = node.operation === 'If';
    if (!isBranch)
      steps.unshift({ node, output: node.outputs.indexOf(name), joins: inputs.filter((input) => input !== next) });
    if (next === undefined) break;
    name = next;
  }
  return { steps, source: name };
}

interface LastState {
  readonly node: OnnxNode;
  readonly direction: number;
}

/**
 * A value made of a recurrent node's last states by selecting and joining directions (PyTorch's `hn[-1]`, `cat(hn[-2],
 * hn[-1])`).
 */
function takeStates(name: string, scope: OnnxScope): PathStep | null {
  const node = scope.producer(name);
  if (node?.operation === 'Concat' && node.inputs.length === 2) {
    const [first, second] = node.inputs.map((input) => selectState(input, null, { scope, depth: 0 }));
    if (first && second && first.node === second.node && first.direction === 0 && second.direction === 1)
      return { node: first.node, output: 1, joins: [], states: 'both' };
    return null;
  }
  // Before opset 11 one entry is sliced out and its axis squeezed away.
  const selecting = node?.operation === 'Squeeze' ? scope.producer(node.inputs[0] ?? '') : node;
  if (selecting?.operation !== 'Gather' && selecting?.operation !== 'Slice') return null;
  const state = selectState(name, null, { scope, depth: 0 });
  if (state === null || directionsOf(state.node) !== 1) return null;
  return { node: state.node, output: 1, joins: [], states: 'one' };
}

interface Search {
  readonly scope: OnnxScope;
  readonly depth: number;
}

const passing: readonly string[] = ['Squeeze', 'Unsqueeze', 'Identity', 'Cast', 'Dropout'];

function selectState(name: string, index: number | null, { scope, depth }: Search): LastState | null {
  const node = scope.producer(name);
  if (node === undefined || depth > 60) return null;
  const deeper = { scope, depth: depth + 1 };
  const [data = ''] = node.inputs;
  if (cellOfNode(node) !== undefined) return stateOf(node, name, index);
  if (passing.includes(node.operation)) return selectState(data, index, deeper);
  if (node.operation === 'Concat')
    return index === null || (node.attributes.get('axis')?.int ?? 0) !== 0
      ? null
      : selectAmong(node.inputs, index, deeper);
  const start = selectedIndex(node, scope);
  return start === null || index !== null ? null : selectState(data, start, deeper);
}

function stateOf(node: OnnxNode, name: string, index: number | null): LastState | null {
  const directions = directionsOf(node);
  if (node.outputs.indexOf(name) !== 1 || (index === null && directions > 1)) return null;
  const direction = normalAxis(index ?? 0, directions);
  return direction >= 0 && direction < directions ? { node, direction } : null;
}

/** Exporters join the last states of all layers along the first axis, then select. */
function selectAmong(names: readonly string[], index: number, search: Search): LastState | null {
  const nodes = names.map((name) => search.scope.producer(name));
  if (nodes.some((node) => node === undefined || cellOfNode(node) === undefined)) return null;
  const counts = (nodes as OnnxNode[]).map(directionsOf);
  let at = normalAxis(
    index,
    counts.reduce((sum, count) => sum + count, 0),
  );
  for (const [place, name] of names.entries()) {
    const count = counts[place] ?? 0;
    if (at < count) return selectState(name, at, search);
    at -= count;
  }
  return null;
}

/** The one index that a Gather or a Slice takes of the first axis. */
function selectedIndex(node: OnnxNode, scope: OnnxScope): number | null {
  if (node.operation === 'Gather') {
    const places = scope.constant(node.inputs[1]);
    return places?.data.length === 1 && (node.attributes.get('axis')?.int ?? 0) === 0 ? (places.data[0] ?? null) : null;
  }
  if (node.operation !== 'Slice') return null;
  const [start, end, axis] = ['starts', 'ends', 'axes'].map(
    (name, at) => listOf(node, name, scope.constant(node.inputs[at + 1]))?.[0],
  );
  const isOne =
    start !== undefined && end !== undefined && (end - start === 1 || (start === -1 && (end === 0 || end > 1e9)));
  return isOne && (axis ?? 0) === 0 ? start : null;
}

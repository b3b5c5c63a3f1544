import { pushAll } from '../../base/extremes';
import { checkLayerCount, checkSteps } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { assembleModel, isRecurrent, type StageChain } from '../assembleModel';
import { type ModelFiles } from '../fileAccess';
import { createScope, type OnnxScope } from './constants';
import { type OnnxGraph, type OnnxModel, type OnnxNode, parseOnnx, parseOnnxTensor } from './onnxProto';
import { type Constant, readOnnxTensor } from './onnxTensor';
import { cellOfNode, isBatchFirst } from './recurrentNodes';
import { translatePath } from './translatePath';
import { createRecurrentSearch, type OnnxPath, walkBack } from './walkBack';
import { type RecurrentModel } from '../../network/recurrentModel';

/** What an ONNX file leaves to whoever runs it. */
export interface OnnxOptions {
  /** Values of the graph's inputs that are no sequence (a first state, or weights given from outside), by name. */
  readonly inputs?: Readonly<Record<string, Constant>>;
}

const maximumBytes = 2 ** 30;

/**
 * Reads an ONNX model: every LSTM, GRU and RNN node, also inside If, Loop and Scan, with the operations around that we
 * know.
 */
export function readOnnx(files: ModelFiles, options: OnnxOptions = {}): RecurrentModel {
  if (files.main.size > maximumBytes)
    throw new InspectorError('model-unsupported', 'it is larger than 1 GB. Save the model with external data.');
  const model = parseOnnx(files.main.read(0, files.main.size));
  if (model.graph === undefined || model.graph.nodes.length === 0)
    throw new InspectorError('model-damaged', 'it is no ONNX model, or a damaged one: there is no graph in it.');
  const graphs = allGraphs(model.graph);
  const scope = createScope(graphs, files, givenInputs(model.graph, files, options));
  const failures: InspectorError[] = [];
  const chains = findChains(model, graphs, { scope, failures });
  if (chains.length === 0) throw new InspectorError('model-unsupported', describeOperations(graphs));
  const [failure] = failures;
  if (failure !== undefined && !chains.some(({ stages }) => stages.some(isRecurrent))) throw failure;
  return assembleModel({ name: files.name, format: 'onnx', chains, notes: [] });
}

function allGraphs(root: OnnxGraph): readonly OnnxGraph[] {
  const graphs: OnnxGraph[] = [];
  const open = [root];
  for (let graph = open.pop(); graph !== undefined; graph = open.pop()) {
    graphs.push(graph);
    for (const node of graph.nodes) {
      for (const attribute of node.attributes.values()) {
        pushAll(open, attribute.graphs);
        if (attribute.graph !== undefined) open.push(attribute.graph);
      }
    }
  }
  return graphs;
}

/**
 * Inputs whose numbers are known: those the user gave, and those of the ONNX standard's test folders beside the model.
 */
function givenInputs(graph: OnnxGraph, files: ModelFiles, options: OnnxOptions): ReadonlyMap<string, Constant> {
  const given = new Map(Object.entries(options.inputs ?? {}).map((entry) => fitInput(graph, entry)));
  const initialised = new Set(graph.initializers.map(({ name }) => name));
  graph.inputs.forEach(({ name }, index) => {
    if (index === 0 || initialised.has(name) || given.has(name)) return;
    const file = files.sibling(`test_data_set_0/input_${index}.pb`);
    if (file === null) return;
    given.set(name, readOnnxTensor(parseOnnxTensor(file.read(0, file.size)), files));
  });
  return given;
}

/**
 * Numbers that a person gave, in the shape of the graph's input: flat lists are taken where their count fits, the batch
 * being 1.
 */
function fitInput(graph: OnnxGraph, [name, value]: readonly [string, Constant]): readonly [string, Constant] {
  const input = graph.inputs.find((each) => each.name === name);
  if (input === undefined) {
    const known = graph.inputs.slice(0, 12).map((each) => `"${each.name}"`);
    throw new InspectorError(
      'model-needs-answer',
      `"inputs" in the .inspector.json names "${name.slice(0, 60)}", but the graph's inputs are ${known.join(', ')}. Change it there.`,
    );
  }
  if (input.shape === undefined) return [name, value];
  const shape = input.shape.map((size, axis) => {
    const given = value.shape.length === input.shape?.length ? (value.shape[axis] ?? 1) : 1;
    return size ?? given;
  });
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === value.data.length) return [name, { shape, data: value.data }];
  // A graph that is fixed to a batch of several is read with one of its texts: the numbers of one are enough.
  const batch = shape.slice(0, -1).findIndex((size) => size > 1 && size * value.data.length === count);
  if (batch >= 0) return [name, { shape: shape.with(batch, 1), data: value.data }];
  throw new InspectorError(
    'model-needs-answer',
    `"inputs" in the .inspector.json gives ${value.data.length} numbers for "${name}", which takes ${count} ([${shape.join(', ')}]). Change it there.`,
  );
}

interface Finding {
  readonly scope: OnnxScope;
  readonly failures: InspectorError[];
}

function findChains(
  model: OnnxModel,
  graphs: readonly OnnxGraph[],
  { scope, failures }: Finding,
): readonly StageChain[] {
  const hasRecurrent = createRecurrentSearch(scope);
  const nodes = graphs.flatMap(({ nodes: own }) => own.filter((node) => cellOfNode(node) !== undefined));
  checkLayerCount(nodes.length);
  const covered = new Set<OnnxNode>();
  const chains: StageChain[] = [];
  const add = (value: string): void => {
    const path = walkBack(value, scope, hasRecurrent);
    const fresh = path.steps.filter(({ node }) => cellOfNode(node) !== undefined && !covered.has(node));
    if (fresh.length === 0) return;
    for (const { node } of fresh) covered.add(node);
    const { stages, notes, failures: own } = translatePath(path, scope);
    pushAll(failures, own);
    chains.push({ stages, notes, ...windowOf(model, path) });
  };
  for (const output of model.graph?.outputs ?? []) if (hasRecurrent(output.name)) add(output.name);
  for (const node of [...nodes].reverse())
    if (!covered.has(node)) add(node.outputs.find((output) => output !== '') ?? '');
  return chains;
}

/** The number of steps that the model's input is fixed to: along the axis that becomes the recurrent node's steps. */
function windowOf(model: OnnxModel, { source, steps }: OnnxPath): { readonly window?: number } {
  const shape = model.graph?.inputs.find(({ name }) => name === source)?.shape;
  const first = steps.findIndex(({ node }) => cellOfNode(node) !== undefined);
  const reader = steps[first]?.node;
  if (shape === undefined || shape.length < 2 || reader === undefined) return {};
  const isTurned = steps.slice(0, first).some(({ node }) => node.operation === 'Transpose');
  const size = shape[isTurned !== isBatchFirst(reader) ? 1 : 0];
  return typeof size === 'number' && size > 1 ? { window: checkSteps(size, "its input's length") } : {};
}

function describeOperations(graphs: readonly OnnxGraph[]): string {
  const names = [
    ...new Set(
      graphs.flatMap(({ nodes }) =>
        nodes.map(({ operation, domain }) => (domain === '' ? operation : `${domain}.${operation}`)),
      ),
    ),
  ];
  const quantised = names.find((name) => /Quantize\w*(LSTM|GRU|RNN)/.test(name));
  if (quantised !== undefined)
    return `its recurrent layers are quantised (${quantised}), which we do not read. Save or export the model without quantisation.`;
  const counts = ['Sigmoid', 'HardSigmoid', 'Tanh'].map((name): readonly [string, number] => [
    name,
    graphs.flatMap(({ nodes }) => nodes).filter(({ operation }) => operation === name).length,
  ]);
  const gates = counts.reduce((sum, [, count]) => sum + count, 0);
  const loop = names.find((name) => name === 'Loop' || name === 'Scan');
  const gatesText = counts.flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`])).join(', ');
  if (gates > 5 || (gates > 0 && loop !== undefined))
    return `it has no LSTM, GRU or RNN node: its recurrent layer, if it has one, is written out in plain operations (${loop === undefined ? gatesText : `a ${loop}`}), as tf2onnx does. Open the model that it was converted from (.keras, .h5, a state dict), or export it so that the layer stays whole.`;
  return `it has no LSTM, GRU or RNN node. Its operations are ${names.slice(0, 10).join(', ')}.`;
}

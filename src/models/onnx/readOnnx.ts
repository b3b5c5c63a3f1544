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
import { type RecurrentModel } from '../recurrentModel';

/** What an ONNX file leaves to whoever runs it. */
export interface OnnxOptions {
  /** Values of the graph's inputs that are no sequence (a first state, or weights given from outside), by name. */
  readonly inputs?: Readonly<Record<string, Constant>>;
}

const maximumBytes = 2 ** 30;

/** Reads an ONNX model: every LSTM, GRU and RNN node, also inside If, Loop and Scan, with the operations around that we know. */
export function readOnnx(files: ModelFiles, options: OnnxOptions = {}): RecurrentModel {
  if (files.main.size > maximumBytes)
    throw new InspectorError('model-unsupported', 'it is larger than 1 GB. Save the model with external data.');
  if (files.name === 'saved_model.pb' || files.name === 'keras_metadata.pb') {
    throw new InspectorError(
      'model-unsupported',
      'it is part of a TensorFlow SavedModel, which has operations and no layers. Save the model as .keras or .h5: model.save("model.keras").',
    );
  }
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

/** Inputs whose numbers are known: those the user gave, and those of the ONNX standard's test folders beside the model. */
function givenInputs(graph: OnnxGraph, files: ModelFiles, options: OnnxOptions): ReadonlyMap<string, Constant> {
  const given = new Map(Object.entries(options.inputs ?? {}));
  const initialised = new Set(graph.initializers.map(({ name }) => name));
  graph.inputs.forEach(({ name }, index) => {
    if (index === 0 || initialised.has(name) || given.has(name)) return;
    const file = files.sibling(`test_data_set_0/input_${index}.pb`);
    if (file === null) return;
    given.set(name, readOnnxTensor(parseOnnxTensor(file.read(0, file.size)), files));
  });
  return given;
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
  return `it has no LSTM, GRU or RNN node. Its operations are ${names.slice(0, 10).join(', ')}.`;
}

import { PbfReader as Pbf } from 'pbf';
import { InspectorError } from '../../base/errors';
import { takeHeap } from '../readBudget';
import { signalEvery } from '../workSignal';

/** An attribute of a node; only what its kind says is set. */
export interface OnnxAttribute {
  name: string;
  float?: number;
  int?: number;
  text?: string;
  tensor?: OnnxTensor;
  graph?: OnnxGraph;
  floats: number[];
  ints: number[];
  texts: string[];
  graphs: OnnxGraph[];
}

/** A node: one operation, with the names of the values that it reads and gives. */
export interface OnnxNode {
  inputs: string[];
  outputs: string[];
  name: string;
  operation: string;
  domain: string;
  attributes: Map<string, OnnxAttribute>;
}

/** A tensor as the file holds it; `raw` is a view of the file's bytes. */
export interface OnnxTensor {
  name: string;
  dims: number[];
  dataType: number;
  raw?: Uint8Array;
  floats: number[];
  ints: number[];
  doubles: number[];
  external: Map<string, string>;
}

/** A graph's input: its name, and its size along every axis where the file says it. */
export interface OnnxValueInfo {
  name: string;
  shape?: (number | null)[];
  elementType: number;
}

/** A graph, outermost or inside an If, a Loop or a Scan. */
export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
}

/** A model file. */
export interface OnnxModel {
  producer: string;
  graph: OnnxGraph | undefined;
}

const maximumNodes = 500_000;
const maximumDepth = 30;

/** Reads an ONNX ModelProto (onnx.proto3); unknown fields are skipped. */
export function parseOnnx(bytes: Uint8Array): OnnxModel {
  const model: OnnxModel = { producer: '', graph: undefined };
  eachField(new Pbf(bytes), (tag, pbf) => {
    if (tag === 2) model.producer = textOf(pbf);
    if (tag === 7) model.graph = readGraph(messageOf(pbf), 0);
  });
  return model;
}

/** Reads a TensorProto on its own, as the ONNX standard's test data are stored. */
export function parseOnnxTensor(bytes: Uint8Array): OnnxTensor {
  return readTensor(new Pbf(bytes));
}

/** What a message becomes, about, in bytes: an object of ours with its lists, and a reader of its own. */
const heapOfMessage = 400;
const heapOfField = 32;
/** A list of numbers grows by copying. */
const heapOfNumber = 24;

/** Visits a message's fields; a visitor that reads nothing leaves the field to be skipped. */
function eachField(message: Pbf, visit: (tag: number, pbf: Pbf) => void): void {
  let count = 0;
  const visitCounted = (tag: number, _: undefined, pbf: Pbf): void => {
    takeHeap(heapOfField);
    signalEvery(count++);
    visit(tag, pbf);
  };
  message.readFields(visitCounted, undefined);
  if (message.pos > message.length)
    throw new InspectorError('model-damaged', 'a length in it reaches beyond its end. Save or download it again.');
}

/** The message in a field as a reader of its own, whose bytes are a view. */
function messageOf(pbf: Pbf): Pbf {
  takeHeap(heapOfMessage);
  return new Pbf(bytesOf(pbf));
}

function textOf(pbf: Pbf): string {
  const bytes = bytesOf(pbf);
  takeHeap(2 * bytes.length);
  return new TextDecoder().decode(bytes);
}

/** A list of numbers, in one piece or one by one; counted in bytes of the file before it is read. */
function readNumbers(pbf: Pbf, list: number[], kind: 'Varint' | 'Float' | 'Double'): void {
  const at = pbf.pos;
  const length = pbf.type === 2 ? bytesOf(pbf).length : 0;
  const count = kind === 'Varint' ? countVarints(pbf.buf.subarray(pbf.pos - length, pbf.pos)) : length / 4;
  takeHeap(heapOfNumber * (1 + count));
  pbf.pos = at;
  if (kind === 'Varint') pbf.readPackedVarint(list, true);
  else if (kind === 'Float') pbf.readPackedFloat(list);
  else pbf.readPackedDouble(list);
}

/** A number's last byte has no upper bit. */
function countVarints(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) < 0x80) count++;
  return count;
}

function bytesOf(pbf: Pbf): Uint8Array {
  const length = pbf.readVarint();
  const end = pbf.pos + length;
  if (length < 0 || end > pbf.length)
    throw new InspectorError('model-damaged', 'a length in it reaches beyond its end. Save or download it again.');
  const bytes = pbf.buf.subarray(pbf.pos, end);
  pbf.pos = end;
  return bytes;
}

function readGraph(message: Pbf, depth: number): OnnxGraph {
  if (depth > maximumDepth)
    throw new InspectorError('model-damaged', `its graphs are nested deeper than ${maximumDepth} levels.`);
  const graph: OnnxGraph = { name: '', nodes: [], initializers: [], inputs: [], outputs: [] };
  eachField(message, (tag, pbf) => {
    if (tag === 1) graph.nodes.push(readNode(messageOf(pbf), depth));
    if (tag === 2) graph.name = textOf(pbf);
    if (tag === 5) graph.initializers.push(readTensor(messageOf(pbf)));
    if (tag === 11) graph.inputs.push(readValueInfo(messageOf(pbf)));
    if (tag === 12) graph.outputs.push(readValueInfo(messageOf(pbf)));
    if (graph.nodes.length > maximumNodes)
      throw new InspectorError('model-damaged', `it has more than ${maximumNodes} nodes.`);
  });
  return graph;
}

function readNode(message: Pbf, depth: number): OnnxNode {
  const node: OnnxNode = { inputs: [], outputs: [], name: '', operation: '', domain: '', attributes: new Map() };
  eachField(message, (tag, pbf) => {
    if (tag === 1) node.inputs.push(textOf(pbf));
    if (tag === 2) node.outputs.push(textOf(pbf));
    if (tag === 3) node.name = textOf(pbf);
    if (tag === 4) node.operation = textOf(pbf);
    if (tag === 5) addAttribute(node, readAttribute(messageOf(pbf), depth));
    if (tag === 7) node.domain = textOf(pbf);
  });
  return node;
}

function addAttribute(node: OnnxNode, attribute: OnnxAttribute): void {
  node.attributes.set(attribute.name, attribute);
}

function readAttribute(message: Pbf, depth: number): OnnxAttribute {
  const attribute: OnnxAttribute = { name: '', floats: [], ints: [], texts: [], graphs: [] };
  eachField(message, (tag, pbf) => {
    if (tag === 1) attribute.name = textOf(pbf);
    if (tag === 2) attribute.float = pbf.readFloat();
    if (tag === 3) attribute.int = pbf.readVarint(true);
    if (tag === 4) attribute.text = textOf(pbf);
    if (tag === 5) attribute.tensor = readTensor(messageOf(pbf));
    if (tag === 6) attribute.graph = readGraph(messageOf(pbf), depth + 1);
    if (tag === 7) readNumbers(pbf, attribute.floats, 'Float');
    if (tag === 8) readNumbers(pbf, attribute.ints, 'Varint');
    if (tag === 9) attribute.texts.push(textOf(pbf));
    if (tag === 11) attribute.graphs.push(readGraph(messageOf(pbf), depth + 1));
  });
  return attribute;
}

function readTensor(message: Pbf): OnnxTensor {
  const tensor: OnnxTensor = {
    name: '',
    dims: [],
    dataType: 0,
    floats: [],
    ints: [],
    doubles: [],
    external: new Map(),
  };
  eachField(message, (tag, pbf) => {
    if (tag === 1) readNumbers(pbf, tensor.dims, 'Varint');
    if (tag === 2) tensor.dataType = pbf.readVarint();
    if (tag === 4) readNumbers(pbf, tensor.floats, 'Float');
    if (tag === 5 || tag === 7 || tag === 11) readNumbers(pbf, tensor.ints, 'Varint');
    if (tag === 8) tensor.name = textOf(pbf);
    if (tag === 9) tensor.raw = bytesOf(pbf);
    if (tag === 10) readNumbers(pbf, tensor.doubles, 'Double');
    if (tag === 13) addExternal(tensor, messageOf(pbf));
  });
  return tensor;
}

function addExternal(tensor: OnnxTensor, message: Pbf): void {
  let [key, value] = ['', ''];
  eachField(message, (tag, pbf) => {
    if (tag === 1) key = textOf(pbf);
    if (tag === 2) value = textOf(pbf);
  });
  tensor.external.set(key, value);
}

function readValueInfo(message: Pbf): OnnxValueInfo {
  const info: OnnxValueInfo = { name: '', elementType: 0 };
  eachField(message, (tag, pbf) => {
    if (tag === 1) info.name = textOf(pbf);
    if (tag === 2) readTensorType(messageOf(pbf), info);
  });
  return info;
}

function readTensorType(type: Pbf, info: OnnxValueInfo): void {
  eachField(type, (tag, pbf) => {
    if (tag !== 1) return;
    eachField(messageOf(pbf), (inner, tensor) => {
      if (inner === 1) info.elementType = tensor.readVarint();
      if (inner === 2) info.shape = readShape(messageOf(tensor));
    });
  });
}

function readShape(message: Pbf): (number | null)[] {
  const shape: (number | null)[] = [];
  eachField(message, (tag, pbf) => {
    if (tag !== 1) return;
    let size: number | null = null;
    eachField(messageOf(pbf), (inner, dimension) => {
      if (inner === 1) size = dimension.readVarint(true);
    });
    shape.push(size);
  });
  return shape;
}

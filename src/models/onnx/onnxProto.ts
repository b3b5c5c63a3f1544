import { PbfReader as Pbf } from 'pbf';
import { InspectorError } from '../../base/errors';

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
    if (tag === 2) model.producer = pbf.readString();
    if (tag === 7) model.graph = readGraph(messageOf(pbf), 0);
  });
  return model;
}

/** Reads a TensorProto on its own, as the ONNX standard's test data are stored. */
export function parseOnnxTensor(bytes: Uint8Array): OnnxTensor {
  return readTensor(new Pbf(bytes));
}

/** Visits a message's fields; a visitor that reads nothing leaves the field to be skipped. */
function eachField(message: Pbf, visit: (tag: number, pbf: Pbf) => void): void {
  message.readFields((tag, _, pbf) => visit(tag, pbf), undefined);
  if (message.pos > message.length)
    throw new InspectorError('model-damaged', 'a length in it reaches beyond its end. Save or download it again.');
}

/** The message in a field as a reader of its own, whose bytes are a view. */
function messageOf(pbf: Pbf): Pbf {
  return new Pbf(bytesOf(pbf));
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
    if (tag === 2) graph.name = pbf.readString();
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
    if (tag === 1) node.inputs.push(pbf.readString());
    if (tag === 2) node.outputs.push(pbf.readString());
    if (tag === 3) node.name = pbf.readString();
    if (tag === 4) node.operation = pbf.readString();
    if (tag === 5) addAttribute(node, readAttribute(messageOf(pbf), depth));
    if (tag === 7) node.domain = pbf.readString();
  });
  return node;
}

function addAttribute(node: OnnxNode, attribute: OnnxAttribute): void {
  node.attributes.set(attribute.name, attribute);
}

function readAttribute(message: Pbf, depth: number): OnnxAttribute {
  const attribute: OnnxAttribute = { name: '', floats: [], ints: [], texts: [], graphs: [] };
  eachField(message, (tag, pbf) => {
    if (tag === 1) attribute.name = pbf.readString();
    if (tag === 2) attribute.float = pbf.readFloat();
    if (tag === 3) attribute.int = pbf.readVarint(true);
    if (tag === 4) attribute.text = new TextDecoder().decode(bytesOf(pbf));
    if (tag === 5) attribute.tensor = readTensor(messageOf(pbf));
    if (tag === 6) attribute.graph = readGraph(messageOf(pbf), depth + 1);
    if (tag === 7) pbf.readPackedFloat(attribute.floats);
    if (tag === 8) pbf.readPackedVarint(attribute.ints, true);
    if (tag === 9) attribute.texts.push(new TextDecoder().decode(bytesOf(pbf)));
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
    if (tag === 1) pbf.readPackedVarint(tensor.dims, true);
    if (tag === 2) tensor.dataType = pbf.readVarint();
    if (tag === 4) pbf.readPackedFloat(tensor.floats);
    if (tag === 5 || tag === 7 || tag === 11) pbf.readPackedVarint(tensor.ints, true);
    if (tag === 8) tensor.name = pbf.readString();
    if (tag === 9) tensor.raw = bytesOf(pbf);
    if (tag === 10) pbf.readPackedDouble(tensor.doubles);
    if (tag === 13) addExternal(tensor, messageOf(pbf));
  });
  return tensor;
}

function addExternal(tensor: OnnxTensor, message: Pbf): void {
  let [key, value] = ['', ''];
  eachField(message, (tag, pbf) => {
    if (tag === 1) key = pbf.readString();
    if (tag === 2) value = pbf.readString();
  });
  tensor.external.set(key, value);
}

function readValueInfo(message: Pbf): OnnxValueInfo {
  const info: OnnxValueInfo = { name: '', elementType: 0 };
  eachField(message, (tag, pbf) => {
    if (tag === 1) info.name = pbf.readString();
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

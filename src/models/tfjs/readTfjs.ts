import { InspectorError } from '../../base/errors';
import { matchByName } from '../keras/kerasWeights';
import { parseKerasMajor, readKerasModel } from '../keras/readKerasModel';
import { type ModelFiles, type RangeReader } from '../fileAccess';
import { type RecurrentModel } from '../../network/recurrentModel';
import { checkFileCount } from '../modelLimits';
import { bytesPerElement, readFloats } from '../numberFormats';
import {
  getList,
  getNumber,
  getObject,
  getOwn,
  getString,
  isJsonObject,
  type JsonObject,
  parseJsonText,
} from '../untrustedJson';
import { countElements, type WeightArray } from '../weightArray';

/** Whether parsed JSON is a TensorFlow.js model.json. */
export function isTfjsJson(root: unknown): root is JsonObject {
  return (
    isJsonObject(root) &&
    (getOwn(root, 'modelTopology') !== undefined || Array.isArray(getOwn(root, 'weightsManifest')))
  );
}

/** Reads a TensorFlow.js layers-model of any age; `root` is its parsed model.json, the shards lie beside it. */
export function readTfjs(root: JsonObject, files: ModelFiles): RecurrentModel {
  const groups = getList(root, 'weightsManifest').filter(isJsonObject);
  checkFileCount(groups.reduce((sum, group) => sum + getList(group, 'paths').length, 0));
  const shards = groups.map((group) => openShards(group, files));
  // A shard named again and again would make a large file of a small one.
  if (shards.reduce((sum, { size }) => sum + size, 0) > files.bytes() - files.main.size)
    throw new InspectorError('model-damaged', 'it names one weights file several times. Save or download it again.');
  const arrays = groups.flatMap((group, index) =>
    locateWeights(getList(group, 'weights').filter(isJsonObject), shards[index] as RangeReader),
  );
  return readTfjsArrays(root, arrays, files.name);
}

function readTfjsArrays(root: JsonObject, arrays: readonly WeightArray[], name: string): RecurrentModel {
  const outer = asObject(getOwn(root, 'modelTopology'));
  if (outer === undefined)
    throw new InspectorError(
      'model-unsupported',
      'the file has weights but no modelTopology. Save the model again with model.save().',
    );
  if (getString(root, 'format') === 'graph-model' || Array.isArray(getOwn(outer, 'node'))) {
    throw new InspectorError(
      'model-unsupported',
      'this is a TensorFlow.js graph-model, which has operations and no layers. Convert the model again as tfjs_layers_model.',
    );
  }
  const topology = asObject(getOwn(outer, 'model_config')) ?? outer;
  const kerasMajor = parseKerasMajor(getString(outer, 'keras_version') ?? getString(topology, 'keras_version'));
  return readKerasModel({ name, format: 'tfjs', topology, kerasMajor, weights: (layer) => matchByName(arrays, layer) });
}

/** A topology may be an object or, in the earliest files, a string of JSON. */
function asObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' ? parseJsonText(value, 'its modelTopology') : value;
  return isJsonObject(parsed) ? parsed : undefined;
}

/** The shards of a group, one behind the other. */
function openShards(group: JsonObject, files: ModelFiles): RangeReader {
  const paths = getList(group, 'paths').filter((item) => typeof item === 'string');
  return createShards(paths.map((path) => openShard(path, files)));
}

function openShard(path: string, files: ModelFiles): RangeReader {
  const reader =
    files.sibling(path) ??
    files.sibling(`${path}.bin`) ??
    files.sibling(path.replace(/\.bin$/, '')) ??
    files.sibling(path.slice(path.lastIndexOf('/') + 1));
  if (reader === null)
    throw new InspectorError(
      'model-missing',
      `its weights file "${path}" is not beside it. Put it into the same folder.`,
    );
  return reader;
}

/** The shards of one group as if they were one file. */
function createShards(readers: readonly RangeReader[]): RangeReader {
  const size = readers.reduce((sum, reader) => sum + reader.size, 0);
  return {
    size,
    read(from, to) {
      if (to > size)
        throw new InspectorError('model-damaged', `its weights end too early: ${size} bytes where ${to} are needed.`);
      const result = new Uint8Array(to - from);
      let start = 0;
      for (const reader of readers) {
        const [first, last] = [Math.max(from, start), Math.min(to, start + reader.size)];
        if (first < last) result.set(reader.read(first - start, last - start), first - from);
        start += reader.size;
      }
      return result;
    },
  };
}

function locateWeights(specs: readonly JsonObject[], shards: RangeReader): readonly WeightArray[] {
  let offset = 0;
  return specs.map((spec) => {
    const array = createWeight(spec, shards, offset);
    offset += byteLengthOf(spec, shards, offset);
    return array;
  });
}

/** The number format in which a weight is stored: that of its quantisation, where it has one. */
function storedFormat(spec: JsonObject): string {
  const quantization = getObject(spec, 'quantization');
  return (
    (quantization === undefined ? undefined : getString(quantization, 'dtype')) ?? getString(spec, 'dtype') ?? 'float32'
  );
}

function shapeOf(spec: JsonObject): readonly number[] {
  return getList(spec, 'shape').map((size) => (typeof size === 'number' ? size : NaN));
}

function byteLengthOf(spec: JsonObject, shards: RangeReader, offset: number): number {
  const format = storedFormat(spec);
  const count = countElements(shapeOf(spec));
  if (format === 'string') return stringsLength(count, shards, offset);
  const size = format === 'complex64' ? 8 : bytesPerElement(format);
  if (size === undefined)
    throw new InspectorError('model-unsupported', `a weight has the number format "${format}", which we do not read.`);
  return count * size;
}

/** Strings stand with their length in 4 bytes before each. */
function stringsLength(count: number, shards: RangeReader, start: number): number {
  let end = start;
  if (!(count * 4 <= shards.size - start))
    throw new InspectorError('model-damaged', `a weight of ${count} texts has more than the file has bytes for.`);
  for (let index = 0; index < count; index++) {
    const bytes = shards.read(end, end + 4);
    end += 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }
  return end - start;
}

function createWeight(spec: JsonObject, shards: RangeReader, offset: number): WeightArray {
  const name = getString(spec, 'name') ?? 'unnamed';
  const shape = shapeOf(spec);
  const format = storedFormat(spec);
  return {
    name,
    shape,
    read() {
      const bytes = shards.read(offset, offset + byteLengthOf(spec, shards, offset));
      return dequantize(readFloats(bytes, format), getObject(spec, 'quantization'));
    },
  };
}

/** value = stored * scale + min for whole numbers (tfjs converter, quantization); half floats need nothing. */
function dequantize(stored: Float32Array, quantization: JsonObject | undefined): Float32Array {
  const scale = quantization === undefined ? undefined : getNumber(quantization, 'scale');
  if (quantization === undefined || scale === undefined) return stored;
  const minimum = getNumber(quantization, 'min') ?? 0;
  return stored.map((value) => value * scale + minimum);
}

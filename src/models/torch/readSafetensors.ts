import { InspectorError } from '../../base/errors';
import { type ModelFiles, type RangeReader } from '../fileAccess';
import { bytesPerElement, readFloats } from '../numberFormats';
import { type RecurrentModel } from '../../network/recurrentModel';
import { assembleTorch } from './assembleTorch';
import { type TorchOptions } from './torchOptions';
import { getList, getString, isJsonObject, type JsonObject, parseJson } from '../untrustedJson';
import { countElements, type WeightArray } from '../weightArray';

const formats: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  U64: 'uint64',
  I32: 'int32',
  U32: 'uint32',
  I16: 'int16',
  U16: 'uint16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

const maximumHeader = 100 * 2 ** 20;

/**
 * Reads a .safetensors file: 8 bytes of length, a JSON of names and places, the numbers; only the tensors asked for are
 * read.
 */
export function readSafetensors(files: ModelFiles, options: TorchOptions): RecurrentModel {
  const { main } = files;
  const first = main.read(0, 8);
  const length = Number(new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true));
  if (length > maximumHeader || 8 + length > main.size)
    throw new InspectorError('model-damaged', `its header claims ${length} bytes. Save or download it again.`);
  const header = parseJson(main.read(8, 8 + length), 'its header');
  if (!isJsonObject(header)) throw new InspectorError('model-damaged', 'its header is no object.');
  refuseOverlaps(header);
  const arrays = Object.entries(header).flatMap(([name, entry]) =>
    name !== '__metadata__' && isJsonObject(entry) ? [createArray(name, entry, { file: main, start: 8 + length })] : [],
  );
  return assembleTorch({ name: files.name, format: 'safetensors', arrays, notes: [] }, options);
}

/**
 * Every tensor has its own bytes, as the format demands: a small file whose tensors all name the same ones would become
 * a large model.
 */
function refuseOverlaps(header: JsonObject): void {
  const places = Object.entries(header).flatMap(([name, entry]) => {
    const [from, to] = isJsonObject(entry) ? getList(entry, 'data_offsets') : [];
    return typeof from === 'number' && typeof to === 'number' && to > from ? [{ name, from, to }] : [];
  });
  places.sort((a, b) => a.from - b.from);
  places.forEach(({ name, from }, index) => {
    const before = places[index - 1];
    if (before !== undefined && from < before.to)
      throw new InspectorError(
        'model-damaged',
        `the tensors "${before.name}" and "${name}" overlap in it. Save or download it again.`,
      );
  });
}

interface DataPlace {
  readonly file: RangeReader;
  readonly start: number;
}

function createArray(name: string, entry: JsonObject, { file, start }: DataPlace): WeightArray {
  const shape = getList(entry, 'shape').map((size) => (typeof size === 'number' ? size : NaN));
  const [from, to] = getList(entry, 'data_offsets').map((offset) => (typeof offset === 'number' ? offset : NaN));
  const dtype = getString(entry, 'dtype') ?? '';
  return {
    name,
    shape,
    read() {
      const format = Object.hasOwn(formats, dtype) ? formats[dtype] : undefined;
      if (format === undefined)
        throw new InspectorError(
          'model-unsupported',
          `the tensor "${name}" has the number format "${dtype}", which we do not read.`,
        );
      const size = countElements(shape) * (bytesPerElement(format) ?? 0);
      if (from === undefined || to === undefined || to - from !== size)
        throw new InspectorError(
          'model-damaged',
          `the tensor "${name}" has ${size} bytes by its shape, but another place in the file.`,
        );
      return readFloats(file.read(start + from, start + to), format);
    },
  };
}

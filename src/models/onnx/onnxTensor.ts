import { InspectorError } from '../../base/errors';
import { type ModelFiles } from '../fileAccess';
import { bytesPerElement, readFloats } from '../numberFormats';
import { takeNumbers } from '../readBudget';
import { countElements } from '../weightArray';
import { type OnnxTensor } from './onnxProto';

/** A dense array of numbers known without running the model. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** TensorProto.DataType */
const formats: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** A tensor's numbers, wherever the file keeps them; whole numbers in 64-bit floats, so that sizes stay exact. */
export function readOnnxTensor(tensor: OnnxTensor, files: ModelFiles): Constant {
  const count = countElements(tensor.dims);
  const format = formats[tensor.dataType];
  if (format === undefined)
    throw new InspectorError(
      'model-unsupported',
      `the tensor "${tensor.name}" has the data type ${tensor.dataType}, which we do not read.`,
    );
  const data =
    tensor.external.size > 0 ? readExternal(tensor, files, { count, format }) : readInline(tensor, { count, format });
  if (data.length !== count)
    throw new InspectorError(
      'model-damaged',
      `the tensor "${tensor.name}" has ${data.length} numbers where its shape asks for ${count}.`,
    );
  return { shape: tensor.dims, data };
}

interface Wanted {
  readonly count: number;
  readonly format: string;
}

function decode(bytes: Uint8Array, format: string): Float32Array | Float64Array {
  if (format !== 'int64' && format !== 'uint64' && format !== 'int32') return readFloats(bytes, format);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = format === 'int32' ? 4 : 8;
  takeNumbers((bytes.byteLength / size) * 8);
  return Float64Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, index) =>
    format === 'int32' ? view.getInt32(index * 4, true) : Number(view.getBigInt64(index * 8, true)),
  );
}

function readInline(tensor: OnnxTensor, { count, format }: Wanted): Float32Array | Float64Array {
  if (tensor.raw !== undefined && tensor.raw.length > 0) {
    const size = count * (bytesPerElement(format) ?? 1);
    if (tensor.raw.length < size)
      throw new InspectorError(
        'model-damaged',
        `the tensor "${tensor.name}" has ${tensor.raw.length} bytes where its shape asks for ${size}.`,
      );
    return decode(tensor.raw.subarray(0, size), format);
  }
  takeNumbers(8 * (tensor.floats.length + tensor.doubles.length + tensor.ints.length));
  if (format === 'float32') return Float32Array.from(tensor.floats);
  if (format === 'float64') return Float64Array.from(tensor.doubles);
  if (format === 'float16' || format === 'bfloat16')
    return readFloats(new Uint8Array(Uint16Array.from(tensor.ints).buffer), format);
  return Float64Array.from(tensor.ints);
}

/** Large models keep their numbers in a file beside (location, offset, length). */
function readExternal(tensor: OnnxTensor, files: ModelFiles, { count, format }: Wanted): Float32Array | Float64Array {
  const location = tensor.external.get('location') ?? '';
  const file = files.sibling(location.replace(/^\.\//, ''));
  if (file === null)
    throw new InspectorError(
      'model-missing',
      `its weights file "${location.slice(0, 80)}" is not beside it. Put it into the same folder.`,
    );
  const from = Number(tensor.external.get('offset') ?? 0);
  return decode(file.read(from, from + count * (bytesPerElement(format) ?? 1)), format);
}

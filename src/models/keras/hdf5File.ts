import { pushAll } from '../../base/extremes';
import type * as H5WasmNamespace from 'h5wasm';
import { InspectorError } from '../../base/errors';
import { type RangeReader } from '../fileAccess';
import { readFloats } from '../numberFormats';
import { memoryBudget, takeHeap, takeNumbers } from '../readBudget';
import { countElements, type WeightArray } from '../weightArray';

type H5Wasm = typeof H5WasmNamespace;
type H5Group = InstanceType<H5Wasm['Group']>;
type H5Metadata = InstanceType<H5Wasm['Dataset']>['metadata'];

/**
 * One dataset of numbers, by its full path without the leading slash; backslashes in group names are read as slashes.
 */
export interface Hdf5Dataset extends WeightArray {
  /** Where it really stands in the file. */
  readonly path: string;
}

/** An open HDF5 file of which datasets and attributes can be had. */
export interface Hdf5File {
  /** Every dataset of numbers below the root, optimizer state left out; their values are read when asked for. */
  readonly datasets: readonly Hdf5Dataset[];
  /** An attribute's text; undefined where there is none. */
  text(path: string, name: string): string | undefined;
  /**
   * An attribute that is a list of texts, also one that Keras cut into `name0`, `name1`...; empty where there is none.
   */
  texts(path: string, name: string): readonly string[];
  close(): void;
}

/** Layout tables larger than this have no place in a model file; a damaged one may list millions. */
const maximumObjects = 20_000;
/** Listing one takes the library about as long as this many bytes of a text take to parse. */
const heapOfObject = 2000;
const maximumDepth = 40;

const heapOfText = 32;

let fileCount = 0;

/**
 * Opens an HDF5 file of which only the parts asked for are read. The library lives in WebAssembly and is loaded by the
 * first call.
 */
export async function openHdf5(reader: RangeReader): Promise<Hdf5File> {
  reader.read(0, 0); // says that work goes on: loading the library asks for no bytes of the file
  const h5wasm: H5Wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  reader.read(0, 0);
  boundLibrary(reader.size);
  const name = `model-${fileCount++}`;
  const removeFile = mountReader(FS as unknown as EmscriptenFiles, name, reader);
  try {
    const file = new h5wasm.File(name, 'r');
    if (file.file_id < 0n) throw new Error('no valid file id');
    return createFile(h5wasm, file, { reader, removeFile });
  } catch (cause) {
    removeFile();
    throw describeFailure(cause, 'the HDF5 file cannot be opened');
  }
}

/**
 * What the library may take beside the file's own size, in bytes: a quarter of a file's budget, since what it reads is
 * copied out of it.
 */
const libraryBytes = memoryBudget / 4;
const pageBytes = 1 << 16;
const growMemory = WebAssembly.Memory.prototype.grow;

/**
 * Bounds the library's memory: a text that 10,000 names share is in the file once and in memory 10,000 times. The
 * library asks for more by growing its WebAssembly memory, the only one of this thread; refused, it reports that there
 * is none.
 */
function boundLibrary(fileBytes: number): void {
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > libraryBytes + 2 * fileBytes)
      throw new RangeError('The HDF5 library may take no more memory.');
    return growMemory.call(this, pages);
  };
}

interface EmscriptenNode {
  stream_ops: Record<string, unknown>;
  usedBytes: number;
}

interface EmscriptenFiles {
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): EmscriptenNode;
  unlink(path: string): void;
}

/** Lets the library read ranges of our file as if it were one of its own (as Emscripten's createLazyFile does). */
function mountReader(files: EmscriptenFiles, name: string, reader: RangeReader): () => void {
  const node = files.createFile('/', name, {}, true, false);
  Object.defineProperty(node, 'usedBytes', { get: () => reader.size });
  type ReadArguments = readonly [stream: unknown, heap: Int8Array, offset: number, length: number, position: number];
  const read = (...[, heap, offset, length, position]: ReadArguments): number => {
    const [from, to] = [Math.min(position, reader.size), Math.min(position + length, reader.size)];
    for (let start = from; start < to; start += readAtOnce) {
      const bytes = reader.read(start, Math.min(start + readAtOnce, to));
      new Uint8Array(heap.buffer, heap.byteOffset + offset + start - from, bytes.length).set(bytes);
    }
    return to - from;
  };
  node.stream_ops = { ...node.stream_ops, read };
  return () => files.unlink(`/${name}`);
}

const readAtOnce = 1 << 22;

interface OpenedFile {
  readonly reader: RangeReader;
  readonly removeFile: () => void;
}

function createFile(h5wasm: H5Wasm, file: InstanceType<H5Wasm['File']>, { reader, removeFile }: OpenedFile): Hdf5File {
  const text = (path: string, name: string): string | undefined => {
    const value = attributeOf(h5wasm, file, { path, name });
    return typeof value === 'string'
      ? value
      : Array.isArray(value) && typeof value[0] === 'string'
        ? value[0]
        : undefined;
  };
  const texts = (path: string, name: string): readonly string[] => {
    const whole = listOf(attributeOf(h5wasm, file, { path, name }));
    if (whole.length > 0) return whole;
    const pieces: string[] = [];
    for (let index = 0; index < 1000; index++) {
      const piece = listOf(attributeOf(h5wasm, file, { path, name: `${name}${index}` }));
      if (piece.length === 0) break;
      pushAll(pieces, piece);
    }
    return pieces;
  };
  const datasets = listDatasets(h5wasm, file, reader);
  return {
    datasets,
    text,
    texts,
    close: () => {
      file.close();
      removeFile();
    },
  };
}

/** One attribute; a group's `attrs` would read the description of every other one too. */
function attributeOf(
  h5wasm: H5Wasm,
  file: H5Group,
  { path, name }: { readonly path: string; readonly name: string },
): unknown {
  const place = path === '' ? '/' : path;
  const names = attributeNames(h5wasm, file, place);
  if (!names.includes(name)) return undefined;
  const value = orFailure(`the attribute "${name}" cannot be read`, () =>
    withThrownFailures(h5wasm, () => new h5wasm.Attribute(file.file_id, place, name).value),
  );
  for (const text of [value].flat()) takeHeap(typeof text === 'string' ? 2 * text.length + heapOfText : heapOfText);
  return value;
}

/** The library throws where there is no group of that name, as for a layer without weights. */
function attributeNames(h5wasm: H5Wasm, file: H5Group, place: string): readonly string[] {
  try {
    return withThrownFailures(h5wasm, () => h5wasm.Module.get_attribute_names(file.file_id, place));
  } catch {
    return [];
  }
}

function listOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

interface Place {
  readonly group: H5Group;
  readonly path: string;
  readonly depth: number;
}

function listDatasets(h5wasm: H5Wasm, root: H5Group, reader: RangeReader): readonly Hdf5Dataset[] {
  const found: Hdf5Dataset[] = [];
  const open: Place[] = [{ group: root, path: '', depth: 0 }];
  const places = new Set([placeInFile(h5wasm, root, '/')]);
  let seen = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const name of place.group.keys()) {
      if (++seen > maximumObjects || place.depth > maximumDepth)
        throw new InspectorError('model-damaged', 'its HDF5 groups form a circle or are far too many.');
      takeHeap(heapOfObject);
      const path = place.path === '' ? name : `${place.path}/${name}`;
      if (isOptimizerState(path)) continue;
      const standsAt = placeInFile(h5wasm, root, path);
      if (places.has(standsAt)) continue;
      const entity = place.group.get(name);
      if (entity instanceof h5wasm.Group) {
        places.add(standsAt);
        open.push({ group: entity, path, depth: place.depth + 1 });
      } else if (entity instanceof h5wasm.Dataset) found.push(createDataset(h5wasm, entity, { path, reader }));
    }
  }
  return found;
}

/**
 * Where a group stands in the file, which tells it from others whatever its names are: a hard link may lead back to it.
 */
function placeInFile(h5wasm: H5Wasm, root: H5Group, path: string): string {
  return String(h5wasm.Module.create_object_reference(root.file_id, path));
}

function isOptimizerState(path: string): boolean {
  return path === 'optimizer_weights' || path === 'optimizer';
}

type H5Dataset = InstanceType<H5Wasm['Dataset']>;

interface DatasetPlace {
  readonly path: string;
  readonly reader: RangeReader;
}

function createDataset(h5wasm: H5Wasm, dataset: H5Dataset, { path, reader }: DatasetPlace): Hdf5Dataset {
  const { shape } = dataset.metadata;
  return {
    name: path.replaceAll('\\', '/'),
    path,
    shape: shape ?? [],
    read: () => readDataset(h5wasm, dataset, { path, reader }),
  };
}

function readDataset(h5wasm: H5Wasm, dataset: H5Dataset, { path, reader }: DatasetPlace): Float32Array {
  const { metadata } = dataset;
  const what = `the dataset "${path}" cannot be read`;
  if ((metadata.virtual_sources ?? []).length > 0) throw elsewhere(what);
  const count = countElements(metadata.shape ?? []);
  checkDeclaredSize(count * metadata.size, path, reader);
  const isHalf = metadata.type === halfFloatClass && metadata.size === 2;
  if (!isHalf && !numberClasses.includes(metadata.type))
    throw new InspectorError('model-damaged', `the dataset "${path}" does not hold ${count} numbers.`);
  if (!isHalf) takeNumbers(count * 4);
  return orFailure(what, () =>
    withThrownFailures(h5wasm, () => (isHalf ? readHalfFloats(dataset, count) : toFloats(dataset.value, count, path))),
  );
}

/** Runs a reading so that what the library cannot read is thrown; else it gives what its memory held before. */
function withThrownFailures<T>({ Module }: H5Wasm, read: () => T): T {
  Module.activate_throwing_error_handler();
  try {
    return read();
  } finally {
    Module.deactivate_throwing_error_handler();
  }
}

/** What a reading gives; what it throws becomes a sentence. */
function orFailure<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw describeFailure(cause, what);
  }
}

/** HDF5 can keep a dataset's numbers in other files ("external storage", "virtual datasets"). */
function elsewhere(what: string): InspectorError {
  return new InspectorError(
    'model-unsupported',
    `${what}: its numbers lie in another file, which is not opened. Save the model again as one file.`,
  );
}

/** HDF5's class of floating-point numbers. */
const halfFloatClass = 1;
/** Whole numbers, floating-point numbers, and choices (h5py's booleans); texts are never read as weights. */
const numberClasses: readonly number[] = [0, halfFloatClass, 8];

/** The library knows no half precision; its bytes are taken as they stand in the file. */
function readHalfFloats(dataset: H5Dataset, count: number): Float32Array {
  const metadata = dataset.metadata as { -readonly [K in keyof H5Metadata]: H5Metadata[K] };
  const isLittleEndian = metadata.littleEndian;
  // Asked for as 16-bit whole numbers, which converts nothing: the memory type is the file's own.
  metadata.type = 0;
  metadata.signed = false;
  const bits = dataset.value;
  if (!(bits instanceof Uint16Array) || bits.length !== count)
    throw new InspectorError('model-damaged', 'a half-precision dataset cannot be read.');
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
  return readFloats(isLittleEndian ? bytes : swapPairs(bytes), 'float16');
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, index) => bytes[index ^ 1] ?? 0);
}

/** Trained weights hardly compress: a dataset that claims to be far larger than its file is no weight. */
function checkDeclaredSize(bytes: number, path: string, reader: RangeReader): void {
  const limit = reader.size * 8 + 2 ** 20;
  if (bytes <= limit) return;
  throw new InspectorError('model-damaged', `the dataset "${path}" claims ${bytes} bytes in a file of ${reader.size}.`);
}

function toFloats(value: unknown, count: number, path: string): Float32Array {
  if (value instanceof Float32Array && value.length === count) return value.slice();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = Array.from(value as unknown as ArrayLike<number | bigint>, Number);
    if (numbers.length === count) return Float32Array.from(numbers);
  }
  if (typeof value === 'number' && count === 1) return Float32Array.of(value);
  throw new InspectorError('model-damaged', `the dataset "${path}" does not hold ${count} numbers.`);
}

function describeFailure(cause: unknown, what: string): InspectorError {
  if (cause instanceof InspectorError) return cause;
  if (cause instanceof Error && cause.message.includes('H5D__efl_read')) return elsewhere(what);
  const why = reasonOf(cause).replace(/\s+/g, ' ').slice(0, 120);
  return new InspectorError(
    'model-damaged',
    `${what}: it is damaged or incomplete (${why}). Save or download it again.`,
    { cause },
  );
}

/** The innermost of HDF5's own lines, which says what it could not do; else the message itself. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  return [...cause.message.matchAll(/^ *#\d+: .* in \w+\(\): (.+)$/gm)].at(-1)?.[1] ?? cause.message;
}

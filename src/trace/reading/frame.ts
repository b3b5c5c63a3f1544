import { type Direction, type Field } from './cellKind';

/** What a frame holds: some fields of one layer and direction, for the columns [from, to). */
export interface FrameHeader {
  readonly layer: number;
  readonly direction: Direction;
  readonly fields: readonly Field[];
  readonly from: number;
  readonly to: number;
  /** Values a column of each field (units, or the projection's width for h). */
  readonly widths: readonly number[];
  /** Steps a column. With more than 1 each field has three planes: minimum, mean, maximum. */
  readonly stride: number;
}

/**
 * A block of trace values: `planes[k]` is [columns, widths[k]] of `fields[k]` (three such planes in a row with a stride
 * above 1).
 */
export interface Frame {
  readonly header: FrameHeader;
  readonly planes: readonly Float32Array[];
}

const fieldCodes = 'ifgochzrn';
const fixedWords = 7;

/**
 * One fresh buffer for one message: VS Code ships the whole backing buffer of a view, and JSON would lose NaN.
 * Layout, 32-bit words: [layer, direction, from, to, stride, fields, 0 | (code, width) per field | values].
 */
export function packFrame(frame: Frame): ArrayBuffer {
  const { header, planes } = frame;
  const headWords = fixedWords + 2 * header.fields.length;
  const words = headWords + planes.reduce((sum, plane) => sum + plane.length, 0);
  const buffer = new ArrayBuffer(words * 4);
  const head = new Int32Array(buffer, 0, headWords);
  head.set([
    header.layer,
    header.direction === 'forward' ? 0 : 1,
    header.from,
    header.to,
    header.stride,
    header.fields.length,
    0,
  ]);
  header.fields.forEach((field, k) => head.set([fieldCodes.indexOf(field), header.widths[k] ?? 0], fixedWords + 2 * k));
  let at = headWords;
  for (const plane of planes) {
    new Float32Array(buffer, at * 4, plane.length).set(plane);
    at += plane.length;
  }
  return buffer;
}

/** The inverse of {@link packFrame}; planes are views into the buffer. Throws if the lengths do not add up. */
export function unpackFrame(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength % 4 !== 0 || buffer.byteLength < fixedWords * 4) {
    throw new Error(`A frame of ${buffer.byteLength} bytes is too short or not made of 32-bit words.`);
  }
  const head = new Int32Array(buffer);
  const [layer = 0, direction = 0, from = 0, to = 0, stride = 1, count = 0] = head;
  const fields: Field[] = [];
  const widths: number[] = [];
  for (let k = 0; k < count; k++) {
    fields.push(fieldCodes[head[fixedWords + 2 * k] ?? -1] as Field);
    widths.push(head[fixedWords + 2 * k + 1] ?? 0);
  }
  const columns = Math.ceil((to - from) / stride);
  const planesPerField = stride > 1 ? 3 : 1;
  let at = fixedWords + 2 * count;
  const planes = widths.map((width) => {
    const length = columns * width * planesPerField;
    const plane = new Float32Array(buffer, at * 4, length);
    at += length;
    return plane;
  });
  if (at * 4 !== buffer.byteLength) throw new Error(`Expected a frame of ${at * 4} bytes, got ${buffer.byteLength}.`);
  return {
    header: { layer, direction: direction === 0 ? 'forward' : 'backward', fields, from, to, widths, stride },
    planes,
  };
}

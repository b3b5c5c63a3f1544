import { joinBytes } from './joinBytes';
import { type Token } from '../reading/token';
import { type NumericArray } from '../reading/trace';
import { type TraceFile } from './traceFile';

/**
 * A trace as JSON: `{"tokens": [...], "arrays": {"0.forward.f": {"shape": [T, H], "data": [[...], ...]}}, "output":
 * [...], "loss": ...}`, with `"stepTokens": [[from, to], ...]` where a row is not a token. NaN and infinities are the
 * strings "NaN", "Infinity", "-Infinity". A line an array, so that it can be looked at.
 */
export function* packTraceJson(file: TraceFile): Generator<void, Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const text of formatFile(file)) {
    parts.push(encoder.encode(text));
    yield;
  }
  return yield* joinBytes(parts);
}

/** The text of the file, a few thousand numbers or tokens at a time. */
function* formatFile({
  tokens,
  stepTokens,
  arrays,
  output,
  outputOverTime,
  loss,
  about,
}: TraceFile): Generator<string> {
  yield `{${about ? `"about":${JSON.stringify(about)},\n` : ''}"tokens":[\n`;
  yield* formatTokens(tokens);
  yield '],\n';
  if (stepTokens) {
    yield '"stepTokens":';
    yield* formatArray({ data: stepTokens, shape: [stepTokens.length / 2, 2] });
    yield ',\n';
  }
  yield '"arrays":{\n';
  let isFirst = true;
  for (const [key, array] of Object.entries(arrays)) {
    yield `${isFirst ? '' : ',\n'}${JSON.stringify(key)}:{"shape":${JSON.stringify(array.shape)},"data":`;
    isFirst = false;
    yield* formatArray(array);
    yield '}';
  }
  yield '}';
  for (const [name, array] of [
    ['output', output],
    ['outputOverTime', outputOverTime],
  ] as const) {
    if (array === undefined) continue;
    yield `,\n"${name}":`;
    yield* formatArray(array);
  }
  yield `${loss === undefined ? '' : `,\n"loss":${formatNumber(loss)}`}}\n`;
}

/** Numbers in a shape, of whichever type. */
type NumberTable = Pick<NumericArray, 'shape'> & { readonly data: ArrayLike<number> };

const itemsAtOnce = 4096;

function* formatTokens(tokens: readonly Token[]): Generator<string> {
  for (let from = 0; from < tokens.length; from += itemsAtOnce) {
    const slice = tokens.slice(from, from + itemsAtOnce).map((token) => JSON.stringify(token));
    yield `${from > 0 ? ',\n' : ''}${slice.join(',\n')}`;
  }
}

/** Nested lists in the array's shape, of which the first axis may be long. */
function* formatArray(array: NumberTable): Generator<string> {
  const { data, shape } = array;
  const [count = 0] = shape;
  if (shape.length === 0) return yield formatSingle(data[0] as number);
  const width = data.length / Math.max(1, count);
  const rowsAtOnce = Math.max(1, Math.floor(itemsAtOnce / Math.max(1, width)));
  for (let from = 0; from < count; from += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, count - from) }, (_, k) =>
      formatBlock(array, (from + k) * width, 1),
    );
    yield `${from === 0 ? '[' : ','}${rows.join(',')}`;
  }
  yield count === 0 ? '[]' : ']';
}

function formatBlock({ data, shape }: NumberTable, from: number, axis: number): string {
  if (axis === shape.length) return formatSingle(data[from] as number);
  const size = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const items = Array.from({ length: shape[axis] as number }, (_, k) =>
    formatBlock({ data, shape }, from + k * size, axis + 1),
  );
  return `[${items.join(',')}]`;
}

/** Nine digits give every float32 back. */
function formatSingle(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : JSON.stringify(String(value));
}

function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}

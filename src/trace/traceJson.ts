import { type NumericArray } from './trace';
import { type TraceFile } from './traceFile';

/**
 * A trace as JSON: `{"tokens": [...], "arrays": {"0.forward.f": {"shape": [T, H], "data": [[...], ...]}}, "output": [...],
 * "loss": ...}`. NaN and infinities are the strings "NaN", "Infinity", "-Infinity". A line an array, so that it can be looked at.
 */
export function packTraceJson(file: TraceFile): Uint8Array {
  const { tokens, arrays, output, outputOverTime, loss, about } = file;
  const members = [
    ...(about ? [`"about":${JSON.stringify(about)}`] : []),
    `"tokens":[\n${tokens.map((token) => JSON.stringify(token)).join(',\n')}]`,
    `"arrays":{\n${Object.entries(arrays).map(([key, array]) => `${JSON.stringify(key)}:{"shape":${JSON.stringify(array.shape)},"data":${formatArray(array)}}`).join(',\n')}}`,
    ...(output ? [`"output":${formatArray(output)}`] : []),
    ...(outputOverTime ? [`"outputOverTime":${formatArray(outputOverTime)}`] : []),
    ...(loss === undefined ? [] : [`"loss":${formatNumber(loss)}`]),
  ];
  return new TextEncoder().encode(`{${members.join(',\n')}}\n`);
}

/** Nested lists in the array's shape. */
function formatArray({ data, shape }: NumericArray, from = 0, axis = 0): string {
  if (axis === shape.length) return formatSingle(data[from] as number);
  const size = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const items = Array.from({ length: shape[axis] as number }, (_, k) => formatArray({ data, shape }, from + k * size, axis + 1));
  return `[${items.join(',')}]`;
}

/** Nine digits give every float32 back. */
function formatSingle(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : JSON.stringify(String(value));
}

function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}

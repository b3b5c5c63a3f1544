import { type WindowPoolStage } from '../recurrentModel';
import { refuseBack, type ReferenceNode, remember } from '../referenceNode';
import { type SequenceNode } from '../sequenceNode';
import { isCausalWindow, placeWindows, unchangedWindows } from './stepWindows';
import { poolVectors } from './pool';

/**
 * The largest value or the mean (summed in float64) of each window over a sequence, computed when rows are asked for. A
 * mask ends here, as in Keras.
 */
export function createWindowPoolNode(input: SequenceNode, { window, how }: WindowPoolStage): SequenceNode {
  const { steps: T, width } = input;
  const { count, first } = placeWindows(window, T);
  return {
    steps: count,
    width,
    isCausal: input.isCausal && isCausalWindow(window),
    unchanged: unchangedWindows(window, T, input.unchanged),
    rows: (from, to) => {
      if (to <= from) return new Float32Array(0);
      const start = Math.max(0, from * window.stride + first);
      const rows = input.rows(start, Math.min(T, (to - 1) * window.stride + first + window.size));
      const out = new Float32Array((to - from) * width);
      for (let t = from; t < to; t++) {
        const at = t * window.stride + first;
        const [a, b] = [Math.max(0, at) - start, Math.min(T, at + window.size) - start];
        poolWindow(rows.subarray(a * width, b * width), how, out.subarray((t - from) * width, (t - from + 1) * width));
      }
      return out;
    },
  };
}

/** Rows [n, width] to one, [width]. */
function poolWindow(rows: Float32Array, how: WindowPoolStage['how'], out: Float32Array): void {
  const width = out.length;
  for (let k = 0; k < width; k++) {
    let value = how === 'max' ? -Infinity : 0;
    for (let at = k; at < rows.length; at += width)
      value = how === 'max' ? Math.max(value, rows[at] as number) : value + (rows[at] as number);
    out[k] = how === 'max' ? value : value / (rows.length / width);
  }
}

/** The same in float64; no gradient leads back through it. */
export function createWindowPoolReference(input: ReferenceNode, { how, window, name }: WindowPoolStage): ReferenceNode {
  const { count, first } = placeWindows(window, input.steps);
  const row = (t: number): Float64Array => {
    const at = t * window.stride + first;
    const [from, to] = [Math.max(0, at), Math.min(input.steps, at + window.size)];
    const rows = Array.from({ length: to - from }, (_, k) => input.row(from + k));
    return poolVectors(how, rows, input.width);
  };
  return { steps: count, width: input.width, row: remember(row), back: () => refuseBack(name) };
}

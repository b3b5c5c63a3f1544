import { type RecurrentModel } from '../../network/recurrentModel';
import { type Token } from '../../trace/reading/token';
import { type ReadInput } from './readInput';

/**
 * Fills an input up to a multiple of the saved window, as the model was trained: with the padding id (0 where none is
 * named) or zero rows, on the side that the model names. A model that leaves out what lies behind its window gets the
 * window alone. The filling shows in the trace as empty tokens, because the model reads it. Without a side nothing is
 * filled.
 */
export function padToWindow(model: RecurrentModel, input: ReadInput): ReadInput {
  const { window, paddingSide, padding: id = 0 } = model;
  const T = input.tokens.length;
  if (window !== undefined && model.readsOneWindow === true && T > window) return cutToWindow(input, window);
  if (window === undefined || paddingSide === undefined || T % window === 0) return input;
  // A text longer than the window is cut into windows counted from its end: the one that is not full is the first.
  const isLeft = paddingSide === 'left' || T > window;
  const missing = window - (T % window);
  const at = isLeft ? (input.tokens[0]?.start ?? 0) : (input.tokens[T - 1]?.end ?? 0);
  const padding = Array.from({ length: missing }, (): Token => ({ text: '', start: at, end: at, id }));
  return {
    ...input,
    tokens: isLeft ? [...padding, ...input.tokens] : [...input.tokens, ...padding],
    ...(input.ids && { ids: fill(input.ids, new Int32Array(T + missing).fill(id), isLeft) }),
    ...(input.values && {
      values: {
        ...input.values,
        data: fill(input.values.data, new Float32Array((T + missing) * input.values.width), isLeft),
      },
    }),
    notes: [
      ...input.notes,
      `${missing} padding ${missing === 1 ? 'step' : 'steps'} ${input.ids === undefined ? '(zeros)' : `(id ${id})`} stand ${isLeft ? 'before' : 'after'} the text, as the model was trained.`,
    ],
  };
}

function cutToWindow(input: ReadInput, window: number): ReadInput {
  return {
    ...input,
    tokens: input.tokens.slice(0, window),
    ...(input.ids && { ids: input.ids.slice(0, window) }),
    ...(input.values && { values: { ...input.values, data: input.values.data.slice(0, window * input.values.width) } }),
    notes: [
      ...input.notes,
      `The model reads the first ${window} tokens; ${input.tokens.length - window} behind them are left out.`,
    ],
  };
}

function fill<A extends Int32Array | Float32Array>(values: A, into: A, isLeft: boolean): A {
  into.set(values, isLeft ? into.length - values.length : 0);
  return into;
}

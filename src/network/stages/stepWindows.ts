import { type Stage, type StepWindow } from '../recurrentModel';
import { type Unchanged } from '../sequenceNode';

/** Where windows stand over a sequence of T steps. */
export interface PlacedWindows {
  /** How many fit; 0 where the sequence is too short for one. */
  readonly count: number;
  /** The step at which the first begins; below 0 where steps are filled in. */
  readonly first: number;
}

/** Places windows over T steps. */
export function placeWindows(window: StepWindow, T: number): PlacedWindows {
  const { stride, padding } = window;
  const reach = reachOf(window);
  if (padding === 'same') {
    const count = Math.ceil(T / stride);
    const missing = Math.max(0, (count - 1) * stride + reach - T);
    return { count, first: 0 - Math.floor(missing / 2) };
  }
  const { before, after } = padding;
  return { count: Math.max(0, Math.floor((T + before + after - reach) / stride) + 1), first: 0 - before };
}

/** Steps from a window's first to its last, both included. */
export function reachOf({ size, dilation }: StepWindow): number {
  return (size - 1) * dilation + 1;
}

/** Whether there are as many windows as steps, however many these are. */
export function keepsSteps(window: StepWindow): boolean {
  const { stride, padding } = window;
  return stride === 1 && (padding === 'same' || padding.before + padding.after === reachOf(window) - 1);
}

/** The fewest steps over which `count` windows fit. */
export function leastStepsFor(window: StepWindow, count: number): number {
  const { stride, padding } = window;
  const others = (count - 1) * stride;
  return padding === 'same' ? others + 1 : Math.max(1, others + reachOf(window) - padding.before - padding.after);
}

/** Whether window t and those before it are the same if the text ends behind window t. */
export function isCausalWindow(window: StepWindow): boolean {
  return window.padding === 'same' ? reachOf(window) === 1 : window.padding.after === 0;
}

/** How many windows at the beginning and the end look only at steps that are the same as before an edit. */
export function unchangedWindows(window: StepWindow, T: number, { prefix, suffix }: Unchanged): Unchanged {
  const { count, first } = placeWindows(window, T);
  const isFixed = window.padding !== 'same' || window.stride === 1;
  const atStart = isFixed ? Math.floor((prefix - first - reachOf(window)) / window.stride) + 1 : 0;
  const atEnd = window.stride === 1 ? suffix - (T - count) + first : 0;
  const within = (steps: number): number => Math.min(count, Math.max(0, steps));
  return { prefix: within(atStart), suffix: within(atEnd) };
}

/** A stage that looks at the steps through windows, so that it may change their number. */
export type WindowStage = Extract<Stage, { kind: 'convolution' | 'windowPool' }>;

/** Whether a stage looks at the steps through windows. */
export function isWindowStage(stage: Stage): stage is WindowStage {
  return stage.kind === 'convolution' || stage.kind === 'windowPool';
}

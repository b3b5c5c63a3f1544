import { InspectorError } from '../../base/errors';
import { type Stage } from '../../network/recurrentModel';
import { type Token } from '../../trace/reading/token';
import { type ReadInput } from './readInput';
import {
  isWindowStage,
  leastStepsFor,
  placeWindows,
  reachOf,
  type WindowStage,
} from '../../network/stages/stepWindows';

/** For each step that the first recurrent layer reads, the tokens [from, to) that it covers; both never go back. */
export interface StepSpans {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * What the steps of the first recurrent layer cover, where convolution or pooling in front of it changes their number;
 * null where each step is a token. A stage that keeps the number of steps keeps their tokens, however far it looks; one
 * that changes it makes steps that cover all they look at. Throws where T tokens are too few for a step.
 */
export function findStepSpans(stages: readonly Stage[], T: number): StepSpans | null {
  const windows = windowsInFront(stages);
  let spans: StepSpans | null = null;
  let steps = T;
  for (const stage of windows) {
    const { count } = placeWindows(stage.window, steps);
    if (count === 0) throw tooShort(windows, stage, T);
    if (count !== steps) spans = coverWindows(stage, spans, steps);
    steps = count;
  }
  return spans;
}

/**
 * Steps between two resets of the state, from the saved window in tokens; null where the windows in front do not end on
 * its borders.
 */
export function windowInSteps(stages: readonly Stage[], window: number, T: number): number | null {
  const count = (tokens: number): number =>
    windowsInFront(stages).reduce((steps, stage) => placeWindows(stage.window, steps).count, tokens);
  const steps = count(window);
  if (steps === window && count(T) === T) return window; // A step is a token: windows may begin anywhere.
  if (T <= window) return count(T);
  const stride = windowsInFront(stages).reduce((product, stage) => product * stage.window.stride, 1);
  return steps > 0 && window % stride === 0 && T % window === 0 && count(T) === (T / window) * steps ? steps : null;
}

/**
 * One token for each step: the slice of the text that it covers. Its id is that of the token which follows the step
 * before it.
 */
export function tokensOfSpans({ from, to }: StepSpans, { tokens, source }: ReadInput): readonly Token[] {
  return Array.from(from, (start, t) => {
    const covered = tokens.slice(start, to[t]);
    const [first, last] = [covered[0] as Token, covered.at(-1) as Token];
    const next = t === 0 ? first : (tokens[to[t - 1] as number] ?? first);
    const text = source?.slice(first.start, last.end) ?? joinTexts(covered.map((token) => token.text));
    return { text, start: first.start, end: last.end, id: next.id };
  });
}

/** Ids by step, so that id t + 1 is what follows step t; undefined where a step reaches the end before the last one. */
export function idsOfSpans({ from, to }: StepSpans, ids: Int32Array): Int32Array | undefined {
  if (to.subarray(0, -1).some((end) => end >= ids.length)) return undefined;
  return Int32Array.from(from, (start, t) => ids[t === 0 ? start : (to[t - 1] as number)] as number);
}

/** Says which layers make steps of tokens, and what enters none. */
export function noteOnSpans(stages: readonly Stage[], { to }: StepSpans, T: number): string {
  const names = windowsInFront(stages).map(({ name }) => `"${name}"`);
  const rest = T - (to.at(-1) ?? 0);
  const left = rest === 0 ? '' : ` The last ${rest === 1 ? 'token enters' : `${rest} tokens enter`} no step.`;
  return `${names.join(' and ')} in front of the recurrent layer ${names.length === 1 ? 'makes' : 'make'} ${to.length} ${to.length === 1 ? 'step' : 'steps'} of ${T} tokens: each step is shown with the tokens that it covers.${left}`;
}

function windowsInFront(stages: readonly Stage[]): readonly WindowStage[] {
  const end = stages.findIndex(({ kind }) => kind === 'recurrent' || kind === 'repeat' || kind === 'pool');
  return stages.slice(0, Math.max(0, end)).filter(isWindowStage);
}

function coverWindows({ window }: WindowStage, before: StepSpans | null, steps: number): StepSpans {
  const { count, first } = placeWindows(window, steps);
  const within = (step: number): number => Math.min(steps - 1, Math.max(0, step));
  const starts = Int32Array.from({ length: count }, (_, t) => within(t * window.stride + first));
  const ends = starts.map((_, t) => within(t * window.stride + first + reachOf(window) - 1));
  return {
    from: before === null ? starts : starts.map((step) => before.from[step] as number),
    to: ends.map((step) => before?.to[step] ?? step + 1),
  };
}

function tooShort(windows: readonly WindowStage[], { name }: WindowStage, T: number): InspectorError {
  const least = windows.reduceRight((steps, stage) => leastStepsFor(stage.window, steps), 1);
  return new InspectorError(
    'out-of-range',
    `The layer "${name}" makes no step of ${T} ${T === 1 ? 'token' : 'tokens'}; give at least ${least}.`,
  );
}

const mostJoined = 6;

/** Texts without a source to slice, in one line. */
function joinTexts(texts: readonly string[]): string {
  return texts.length > mostJoined ? `${texts[0]} … ${texts.at(-1)}` : texts.join(' ');
}

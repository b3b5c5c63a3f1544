import { type Failure } from '../../src/base/errors';
import { type ShareMethod, type WhyReport } from '../../src/trace/reading/shares';

/** With more tokens than this nobody is kept waiting unasked: every point of the proof reads the text again. */
export const whyUnasked = 300;
/** With more tokens than this it is not offered: the proof reads the text some 150 times. */
export const whyOffered = 20_000;

/** A run of steps of the text as it was read, both included. */
export interface Phrase {
  readonly from: number;
  readonly to: number;
}

/** One change of the text: the steps that are read after it, in their order, and what was done in words. */
export interface TextEdit {
  readonly steps: readonly number[];
  readonly words: string;
}

/** What is asked about the answer of an inspection and what is known of it. */
export interface WhyState {
  /** The tab has been opened. */
  readonly isWanted: boolean;
  /** A long text is explained when asked, any is stopped. */
  readonly go: 'unasked' | 'asked' | 'stopped';
  /** The default of the model's kind, and none beside it, until others are chosen. */
  readonly method: ShareMethod | 'default';
  readonly beside: ShareMethod | 'none';
  /** Outputs; null: the answer, against the runner-up. */
  readonly target: number | null;
  readonly against: number | null;
  readonly phrase: Phrase | null;
  /** The text as it is read now is that of the last one. */
  readonly edits: readonly TextEdit[];
  /** Share of the work done, [0, 1]; null: nothing is under way. */
  readonly progress: number | null;
  readonly failure: Failure | null;
  /** The last answer, with the steps that it is about (null: all). */
  readonly shown: { readonly report: WhyReport; readonly steps: readonly number[] | null } | null;
  /** The answer of the text as it stands, for what edits change. */
  readonly unedited: WhyReport | null;
}

/** Nothing asked yet. */
export const initialWhyState: WhyState = {
  isWanted: false,
  go: 'unasked',
  method: 'default',
  beside: 'none',
  target: null,
  against: null,
  phrase: null,
  edits: [],
  progress: null,
  failure: null,
  shown: null,
  unedited: null,
};

/** The steps that are read, in order; null: all as they stand. */
export function stepsNow({ edits }: WhyState): readonly number[] | null {
  return edits.at(-1)?.steps ?? null;
}

/** Where a phrase lies in what is read, or null where its words are gone or no longer one run in their order. */
export function placeOfPhrase(phrase: Phrase | null, steps: readonly number[] | null): Phrase | null {
  if (phrase === null || steps === null) return phrase;
  const places = steps.flatMap((step, place) => (step >= phrase.from && step <= phrase.to ? [place] : []));
  const [first] = places;
  const isRun = places.every(
    (place, k) =>
      k === 0 || (place === (places[k - 1] ?? 0) + 1 && (steps[place] ?? 0) > (steps[places[k - 1] ?? 0] ?? 0)),
  );
  return first === undefined || !isRun ? null : { from: first, to: first + places.length - 1 };
}

/** The first method's shares by step of the text as it was read, [T]; NaN: not read, or nothing known. */
export function sharesByStep({ shown }: WhyState, steps: number): Float64Array {
  const shares = new Float64Array(steps).fill(NaN);
  shown?.report.methods[0]?.shares.forEach((share, k) => (shares[shown.steps?.[k] ?? k] = share));
  return shares;
}

/** The text without a phrase. */
export function cover(steps: readonly number[], { from, to }: Phrase): readonly number[] {
  return steps.filter((step) => step < from || step > to);
}

/** A phrase alone. */
export function keepOnly(steps: readonly number[], { from, to }: Phrase): readonly number[] {
  return steps.filter((step) => step >= from && step <= to);
}

/** What is asked of the worker for the present choice. */
export function whyParams(why: WhyState): {
  readonly methods?: readonly ShareMethod[];
  readonly target?: number;
  readonly against?: number;
  readonly phrase?: Phrase;
  readonly steps?: readonly number[];
} {
  const { method, beside, target, against } = why;
  const steps = stepsNow(why);
  const phrase = placeOfPhrase(why.phrase, steps);
  const first = method === 'default' ? (why.unedited?.methods[0]?.method ?? null) : method;
  const methods = beside === 'none' || beside === first ? first && [first] : first && [first, beside];
  return {
    ...(method === 'default' && beside === 'none' ? {} : methods && { methods }),
    ...(target !== null && { target }),
    ...(against !== null && { against }),
    ...(phrase !== null && { phrase }),
    ...(steps !== null && { steps }),
  };
}

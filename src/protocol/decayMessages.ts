import { type Result } from '../base/result';
import { type StoredSource, type ViewToHost } from './viewMessages';
import { type DecayParams } from './requestParams';
import { type DecayComparison } from '../trace/reading/decay';

/** The hidden state alone, the cell state with its direct path, or all of them. */
export type ShownCurves = 'h' | 'c' | 'all';

/**
 * Everything the page "Compare Gradient Decay" needs, in one message: the one path for opening, tab return and reload.
 */
export interface HydrateDecay {
  readonly type: 'hydrateDecay';
  /** The document's name, as a title. */
  readonly source: string;
  /** The chosen text; empty: compare on noise. */
  readonly text: string;
  /** What the page asks `decay` for first, and again with every change of its controls; as the person left it. */
  readonly params: DecayParams;
  /** Which curves are drawn. */
  readonly curves: ShownCurves;
  /** What `params` gave when the page last asked; null: it has to ask. */
  readonly comparison: DecayComparison | null;
  /** The text has changed since, or is gone. */
  readonly stale: 'changed' | 'gone' | null;
  /** Translations by their English text. */
  readonly strings: Readonly<Record<string, string>>;
  /** To be kept with `setState` as {@link StoredDecay}. */
  readonly stored: StoredSource;
}

/** What the page hands to `setState`, and the panel serializer gets back after a reload. */
export interface StoredDecay {
  readonly source: StoredSource;
  readonly params: DecayParams;
}

/** Host -> page, where `<main id="root" data-page="decay">`. */
export type HostToDecay =
  | HydrateDecay
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  /** How far the answer of request `id` is: by network and seed. */
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly message?: string;
    };

/** Page -> host: `ready`, then requests of kind `decay`; what a person chose, and what VS Code does for the page. */
export type DecayToHost =
  | Extract<
      ViewToHost,
      { readonly type: 'ready' | 'request' | 'cancelRequest' | 'copy' | 'save' | 'showLog' | 'broken' }
    >
  | { readonly type: 'decayState'; readonly params: DecayParams; readonly curves: ShownCurves };

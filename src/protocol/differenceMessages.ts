import { type Result } from '../base/result';
import { type ViewToHost } from './viewMessages';

/**
 * Everything the page of a difference needs, in one message: for opening, tab return, and whenever one of the two was
 * read anew.
 */
export interface HydrateDifference {
  readonly type: 'hydrateDifference';
  /** The document's name, as a title. */
  readonly source: string;
  /** What the two readings are called: the model, and when it was read. */
  readonly before: string;
  readonly now: string;
  /** The numbers of the two inspections, to ask `difference` with. */
  readonly inspections: { readonly before: number; readonly inspection: number };
  /** One of the two is still read, or failed, or is closed. */
  readonly state: 'reading' | 'ready' | 'failed' | 'closed';
  /** Translations by their English text. */
  readonly strings: Readonly<Record<string, string>>;
}

/** Host -> page, where `<main id="root" data-page="difference">`. */
export type HostToDifference =
  | HydrateDifference
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number };

/**
 * Page -> host: `ready`, then requests of kind `difference`; `hover` moves the cursor of both inspections to a step of
 * the later one.
 */
export type DifferenceToHost = Extract<
  ViewToHost,
  { readonly type: 'ready' | 'request' | 'cancelRequest' | 'copy' | 'save' | 'showLog' | 'broken' | 'hover' }
>;

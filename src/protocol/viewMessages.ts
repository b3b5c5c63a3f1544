import { type PageName, type PageRequest } from './pageRequests';
import { type Failure } from '../base/errors';
import { type Result } from '../base/result';
import { type Direction } from '../trace/reading/cellKind';
import { type StaleMarks } from '../trace/reading/staleMarks';
import { type Token } from '../trace/reading/token';
import { type PackedTokens } from '../trace/reading/tokenList';
import { type ModelReference } from './modelReference';
import { type ModelSummary, type TraceSummary } from './summaries';

/** What a person chose in the view; small, and kept over tab switch, reload and update. */
export interface ViewState {
  readonly layer: number;
  readonly direction: Direction;
  readonly cursor: number | null;
  readonly pins: readonly number[];
  readonly unit: number | null;
  readonly order: 'stored' | 'activity' | 'cluster';
  /** Columns in sight, fractional. */
  readonly zoom: { readonly from: number; readonly to: number } | null;
  /** What colours the ribbon, e.g. `surprise`, `answer`, `f`, `c:17`; `auto`: what suits the model. */
  readonly ribbon: string;
  /** How the cell state becomes colours; absent: as its values suggest. */
  readonly stateScale?: 'linear' | 'tanh' | 'log';
  /** Of numeric input: the column that is drawn over the heatmaps; absent: the first. */
  readonly column?: number;
  /** Height of the details under the pictures of a narrow panel, CSS pixels; 0 folded, absent: by what is chosen. */
  readonly dockPx?: number;
  /** Rows of the heatmaps in sight as a share of all, from the top; absent: all. */
  readonly rows?: { readonly from: number; readonly to: number };
  /** What is changed while reading. */
  readonly edits?: readonly ViewEdit[];
  /** The reading is shown without its edits. */
  readonly showsUntouched?: boolean;
}

/** A change by hand, in the language of trace/edits, and whether it is in force. */
export interface ViewEdit {
  readonly text: string;
  readonly isOff?: boolean;
}

/** Where the inspection stands. */
export type ReadingStatus =
  | { readonly kind: 'loading' }
  | { readonly kind: 'reading'; readonly done: number }
  | { readonly kind: 'complete'; readonly summary: TraceSummary }
  | { readonly kind: 'cancelled'; readonly done: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Where an inspected text came from: what must be kept to inspect it again after a reload. The view keeps it beside its
 * own state with `setState({ source, state })` ({@link StoredPanel}) and never looks inside.
 */
export interface StoredSource {
  /** Absent for a sentence that was typed in. */
  readonly uri?: string;
  /** UTF-16 offsets in the document, one pair a selection, in the order in which they are read. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** A hash of the inspected text, to see after a reload whether it is still there. */
  readonly hash: string;
  /** Only for an untitled document and a typed sentence: the text itself. */
  readonly text?: string;
  /** The text, or the file where there are no ranges, holds rows of numbers, which are what is read. */
  readonly isValues?: boolean;
  readonly model: ModelReference;
}

/** What the view hands to `setState`, and the panel serializer gets back after a reload. */
export interface StoredPanel {
  readonly source: StoredSource;
  readonly state: ViewState | null;
}

/**
 * Everything the view needs to show an inspection, in one message: the one path for opening, tab return, reload,
 * update.
 */
export interface Hydrate {
  readonly type: 'hydrate';
  readonly inspection: number;
  /** So many {@link HydratePart} came right before this, with the text and the tokens; absent where both are here. */
  readonly parts?: number;
  /** The document's name, as a title. */
  readonly source: string;
  readonly text: string;
  /** Offsets in `text` where another selection begins; a border is drawn before the token there. */
  readonly borders: readonly number[];
  /** Packed, or as they are where they are few. */
  readonly tokens: PackedTokens | readonly Token[];
  readonly model: ModelSummary | null;
  /** Of rows of numbers: what their columns are called. */
  readonly columns?: readonly string[];
  readonly status: ReadingStatus;
  /** The text has changed since, or is gone. */
  readonly stale: 'changed' | 'gone' | null;
  /** Which tokens the change has touched. */
  readonly staleMarks: StaleMarks;
  readonly state: ViewState | null;
  /** Edits are in force: values and answers are those of the edited reading. */
  readonly isEdited?: boolean;
  /** Why edits are not in force: the text, or the model, cannot have one of them. */
  readonly editProblem?: string;
  /** Translations by their English text (VS Code's own l10n bundle); empty in English. */
  readonly strings: Readonly<Record<string, string>>;
  /** To be kept with the view's state; see {@link StoredSource}. */
  readonly stored: StoredSource;
}

/** A piece of a long text and of its packed tokens, sent before the `hydrate` that they belong to (hydrateParts.ts). */
export interface HydratePart {
  readonly type: 'part';
  readonly text: string;
  readonly codes: ArrayBuffer;
  readonly texts: string;
}

/** What views ask of the worker through the host. `inspection` is filled in by the host. */
export type ViewRequestKind = PageRequest<PageName>;

/** Host -> view. */
export type HostToView =
  | Hydrate
  | HydratePart
  /** The next block of values, an ArrayBuffer of trace/frame.ts; answered by `ack` when painted. */
  | { readonly type: 'frame'; readonly sequence: number; readonly frame: ArrayBuffer }
  | { readonly type: 'status'; readonly status: ReadingStatus }
  | { readonly type: 'stale'; readonly stale: 'changed' | 'gone' | null; readonly staleMarks: StaleMarks }
  /** The editor's cursor or mouse is on this token. */
  | { readonly type: 'cursor'; readonly step: number | null; readonly pin: boolean }
  /** Something worth seeing, e.g. a finding that was clicked: choose this layer, unit, step and range of columns. */
  | {
      readonly type: 'show';
      readonly layer: number;
      readonly direction: Direction;
      readonly unit: number | null;
      readonly step: number | null;
      readonly range?: { readonly from: number; readonly to: number };
      /** What colours the text, as in {@link ViewState}. */
      readonly ribbon?: string;
    }
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  /** How far the answer of request `id` is. */
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number };

/** View -> host. */
export type ViewToHost =
  /** The page listens (greeting.ts), though the view may still be loading; answered by `hydrate`. */
  | { readonly type: 'ready' }
  | { readonly type: 'ack'; readonly sequence: number }
  | {
      readonly type: 'sight';
      readonly layer: number;
      readonly direction: Direction;
      readonly from: number;
      readonly to: number;
    }
  /** The mouse or the keyboard is on this token; the host highlights it in the editor. */
  | { readonly type: 'hover'; readonly step: number | null }
  /** Show this token in the editor. */
  | { readonly type: 'reveal'; readonly step: number }
  | { readonly type: 'state'; readonly state: ViewState }
  | { readonly type: 'request'; readonly id: number; readonly kind: ViewRequestKind; readonly params: unknown }
  | { readonly type: 'cancelRequest'; readonly id: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'again' }
  | { readonly type: 'chooseModel' }
  | { readonly type: 'copy'; readonly text: string }
  /** Save these bytes where the user says. */
  | { readonly type: 'save'; readonly suggestedName: string; readonly data: ArrayBuffer }
  | { readonly type: 'report' }
  | { readonly type: 'showLog' }
  /** The view failed; the host logs it and says so. */
  | { readonly type: 'broken'; readonly message: string };

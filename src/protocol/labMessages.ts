import { type Failure } from '../base/errors';
import { type Result } from '../base/result';
import { type LabEvent } from '../trace/lab/labEvents';
import { type ViewToHost } from './viewMessages';
import { type LabOrder } from './requestParams';

/** Where long work of the lab stands. `idle`: none was started here; what is shown, if anything, lies on disk. */
export type LabStatus =
  | { readonly kind: 'idle' | 'running' | 'paused' | 'ending' | 'complete' | 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * What a person may do with long work: `stop` ends it and keeps what there is, `cancel` ends it and writes nothing
 * more.
 */
export type LabAction = 'start' | 'pause' | 'resume' | 'stop' | 'cancel';

/** Everything that a page of the lab shows, in one message: the one path for opening, tab return and reload. */
export interface HydrateLab<Event extends LabEvent = LabEvent> {
  readonly type: 'hydrateLab';
  /** Name of the lab file. */
  readonly source: string;
  readonly status: LabStatus;
  /** What was told so far, thinned out where it is very much; of an earlier run where none was started. */
  readonly events: readonly Event[];
  /** Translations by their English text. */
  readonly strings: Readonly<Record<string, string>>;
  /** To be kept with `setState`, and given to the serializer after a reload. */
  readonly stored: LabOrder;
}

/** Host -> a page of the lab (`data-page="training" | "study" | "transfer"`). */
export type HostToLab<Event extends LabEvent = LabEvent> =
  | HydrateLab<Event>
  | { readonly type: 'labEvent'; readonly event: Event }
  | { readonly type: 'labStatus'; readonly status: LabStatus }
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> };

/** A page of the lab -> host. */
export type LabToHost =
  | Extract<
      ViewToHost,
      { readonly type: 'ready' | 'request' | 'cancelRequest' | 'copy' | 'save' | 'showLog' | 'broken' }
    >
  | { readonly type: 'lab'; readonly action: LabAction }
  /**
   * Something of this page alone that VS Code does, e.g. open a text in the inspector; the panel checks the parameters.
   */
  | { readonly type: 'do'; readonly what: string; readonly params: unknown };

/** What a page asks of VS Code, not of the run. */
export type LabSurfaceMessage = Extract<LabToHost, { readonly type: 'copy' | 'save' | 'showLog' | 'broken' | 'do' }>;

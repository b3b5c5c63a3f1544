import { type ModelReference } from '../protocol/modelReference';
import { type Hydrate, type ViewState, type ViewToHost } from '../protocol/viewMessages';
import { type EngineClient } from './engineClient';
import { type Subject } from './subject';

/** Limits that the settings give a reading. */
export interface ReadingLimits {
  readonly limitTokens?: number;
  readonly memoryMb?: number;
  readonly threads?: number;
}

/** What an inspection is handed at its start. */
export interface InspectionStart {
  readonly engine: EngineClient;
  readonly subject: Subject;
  readonly model: ModelReference;
  readonly limits: ReadingLimits;
  /** A number that no other inspection has had with this worker. */
  readonly nextId: () => number;
  readonly strings: Readonly<Record<string, string>>;
  readonly state?: ViewState | null;
  readonly stale?: Hydrate['stale'];
}

/** What the view asks of VS Code, not of the inspection. */
export type SurfaceMessage = Extract<
  ViewToHost,
  { readonly type: 'again' | 'chooseModel' | 'copy' | 'save' | 'report' | 'showLog' | 'broken' }
>;

import { type Log } from '../base/log';
import { type Result } from '../base/result';
import { type InspectedDocuments } from '../editor/inspectedDocuments';
import { type DecayPanels } from '../panel/decayPanel';
import { type DifferencePanels } from '../panel/differencePanels';
import { type TrainingPanels } from '../panel/trainingPanels';
import { type Panels } from '../panel/panels';
import { type StudyPanels } from '../panel/studyPanels';
import { type TransferPanels } from '../panel/transferPanels';
import { type EngineClient } from '../session/engineClient';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type Subject } from '../session/subject';
import { type Settings } from '../settings/settings';
import { type Messages } from './messages';
import type * as vscode from 'vscode';

/** What the commands work with. */
export interface CommandContext {
  readonly engine: EngineClient & {
    /** Starts the worker now. */
    warm(): void;
  };
  readonly registry: InspectionRegistry;
  readonly documents: InspectedDocuments;
  readonly panels: Panels;
  readonly decayPanels: DecayPanels;
  readonly studyPanels: StudyPanels;
  readonly differences: DifferencePanels;
  readonly trainingPanels: TrainingPanels;
  readonly transferPanels: TransferPanels;
  readonly log: Log & { show(): void };
  readonly messages: Messages;
  readonly settings: () => Settings;
  /** Rows of numbers from a CSV, TSV, JSON or .npy file. */
  readonly parseValues: (bytes: Uint8Array, name: string) => Result<NonNullable<Subject['values']>>;
  /** Kept over restarts, for all workspaces. */
  readonly memory: vscode.Memento;
  readonly extensionUri: vscode.Uri;
}

import { type Log } from '../base/log';
import { type InspectedDocuments } from '../editor/inspectedDocuments';
import { type DecayPanels } from '../panel/decayPanel';
import { type Panels } from '../panel/panels';
import { type EngineClient } from '../session/engineClient';
import { type InspectionRegistry } from '../session/inspectionRegistry';
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
  readonly log: Log & { show(): void };
  readonly messages: Messages;
  readonly settings: () => Settings;
  /** Kept over restarts, for all workspaces. */
  readonly memory: vscode.Memento;
  readonly extensionUri: vscode.Uri;
}

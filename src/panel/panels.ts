import * as vscode from 'vscode';
import { createPanel } from '../show/panelTitle';
import { type Disposable } from '../base/disposable';
import { type StoredPanel } from '../protocol/viewMessages';
import { type InspectionStart } from '../session/inspectionStart';
import { Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type Subject } from '../session/subject';
import { InspectorPanel, type PanelActions, type PanelContext, viewType } from './inspectorPanel';
import { parseStoredPanel } from './storedPanel';

/** What every inspection of this window has in common. */
export type InspectionDefaults = () => Pick<InspectionStart, 'engine' | 'limits' | 'nextId' | 'strings'>;

/** Finds the text of a restored panel again. */
export type FindSubject = (
  stored: StoredPanel['source'],
) => Promise<{ readonly subject: Subject; readonly stale: InspectionStart['stale'] }>;

/** What the panels are handed. */
export interface PanelsOptions extends Omit<PanelContext, 'actions'> {
  readonly registry: InspectionRegistry;
  readonly defaults: InspectionDefaults;
  readonly findSubject: FindSubject;
  readonly actions: Omit<PanelActions, 'activated' | 'closed'>;
}

/** All panels: opens new ones, revives those that VS Code restores, and finds the panel of an inspection. */
export class Panels implements Disposable {
  private readonly open = new Map<Inspection, InspectorPanel>();

  constructor(private readonly options: PanelsOptions) {}

  /**
   * Starts to read and opens a panel beside the editor, or beside the panel of another inspection; the reading does not
   * wait for the panel.
   */
  create(subject: Subject, model: InspectionStart['model'], other?: Inspection): Inspection {
    const inspection = new Inspection({ ...this.options.defaults(), subject, model });
    this.adopt(createPanel(viewType, subject.title, this.columnBeside(other)), inspection);
    return inspection;
  }

  /** Takes over a panel that VS Code restored, with what the view kept. */
  async revive(panel: vscode.WebviewPanel, kept: unknown): Promise<Inspection | null> {
    const stored = parseStoredPanel(kept);
    if (!stored) {
      this.options.log.warn('A restored panel kept nothing that can be read; it is closed.');
      panel.dispose();
      return null;
    }
    const { subject, stale } = await this.options.findSubject(stored.source);
    const inspection = new Inspection({
      ...this.options.defaults(),
      subject,
      model: stored.source.model,
      state: stored.state,
      stale: stale ?? null,
    });
    this.adopt(panel, inspection);
    return inspection;
  }

  /** Shows the panel of an inspection. */
  reveal(inspection: Inspection): void {
    this.open.get(inspection)?.panel.reveal(undefined, true);
  }

  /** Closes the panel of an inspection. */
  close(inspection: Inspection): void {
    this.open.get(inspection)?.dispose();
  }

  dispose(): void {
    for (const panel of [...this.open.values()]) panel.dispose();
  }

  private columnBeside(inspection: Inspection | undefined): vscode.ViewColumn {
    const column = inspection && this.open.get(inspection)?.panel.viewColumn;
    return column === undefined ? vscode.ViewColumn.Beside : Math.min(column + 1, vscode.ViewColumn.Nine);
  }

  private adopt(panel: vscode.WebviewPanel, inspection: Inspection): void {
    const { registry, actions, extensionUri, log } = this.options;
    const context: PanelContext = {
      extensionUri,
      log,
      actions: {
        ...actions,
        activated: (active) => registry.activate(active),
        closed: (closed) => {
          this.open.delete(closed);
          registry.close(closed);
        },
      },
    };
    this.open.set(inspection, new InspectorPanel(panel, inspection, context));
    registry.add(inspection);
  }
}

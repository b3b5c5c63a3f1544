import type * as vscode from 'vscode';
import { setPanelTitle } from '../show/panelTitle';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type SurfaceMessage } from '../session/inspectionStart';
import { type Inspection } from '../session/inspection';
import { openPage, type PageContext, type PageSurface, type SurfaceMessage as PageMessage } from './pagePanel';

/** The view type of panels and of their serializer: both must be the same for restoring to work. */
export const viewType = 'lstmInspector.inspection';

/** What a panel asks of the rest of the extension. */
export interface PanelActions extends PageSurface {
  again(inspection: Inspection): void;
  chooseModel(inspection: Inspection): void;
  report(inspection: Inspection): void;
  activated(inspection: Inspection): void;
  closed(inspection: Inspection): void;
}

/** Where a panel's files lie, what it may ask for, and where it writes details. */
export interface PanelContext extends PageContext {
  readonly actions: PanelActions;
  readonly log: Log;
}

/** One web view panel with one inspection. Made the same way for a new panel and for one that VS Code restores. */
export class InspectorPanel implements Disposable {
  private readonly store = new DisposableStore();

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly inspection: Inspection,
    private readonly context: PanelContext,
  ) {
    this.store.add(inspection.changed.on(() => this.setTitle()));
    this.store.add(
      panel.onDidChangeViewState(() => {
        if (panel.active) context.actions.activated(inspection);
      }),
    );
    this.setTitle();
    const act = (rest: Exclude<SurfaceMessage, PageMessage>): void => context.actions[rest.type](inspection);
    this.store.add(
      openPage({ panel, page: 'inspection', session: inspection, act, closed: () => this.close() }, context),
    );
  }

  dispose(): void {
    this.panel.dispose();
  }

  private close(): void {
    this.store.dispose();
    this.context.actions.closed(this.inspection);
  }

  private setTitle(): void {
    const { subject, modelSummary } = this.inspection;
    const title = modelSummary ? `${subject.title}: ${modelSummary.name}` : subject.title;
    setPanelTitle(this.panel, title);
  }
}

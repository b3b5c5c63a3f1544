import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type ViewToHost } from '../protocol/viewMessages';
import { type Inspection } from '../session/inspection';
import { loadPage } from './webviewPage';

/** The view type of panels and of their serializer: both must be the same for restoring to work. */
export const viewType = 'lstmInspector.inspection';

/** What a panel asks of the rest of the extension. */
export interface PanelActions {
  again(inspection: Inspection): void;
  chooseModel(inspection: Inspection): void;
  report(inspection: Inspection): void;
  showLog(): void;
  copy(text: string): void;
  save(suggestedName: string, data: Uint8Array): void;
  activated(inspection: Inspection): void;
  closed(inspection: Inspection): void;
}

/** Where a panel's files lie, what it may ask for, and where it writes details. */
export interface PanelContext {
  readonly extensionUri: vscode.Uri;
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
    const { webview } = panel;
    const { actions, extensionUri } = context;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'activity.svg');
    inspection.connect((message) => void webview.postMessage(message));
    this.store.add(webview.onDidReceiveMessage((message: ViewToHost) => this.receive(message)));
    this.store.add(panel.onDidChangeViewState(() => {
      if (!panel.visible) inspection.hideView();
      if (panel.active) actions.activated(inspection);
    }));
    this.store.add(panel.onDidDispose(() => this.close()));
    this.store.add(inspection.changed.on(() => this.setTitle()));
    this.setTitle();
    // Last, so that nothing the page says is missed.
    loadPage(panel, extensionUri, 'inspection');
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
    if (this.panel.title !== title) this.panel.title = title;
  }

  private receive(message: ViewToHost): void {
    const { inspection } = this;
    const { actions, log } = this.context;
    const rest = inspection.receive(message);
    switch (rest?.type) {
      case undefined:
        return;
      case 'again':
        return actions.again(inspection);
      case 'chooseModel':
        return actions.chooseModel(inspection);
      case 'copy':
        return actions.copy(rest.text);
      case 'save':
        return actions.save(rest.suggestedName, new Uint8Array(rest.data));
      case 'report':
        return actions.report(inspection);
      case 'showLog':
        return actions.showLog();
      case 'broken':
        log.error(`The view failed: ${rest.message}`);
        return;
    }
  }
}

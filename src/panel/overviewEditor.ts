import * as vscode from 'vscode';
import { type ModelReference } from '../protocol/modelReference';
import { type OverviewAction } from '../protocol/overviewMessages';
import { type EngineClient } from '../session/engineClient';
import { OverviewSession } from '../session/overviewSession';
import { openPage, type PageContext } from './pagePanel';

/** The view type of the custom editor. */
export const overviewViewType = 'lstmInspector.overview';
/** Scheme of the documents that stand for bundled models: `lstm-inspector:/prose-lstm`. */
export const bundledScheme = 'lstm-inspector';

/** What the overviews are handed. */
export interface OverviewEditorOptions extends PageContext {
  readonly engine: EngineClient;
  readonly strings: () => Readonly<Record<string, string>>;
  /** A model file as the worker can open it. */
  referenceOf(uri: vscode.Uri): Promise<ModelReference>;
  act(action: OverviewAction, uri: vscode.Uri): void;
}

/** Opens model files read-only: what their weights say, layer by layer, and nothing of the file is changed. */
export class OverviewEditor {
  /** Open overviews by their document, for tests. */
  readonly open = new Map<string, OverviewSession>();

  constructor(private readonly options: OverviewEditorOptions) {}

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const { engine, strings, act } = this.options;
    const isBundled = uri.scheme === bundledScheme;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const model = async (): Promise<ModelReference> =>
      isBundled ? { kind: 'bundled', name } : this.options.referenceOf(uri);
    const session = new OverviewSession({ engine, name, model, isBundled, strings: strings() });
    const watching = isBundled ? null : watchModel(uri, () => session.refresh());
    const key = uri.toString();
    this.open.set(key, session);
    openPage(
      {
        panel,
        page: 'overview',
        session,
        act: ({ action }) => act(action, uri),
        closed: () => {
          watching?.dispose();
          if (this.open.get(key) === session) this.open.delete(key);
          session.dispose();
        },
      },
      this.options,
    );
  }
}

const settleMs = 300;

/**
 * Tells when a model file, or the settings beside it, are written anew; a training run writes in pieces, so it waits a
 * little.
 */
function watchModel(uri: vscode.Uri, tell: () => void): vscode.Disposable {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const folder = vscode.Uri.joinPath(uri, '..');
  const watchers = [name, '*inspector.json'].map((pattern) =>
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern)),
  );
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tell, settleMs);
  };
  const listening = watchers.flatMap((watcher) => [
    watcher.onDidChange(soon),
    watcher.onDidCreate(soon),
    watcher.onDidDelete(soon),
  ]);
  return vscode.Disposable.from(...watchers, ...listening, { dispose: () => clearTimeout(timer) });
}

import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type PanelPage } from './panelHtml';
import { loadPage } from './webviewPage';

/** A session as its panel sees it: it posts, receives, and gives back what is VS Code's to do. */
export interface PageSession<ToView, ToHost, Rest> {
  connect(post: (message: ToView) => void): void;
  receive(message: ToHost): Rest | null;
  hideView(): void;
}

/** What every page may ask of VS Code. */
export interface PageSurface {
  showLog(): void;
  copy(text: string): void;
  save(suggestedName: string, data: Uint8Array): void;
}

/** The messages that {@link PageSurface} is for. */
export type SurfaceMessage =
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'save'; readonly suggestedName: string; readonly data: ArrayBuffer }
  | { readonly type: 'showLog' }
  | { readonly type: 'broken'; readonly message: string };

/** Where the page's files lie, and who does what the page asks of VS Code. */
export interface PageContext {
  readonly extensionUri: vscode.Uri;
  readonly actions: PageSurface;
  readonly log: { error(message: string): void };
}

/** A panel, its page and its session. */
export interface PageWiring<ToView, ToHost, Rest extends { readonly type: string }> {
  readonly panel: vscode.WebviewPanel;
  readonly page: PanelPage['page'];
  readonly session: PageSession<ToView, ToHost, Rest>;
  /** What this page alone asks of VS Code. */
  act?(rest: Exclude<Rest, SurfaceMessage>): void;
  closed(): void;
}

/**
 * Joins a panel and its session, and loads the page last, so that nothing it says is missed; new and restored panels
 * alike.
 */
export function openPage<ToView, ToHost, Rest extends { readonly type: string }>(
  { panel, page, session, act, closed }: PageWiring<ToView, ToHost, Rest>,
  { extensionUri, actions, log }: PageContext,
): Disposable {
  const store = new DisposableStore();
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'activity.svg');
  session.connect((message) => void panel.webview.postMessage(message));
  store.add(
    panel.webview.onDidReceiveMessage((message: ToHost) => {
      const rest = session.receive(message);
      // Undefined: a message of a type that nobody knows.
      if (rest === null || rest === undefined) return;
      if (isSurface(rest)) surface(rest, actions, log);
      else act?.(rest as Exclude<Rest, SurfaceMessage>);
    }),
  );
  store.add(
    panel.onDidChangeViewState(() => {
      if (!panel.visible) session.hideView();
    }),
  );
  store.add(
    panel.onDidDispose(() => {
      store.dispose();
      closed();
    }),
  );
  loadPage(panel, extensionUri, page);
  return store;
}

function isSurface(message: { readonly type: string }): message is SurfaceMessage {
  return ['copy', 'save', 'showLog', 'broken'].includes(message.type);
}

function surface(message: SurfaceMessage, actions: PageSurface, log: PageContext['log']): void {
  switch (message.type) {
    case 'copy':
      return actions.copy(message.text);
    case 'save':
      return actions.save(message.suggestedName, new Uint8Array(message.data));
    case 'showLog':
      return actions.showLog();
    case 'broken':
      return log.error(`The view failed: ${message.message}`);
  }
}

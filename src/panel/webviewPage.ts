import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml, type PanelPage } from './panelHtml';

/** Limits a web view to the extension's own bundles and loads a page of them; call it after the listeners are set. */
export function loadPage(
  { webview, title }: Pick<vscode.WebviewPanel, 'webview' | 'title'>,
  extensionUri: vscode.Uri,
  page: PanelPage['page'],
): void {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = panelHtml({
    scriptUri: webview
      .asWebviewUri(vscode.Uri.joinPath(dist, page === 'inspection' ? 'view.js' : 'pages.js'))
      .toString(),
    styleUri: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'view.css')).toString(),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    title,
    unloadable: vscode.l10n.t(
      'The files of this view could not be loaded. Run "Developer: Reload Webviews" to try again.',
    ),
    page,
    language: vscode.env.language,
  });
}

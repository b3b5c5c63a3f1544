import * as vscode from 'vscode';
import { plainText, shownLimits } from '../base/foreignText';

/** A panel beside the editor, which keeps the focus. */
export function createPanel(
  viewType: string,
  title: string,
  viewColumn: vscode.ViewColumn = vscode.ViewColumn.Beside,
): vscode.WebviewPanel {
  const column = { viewColumn, preserveFocus: true };
  return vscode.window.createWebviewPanel(viewType, plainText(title, shownLimits.label), column, {});
}

/** Names the tab of a panel. */
export function setPanelTitle(panel: vscode.WebviewPanel, title: string): void {
  const shown = plainText(title, shownLimits.label);
  if (panel.title !== shown) panel.title = shown;
}

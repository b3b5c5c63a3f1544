import * as vscode from 'vscode';
import { plainLines, plainText, shownLimits } from '../base/foreignText';

/** The words of a line in a tree, and what it does. The tooltip may have several lines. */
export interface TreeLine {
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon?: string;
  readonly isOpen?: boolean | 'leaf';
  readonly contextValue?: string;
  readonly resourceUri?: vscode.Uri;
  readonly command?: vscode.Command;
}

/** A line of a tree; its tooltip is plain text, never markdown. */
export function treeItem(line: TreeLine): vscode.TreeItem {
  const { label, description, tooltip, icon, isOpen = 'leaf', ...rest } = line;
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    plainText(label, shownLimits.label),
    isOpen === 'leaf' ? None : isOpen ? Expanded : Collapsed,
  );
  if (description !== undefined) item.description = plainText(description, shownLimits.label);
  if (tooltip !== undefined) item.tooltip = plainLines(tooltip);
  if (icon !== undefined) item.iconPath = new vscode.ThemeIcon(icon);
  return Object.assign(item, rest);
}

import * as vscode from 'vscode';
import { type Markdown } from '../base/markdown';

/** The commands that a link in a hover may run; VS Code refuses any other. */
const ownCommands = ['lstmInspector.pinToken', 'lstmInspector.toggleInfluence'];

/** Markdown as VS Code shows it: with its icons, without HTML, and with links to {@link ownCommands} alone. */
export function trustedHover({ value }: Markdown): vscode.MarkdownString {
  const shown = new vscode.MarkdownString(value, true);
  shown.supportHtml = false;
  shown.isTrusted = { enabledCommands: ownCommands };
  return shown;
}

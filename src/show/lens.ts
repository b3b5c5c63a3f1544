import * as vscode from 'vscode';
import { plainText, shownLimits } from '../base/foreignText';

/** A line over the text of an editor that runs a command of ours. */
export function lens(position: vscode.Position, { title, ...command }: vscode.Command): vscode.CodeLens {
  const shown = { title: plainText(title, shownLimits.label), ...command };
  return new vscode.CodeLens(new vscode.Range(position, position), shown);
}

import * as vscode from 'vscode';
import { type Disposable } from '../base/disposable';
import { plainLines, plainText, shownLimits } from '../base/foreignText';

/** A place in the status bar that runs a command of ours. */
export class StatusItem implements Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor(
    id: string,
    private readonly icon: string,
  ) {
    this.item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 1);
  }

  /** The name that the menu of the status bar lists it by, and the command that a click runs. */
  describe(name: string, command: string): void {
    this.item.name = plainText(name, shownLimits.label);
    this.item.command = command;
  }

  say(text: string, tooltip: string): void {
    this.item.text = `$(${this.icon}) ${plainText(text, shownLimits.label)}`;
    this.item.tooltip = plainLines(tooltip);
  }

  show(): void {
    this.item.show();
  }

  hide(): void {
    this.item.hide();
  }

  dispose(): void {
    this.item.dispose();
  }
}

import * as vscode from 'vscode';
import { plainText } from '../base/foreignText';

export type Level = 'info' | 'warning' | 'error';

/** A notification as it is shown, and the button that was pressed; undefined where it was closed. */
export interface Notification {
  readonly message: string;
  readonly chosen: Thenable<string | undefined>;
}

/**
 * Shows a notification: VS Code makes a link of `[text](command:...)` in its text, so that nothing foreign reaches it
 * as it is.
 */
export function notify(level: Level, text: string, buttons: readonly string[] = []): Notification {
  const { showInformationMessage, showWarningMessage, showErrorMessage } = vscode.window;
  const show = { info: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[level];
  const message = plainText(text);
  return { message, chosen: show(message, ...buttons) };
}

import * as vscode from 'vscode';

/** A message that is shown and not waited for; the button runs its action. Nothing waits for a person who never answers. */
export function tell(level: 'info' | 'warning' | 'error', message: string, actions: Readonly<Record<string, () => void>> = {}): void {
  const show = { info: vscode.window.showInformationMessage, warning: vscode.window.showWarningMessage, error: vscode.window.showErrorMessage }[level];
  void show(message, ...Object.keys(actions)).then((chosen) => (chosen === undefined ? undefined : actions[chosen]?.()));
}

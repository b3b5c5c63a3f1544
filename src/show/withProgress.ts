import * as vscode from 'vscode';
import { plainText, shownLimits } from '../base/foreignText';

/** How far something is: words, and percent more than before. */
export type ReportProgress = (now: { readonly message?: string; readonly increment?: number }) => void;

/** VS Code's progress notification with a cancel button, for as long as the task takes. */
export function withProgress<T>(
  title: string,
  task: (report: ReportProgress, token: vscode.CancellationToken) => PromiseLike<T>,
): Thenable<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: plainText(title, shownLimits.label),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) =>
    task(
      ({ message, ...rest }) =>
        progress.report({
          ...rest,
          ...(message === undefined ? {} : { message: plainText(message, shownLimits.label) }),
        }),
      token,
    ),
  );
}

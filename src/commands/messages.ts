import * as vscode from 'vscode';
import { Emitter } from '../base/emitter';

/** What a message offers to do, by the button's title. */
export type MessageActions = Readonly<Record<string, () => void>>;

/** Messages to the person: shown and not waited for, so that nothing hangs on one who never answers. */
export class Messages {
  /** Each message as it is shown, for tests. */
  readonly said = new Emitter<{
    readonly level: 'info' | 'warning' | 'error';
    readonly message: string;
    readonly actions: MessageActions;
  }>();

  /** `dismissed` hears of a message that was closed without a choice. */
  tell(
    level: 'info' | 'warning' | 'error',
    message: string,
    actions: MessageActions = {},
    dismissed?: () => void,
  ): void {
    const { showInformationMessage, showWarningMessage, showErrorMessage } = vscode.window;
    const show = { info: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[level];
    this.said.fire({ level, message, actions });
    void show(message, ...Object.keys(actions)).then((chosen) =>
      chosen === undefined ? dismissed?.() : actions[chosen]?.(),
    );
  }
}

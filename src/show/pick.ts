import * as vscode from 'vscode';
import { plainText, shownLimits } from '../base/foreignText';

/** One line to choose: its words, with the name of one of VS Code's icons where it has one. */
export interface Choice<T> {
  readonly icon?: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Shown whatever is typed. */
  readonly alwaysShow?: boolean;
  readonly value: T;
}

interface Line<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface PickOptions {
  readonly title: string;
  readonly placeHolder?: string;
}

/** Asks for one of some choices; undefined when dismissed. It stays open when a person looks elsewhere. */
export async function pick<T>(
  { title, placeHolder }: PickOptions,
  choices: readonly Choice<T>[],
): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(choices.map(lineOf), {
    title: plainText(title, shownLimits.label),
    ...(placeHolder === undefined ? {} : { placeHolder: plainText(placeHolder, shownLimits.label) }),
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.value;
}

/** Shows first choices at once and all of them when they are there; null when dismissed. */
export function pickWhileFilling<T>(
  { title, placeHolder }: PickOptions,
  first: readonly Choice<T>[],
  rest: Promise<readonly Choice<T>[] | null>,
): Promise<T | null> {
  const box = vscode.window.createQuickPick<Line<T>>();
  box.title = plainText(title, shownLimits.label);
  box.placeholder = plainText(placeHolder ?? '', shownLimits.label);
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.busy = true;
  box.items = first.map(lineOf);
  box.show();
  void rest.then((choices) => {
    box.busy = false;
    if (choices !== null) box.items = choices.map(lineOf);
  });
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]?.value ?? null);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(null);
      box.dispose();
    });
  });
}

function lineOf<T>({ icon, label, description, detail, alwaysShow, value }: Choice<T>): Line<T> {
  const words = plainText(label, shownLimits.label);
  return {
    label: icon === undefined ? words : `$(${icon}) ${words}`,
    ...(description === undefined ? {} : { description: plainText(description, shownLimits.label) }),
    ...(detail === undefined ? {} : { detail: plainText(detail, shownLimits.label) }),
    ...(alwaysShow === undefined ? {} : { alwaysShow }),
    value,
  };
}

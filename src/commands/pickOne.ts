import * as vscode from 'vscode';

/** One answer to choose from. */
export interface Answer<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of some answers, the likeliest first; undefined when dismissed. It stays open when a person looks elsewhere. */
export async function pickOne<T>(
  title: string,
  placeHolder: string,
  answers: readonly Answer<T>[],
): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(answers, {
    title,
    placeHolder,
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.value;
}

/** The likeliest answer put first. */
export function likeliestFirst<T>(answers: readonly Answer<T>[], likeliest: T): readonly Answer<T>[] {
  return [...answers.filter(({ value }) => value === likeliest), ...answers.filter(({ value }) => value !== likeliest)];
}

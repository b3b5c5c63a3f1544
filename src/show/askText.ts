import * as vscode from 'vscode';
import { plainText, shownLimits } from '../base/foreignText';

/** What an input box says, and how it objects to what is typed. */
export interface AskText {
  readonly title: string;
  readonly prompt: string;
  readonly ignoreFocusOut?: boolean;
  readonly objection?: (typed: string) => string | undefined;
}

/** A line typed by the person; undefined when dismissed. */
export async function askText({ title, prompt, ignoreFocusOut, objection }: AskText): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: plainText(title, shownLimits.label),
    prompt: plainText(prompt),
    ignoreFocusOut: ignoreFocusOut ?? false,
    validateInput: (typed) => {
      const why = objection?.(typed);
      return why === undefined ? undefined : plainText(why);
    },
  });
}

/** Asks for a file or folder in VS Code's own dialog; undefined when dismissed. */
export async function askForPath(options: {
  readonly openLabel: string;
  readonly title?: string;
  readonly canSelectFolders?: boolean;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}): Promise<vscode.Uri | undefined> {
  const { openLabel, title = openLabel, canSelectFolders = false, filters } = options;
  const chosen = await vscode.window.showOpenDialog({
    openLabel: plainText(openLabel, shownLimits.label),
    title: plainText(title, shownLimits.label),
    canSelectFolders,
    filters: Object.fromEntries(Object.entries(filters).map(([name, endings]) => [name, [...endings]])),
  });
  return chosen?.[0];
}

/** Asks where to save; undefined when dismissed. */
export async function askWhereToSave(title: string, defaultUri: vscode.Uri): Promise<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({ title: plainText(title, shownLimits.label), defaultUri });
}

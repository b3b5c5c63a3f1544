import * as vscode from 'vscode';
import { type Subject } from '../session/subject';
import { type ChosenText, chooseRanges, chooseText, type OffsetRange } from './chooseText';

/** What an editor offers to inspect; null where there is only white space. */
export function subjectOfEditor({ document, selections }: vscode.TextEditor, limit: number): Subject | null {
  const offsets = selections.map((selection) => ({
    start: document.offsetAt(selection.start),
    end: document.offsetAt(selection.end),
  }));
  const chosen = chooseText({ text: document.getText(), selections: offsets }, limit);
  return chosen && subjectOf(document, chosen);
}

/** The same ranges of a document once more, as they read now. */
export function subjectOfRanges(document: vscode.TextDocument, ranges: readonly OffsetRange[], limit: number): Subject {
  return subjectOf(document, chooseRanges(document.getText(), ranges, 'selection', limit));
}

/** A typed sentence. */
export function subjectOfSentence(text: string): Subject {
  return { title: vscode.l10n.t('Sentence'), text, ranges: [], borders: [], isStored: false };
}

/** The document's name as a title. */
export function titleOfDocument({ uri, isUntitled }: vscode.TextDocument): string {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  return isUntitled ? uri.path : name;
}

/** Opens a document by its URI, or null if that fails: it was deleted, or its file system is not there. */
export async function openText(uri: string): Promise<{ text: string; title: string; isUntitled: boolean } | null> {
  try {
    const parsed = vscode.Uri.parse(uri);
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri);
    // Opening an untitled URI would make an empty document of that name.
    if (parsed.scheme === 'untitled' && !isOpen) return null;
    const document = await vscode.workspace.openTextDocument(parsed);
    return { text: document.getText(), title: titleOfDocument(document), isUntitled: document.isUntitled };
  } catch {
    return null;
  }
}

function subjectOf(document: vscode.TextDocument, { text, ranges, borders, leftOut }: ChosenText): Subject {
  const note =
    leftOut > 0
      ? vscode.l10n.t('Only the first {0} characters are read; {1} are left out.', text.length, leftOut)
      : undefined;
  return {
    title: titleOfDocument(document),
    text,
    uri: document.uri.toString(),
    ranges,
    borders,
    isStored: !document.isUntitled,
    ...(note === undefined ? {} : { note }),
  };
}

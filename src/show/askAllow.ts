import * as vscode from 'vscode';
import { plainText } from '../base/foreignText';

/**
 * Asks, and waits for the answer, whether something may be done; `details` are lines of their own, each shown as plain
 * text.
 */
export async function askAllow(question: string, details: readonly string[], allow: string): Promise<boolean> {
  const detail = details.map((line) => plainText(line)).join('\n');
  return (await vscode.window.showWarningMessage(plainText(question), { modal: true, detail }, allow)) === allow;
}

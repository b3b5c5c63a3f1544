import * as vscode from 'vscode';
import { subjectOfEditor } from '../../editor/editorSubject';
import { type Inspection } from '../../session/inspection';
import { type CommandContext } from '../commandContext';
import { openInspection } from './openInspection';

/** Opens the sample text and reads it with the default model: the first thing a new user sees. */
export async function inspectSample(context: CommandContext): Promise<Inspection | null> {
  context.engine.warm();
  const { defaultModel, maxCharacters } = context.settings();
  const uri = vscode.Uri.joinPath(context.extensionUri, 'media', 'samples', 'sample.txt');
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  const subject = subjectOfEditor(editor, maxCharacters);
  return subject && openInspection(context, subject, { kind: 'bundled', name: defaultModel });
}

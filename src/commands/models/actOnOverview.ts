import type * as vscode from 'vscode';
import { subjectOfSentence } from '../../editor/editorSubject';
import { bundledScheme, type OverviewEditorOptions } from '../../panel/overviewEditor';
import { type Inspection } from '../../session/inspection';
import { askForSentence } from '../inspect/askForSentence';
import { type CommandContext } from '../commandContext';
import { editModelSettings } from './editModelSettings';
import { inspectWithModelFile } from '../inspect/inspectWithModelFile';
import { openInspection } from '../inspect/openInspection';

type Action = Parameters<OverviewEditorOptions['act']>[0];

/** The buttons of an overview. */
export async function actOnOverview(
  context: CommandContext,
  action: Action,
  uri: vscode.Uri,
): Promise<Inspection | null> {
  if (action === 'settings') {
    await editModelSettings(context, uri);
    return null;
  }
  if (uri.scheme !== bundledScheme) return inspectWithModelFile(context, { uri, asksForSentence: true });
  const sentence = await askForSentence(context.settings().maxCharacters);
  return sentence === null
    ? null
    : openInspection(context, subjectOfSentence(sentence), { kind: 'bundled', name: uri.path.slice(1) });
}

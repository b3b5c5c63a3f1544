import * as vscode from 'vscode';
import { bundledScheme, overviewViewType } from '../../panel/overviewEditor';
import { type ModelNode } from '../../trees/modelsTree';
import { type CommandContext } from '../commandContext';
import { modelExtensions } from './modelFile';
import { askForModel } from './pickModel';

/**
 * "Open Model Overview": of a file in the explorer, a model in the tree, or one that is picked; gives the document's
 * URI.
 */
export async function openModelOverview(context: CommandContext, given: unknown): Promise<vscode.Uri | null> {
  const uri = uriOf(given) ?? uriOfActiveFile() ?? (await pickOverview(context));
  if (uri === null) return null;
  context.engine.warm();
  await vscode.commands.executeCommand('vscode.openWith', uri, overviewViewType);
  return uri;
}

/** The document that stands for a bundled model. */
export function uriOfBundled(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: bundledScheme, path: `/${name}` });
}

function uriOf(given: unknown): vscode.Uri | null {
  if (given instanceof vscode.Uri) return given;
  if (typeof given !== 'object' || given === null) return null;
  const node = given as Partial<ModelNode> & { readonly model?: unknown };
  if (typeof node.model === 'string') return uriOfBundled(node.model);
  if (node.kind !== 'model') return null;
  const { uri, name } = node as Extract<ModelNode, { kind: 'model' }>;
  return uri ?? uriOfBundled(name);
}

/** The file of the tab in front, where its name is that of a model. */
export function uriOfActiveFile(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input as { readonly uri?: unknown } | undefined;
  const uri = input?.uri;
  return uri instanceof vscode.Uri &&
    modelExtensions.some((ending) => ending !== 'json' && uri.path.endsWith(`.${ending}`))
    ? uri
    : null;
}

async function pickOverview(context: CommandContext): Promise<vscode.Uri | null> {
  const model = await askForModel(context, {
    title: vscode.l10n.t('Open Model Overview'),
    placeHolder: vscode.l10n.t('Choose the model whose weights are shown'),
  });
  if (model?.kind === 'file') return vscode.Uri.file(model.path);
  return model?.kind === 'bundled' ? uriOfBundled(model.name) : null;
}

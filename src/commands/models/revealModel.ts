import * as vscode from 'vscode';
import { type ModelNode } from '../../trees/modelsTree';

/**
 * "Reveal in Explorer" of a model file in the tree: in VS Code's own explorer, or the system's where it lies outside.
 */
export async function revealModel(_context: unknown, given: unknown): Promise<void> {
  const node = given as ModelNode | undefined;
  if (node?.kind !== 'model' || !node.uri) return;
  const isInside = vscode.workspace.getWorkspaceFolder(node.uri) !== undefined;
  await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', node.uri);
}

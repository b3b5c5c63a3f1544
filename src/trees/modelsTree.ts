import * as vscode from 'vscode';
import { type Log } from '../base/log';
import { type ModelSummary } from '../protocol/summaries';
import { type EngineClient } from '../session/engineClient';

/** A model, or one of its layers. */
export type ModelNode =
  | { readonly kind: 'model'; readonly summary: ModelSummary }
  | { readonly kind: 'layer'; readonly layer: ModelSummary['layers'][number] };

/** "LSTM Models": each model with what is known of it, and its recurrent layers below. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly log: Log,
  ) {}

  /** Asks for the models again. */
  refresh(): void {
    this.changed.fire();
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node?.kind === 'model') return node.summary.layers.map((layer) => ({ kind: 'layer', layer }));
    if (node) return [];
    const answer = await this.engine.request('models', {});
    if (answer.ok) return answer.value.map((summary) => ({ kind: 'model', summary }));
    this.log.error(`The list of models could not be had: ${answer.error.message}`);
    return [];
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    return node.kind === 'model' ? modelItem(node.summary) : layerItem(node.layer);
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function modelItem({ name, description, parameters, format, vocabularySize, notes, layers }: ModelSummary): vscode.TreeItem {
  const item = new vscode.TreeItem(name, layers.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  item.description = vscode.l10n.t('{0} parameters', parameters.toLocaleString('en'));
  item.tooltip = [description, vscode.l10n.t('Format: {0}', format), ...(vocabularySize === undefined ? [] : [vscode.l10n.t('Vocabulary: {0}', vocabularySize)]), ...notes].join('\n');
  item.iconPath = new vscode.ThemeIcon(format === 'bundled' ? 'package' : 'file-binary');
  item.contextValue = format === 'bundled' ? 'bundledModel' : 'fileModel';
  return item;
}

function layerItem({ name, cell, direction, units, inputWidth }: ModelSummary['layers'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(`${name} (${cell.toUpperCase()})`);
  item.description = vscode.l10n.t('{0} units, {1} inputs, {2}', units, inputWidth, direction === 'backward' ? vscode.l10n.t('backward') : vscode.l10n.t('forward'));
  item.iconPath = new vscode.ThemeIcon('layers');
  return item;
}

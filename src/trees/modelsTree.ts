import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type ModelSummary } from '../protocol/summaries';
import { type EngineClient } from '../session/engineClient';

type Layer = ModelSummary['layers'][number];

/** A group of models, a model, or one of its layers. */
export type ModelNode =
  | { readonly kind: 'group'; readonly group: 'bundled' | 'workspace' | 'opened' }
  | { readonly kind: 'model'; readonly summary: ModelSummary; readonly uri?: vscode.Uri }
  | { readonly kind: 'layer'; readonly layer: Layer };

/** What the tree is handed. */
export interface ModelsTreeOptions {
  readonly engine: EngineClient;
  readonly log: Log;
  /** Paths of the model files opened before. */
  readonly openedBefore: () => readonly string[];
}

const pattern = '**/*.{h5,hdf5,keras,onnx,safetensors,pt,pth}';
const mostFiles = 100;

/** "LSTM Models": the bundled ones, those in the workspace and those opened before, each with its recurrent layers. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly options: ModelsTreeOptions) {
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern, false, true, false));
    this.store.add(watcher.onDidCreate(() => this.refresh()));
    this.store.add(watcher.onDidDelete(() => this.refresh()));
  }

  /** Looks for models again. */
  refresh(): void {
    this.changed.fire();
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (!node) return (['bundled', 'workspace', 'opened'] as const).map((group) => ({ kind: 'group', group }));
    if (node.kind === 'model') return node.summary.layers.map((layer) => ({ kind: 'layer', layer }));
    if (node.kind === 'layer') return [];
    if (node.group === 'bundled') return this.bundled();
    const uris = node.group === 'workspace' ? await findModelFiles() : this.options.openedBefore().map((path) => vscode.Uri.file(path));
    return this.fromFiles(uris);
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node.group);
    return node.kind === 'model' ? modelItem(node) : layerItem(node.layer);
  }

  dispose(): void {
    this.store.dispose();
    this.changed.dispose();
  }

  private async bundled(): Promise<ModelNode[]> {
    const answer = await this.options.engine.request('models', {});
    if (answer.ok) return answer.value.map((summary) => ({ kind: 'model', summary }));
    this.options.log.error(`The list of models could not be had: ${answer.error.message}`);
    return [];
  }

  /** The files that hold a recurrent model, told by their content, one after the other: several at once would only wait. */
  private async fromFiles(uris: readonly vscode.Uri[]): Promise<ModelNode[]> {
    const nodes: ModelNode[] = [];
    for (const uri of uris) {
      const answer = await this.options.engine.request('openModel', { model: { kind: 'file', path: uri.fsPath } });
      if (answer.ok) nodes.push({ kind: 'model', summary: answer.value, uri });
      else this.options.log.info(`Not listed among the models: ${answer.error.message}`);
    }
    return nodes;
  }
}

async function findModelFiles(): Promise<readonly vscode.Uri[]> {
  const [byEnding, tfjs] = await Promise.all([
    vscode.workspace.findFiles(pattern, '**/node_modules/**', mostFiles),
    vscode.workspace.findFiles('**/model.json', '**/node_modules/**', mostFiles),
  ]);
  return [...byEnding, ...tfjs].filter(({ scheme }) => scheme === 'file').sort((a, b) => a.path.localeCompare(b.path));
}

function groupItem(group: Extract<ModelNode, { kind: 'group' }>['group']): vscode.TreeItem {
  const names = { bundled: vscode.l10n.t('Bundled'), workspace: vscode.l10n.t('In this workspace'), opened: vscode.l10n.t('Opened before') };
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  return new vscode.TreeItem(names[group], group === 'bundled' ? Expanded : Collapsed);
}

function modelItem({ summary, uri }: Extract<ModelNode, { kind: 'model' }>): vscode.TreeItem {
  const { name, description, parameters, format, vocabularySize, input, notes, layers } = summary;
  const item = new vscode.TreeItem(name, layers.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
  const vocabulary = vocabularySize === undefined ? vscode.l10n.t('No vocabulary') : vscode.l10n.t('Vocabulary: {0}', vocabularySize);
  item.description = vscode.l10n.t('{0} parameters', parameters.toLocaleString('en'));
  item.tooltip = [description, vscode.l10n.t('Format: {0}', format), vscode.l10n.t('Reads: {0}', input), vocabulary, ...(uri ? [uri.fsPath] : []), ...notes].join('\n');
  item.iconPath = new vscode.ThemeIcon(uri ? 'file-binary' : 'package');
  item.contextValue = uri ? 'fileModel' : 'bundledModel';
  return item;
}

function layerItem({ name, cell, direction, units, inputWidth }: Layer): vscode.TreeItem {
  const item = new vscode.TreeItem(`${name} (${cell.toUpperCase()})`);
  const reads = direction === 'backward' ? vscode.l10n.t('backward') : vscode.l10n.t('forward');
  item.description = vscode.l10n.t('{0} units, {1} inputs, {2}', units, inputWidth, reads);
  item.iconPath = new vscode.ThemeIcon('layers');
  return item;
}

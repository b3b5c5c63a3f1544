import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type ModelReference } from '../protocol/modelReference';
import { type ModelSummary } from '../protocol/summaries';
import { type EngineClient } from '../session/engineClient';
import { mapSeveral } from '../base/mapSeveral';
import { findModelFiles } from './findModelFiles';
import { groupItem, layerItem, modelItem, nothingItem, unreadableFileItem, unreadableItem } from './modelItems';
import { type ModelNode } from './modelNode';

export { type ModelNode };

type ModelItem = Extract<ModelNode, { kind: 'model' }>;
type UnreadableItem = Extract<ModelNode, { kind: 'unreadableFile' }>;
/** What is known of a model, or why its file cannot be read. */
type Found = ModelSummary | string;

/** What the tree is handed. */
export interface ModelsTreeOptions {
  readonly engine: EngineClient;
  readonly log: Log;
  /** Paths of the model files opened before. */
  readonly openedBefore: () => readonly string[];
  /** Tells that it looks for models, or no longer. */
  readonly scanning?: (isScanning: boolean) => void;
}

const endings = '**/*.{h5,hdf5,keras,onnx,safetensors,pt,pth,ckpt}';
const topologies = '**/model.json';
const settings = '**/*inspector.json';
const mostMb = 64;
const settleMs = 500;
/** As many as the engine reads at once where they take long. */
const filesAtOnce = 6;

/** "LSTM Models": the bundled ones, those in the workspace and those opened before, each with its recurrent layers. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<ModelNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** What was found in a file, by its path, time and size: the same file is not opened twice. */
  private readonly known = new Map<string, Found>();
  private looking = new AbortController();
  private scans = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ModelsTreeOptions) {
    for (const pattern of [endings, topologies, settings]) {
      const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern));
      this.store.add(watcher.onDidCreate(() => this.refreshSoon()));
      this.store.add(watcher.onDidChange(() => this.refreshSoon(pattern === settings)));
      this.store.add(watcher.onDidDelete(() => this.refreshSoon()));
    }
  }

  /** Looks for models again. */
  refresh(): void {
    this.stop();
    this.known.clear();
    this.changed.fire(undefined);
  }

  /** Stops looking; what was found so far stays. */
  stop(): void {
    this.looking.abort();
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (!node) return (['bundled', 'workspace', 'opened'] as const).map((group) => ({ kind: 'group', group }));
    if (node.kind === 'model') return this.layersOf(node);
    if (node.kind === 'unreadable') return node.files.map((file) => ({ kind: 'unreadableFile', file }));
    if (node.kind !== 'group') return [];
    if (node.group === 'bundled') return this.bundled();
    // Two groups are often looked through at the same time: neither stops the other.
    if (this.looking.signal.aborted) this.looking = new AbortController();
    return this.look(node.group, this.looking.signal);
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.group);
      case 'model':
        return modelItem(node);
      case 'layer':
        return layerItem(node.layer);
      case 'unreadable':
        return unreadableItem(node);
      case 'unreadableFile':
        return unreadableFileItem(node);
      case 'nothing':
        return nothingItem(node);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stop();
    this.store.dispose();
    this.changed.dispose();
  }

  /** A training run writes its checkpoints in pieces, so that a little is waited. */
  refreshSoon(isForgetful = false): void {
    if (isForgetful) this.known.clear();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(undefined), settleMs);
  }

  private async bundled(): Promise<ModelNode[]> {
    const answer = await this.options.engine.request('models', {});
    if (answer.ok) return answer.value.map((summary) => ({ kind: 'model', name: summary.name, summary }));
    this.options.log.error(`The list of models could not be had: ${answer.error.message}`);
    return [];
  }

  private async look(group: 'workspace' | 'opened', signal: AbortSignal): Promise<ModelNode[]> {
    this.scans += 1;
    this.options.scanning?.(true);
    try {
      const uris =
        group === 'workspace'
          ? await findModelFiles([endings, topologies], signal)
          : this.options.openedBefore().map((path) => vscode.Uri.file(path));
      const nodes = await this.fromFiles(uris, signal);
      return nodes.length === 0 && !signal.aborted ? [{ kind: 'nothing', group }] : nodes;
    } finally {
      this.scans -= 1;
      if (this.scans === 0) this.options.scanning?.(false);
    }
  }

  /**
   * The files that hold a recurrent model, told by their content; several at once, so that a hostile one holds up no
   * other.
   */
  private async fromFiles(uris: readonly vscode.Uri[], signal: AbortSignal): Promise<ModelNode[]> {
    const found = await mapSeveral(uris, filesAtOnce, (uri) => (signal.aborted ? null : this.fromFile(uri, signal)));
    const nodes: ModelNode[] = found.filter((node): node is ModelItem => node?.kind === 'model');
    const files = found.flatMap((node) => (node?.kind === 'unreadableFile' ? [node.file] : []));
    return files.length === 0 ? nodes : [...nodes, { kind: 'unreadable', files }];
  }

  private async fromFile(uri: vscode.Uri, signal: AbortSignal): Promise<ModelItem | UnreadableItem | null> {
    const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => null);
    if (!stat) return null;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const sizeMb = stat.size / 2 ** 20;
    const key = `${uri.toString()} ${stat.mtime} ${stat.size}`;
    const known = this.known.get(key);
    if (known === undefined && sizeMb > mostMb) return { kind: 'model', name, uri, sizeMb };
    const found = known ?? (await this.open({ kind: 'file', path: uri.fsPath }, signal));
    if (found === null) return null;
    this.known.set(key, found);
    return typeof found === 'string'
      ? { kind: 'unreadableFile', file: { name, uri, why: found } }
      : { kind: 'model', name, uri, summary: found, sizeMb };
  }

  /** A large file is opened when a person looks inside. */
  private async layersOf({ name, summary, uri }: ModelItem): Promise<ModelNode[]> {
    const found = summary ?? (uri ? await this.open({ kind: 'file', path: uri.fsPath }) : null);
    if (typeof found === 'string') return uri ? [{ kind: 'unreadableFile', file: { name, uri, why: found } }] : [];
    return (found?.layers ?? []).map((layer) => ({ kind: 'layer', layer }));
  }

  /** What is known of a model, or why it cannot be read; null when cancelled. */
  private async open(model: ModelReference, signal?: AbortSignal): Promise<Found | null> {
    const answer = await this.options.engine.request('openModel', { model }, signal ? { signal } : {});
    if (answer.ok) return answer.value;
    if (answer.error.code === 'cancelled') return null;
    this.options.log.info(`Not listed among the models: ${answer.error.message}`);
    return answer.error.message;
  }
}

import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Log } from '../base/log';
import { type ModelReference } from '../protocol/modelReference';
import { type ModelSummary } from '../protocol/summaries';
import { type EngineClient } from '../session/engineClient';
import { groupItem, layerItem, modelItem } from './modelItems';
import { type ModelNode } from './modelNode';

export { type ModelNode };

type ModelItem = Extract<ModelNode, { kind: 'model' }>;

/** What the tree is handed. */
export interface ModelsTreeOptions {
  readonly engine: EngineClient;
  readonly log: Log;
  /** Paths of the model files opened before. */
  readonly openedBefore: () => readonly string[];
  /** Tells that it looks for models, or no longer. */
  readonly scanning?: (isScanning: boolean) => void;
}

const endings = '**/*.{h5,hdf5,keras,onnx,safetensors,pt,pth}';
const topologies = '**/model.json';
const settings = '**/*inspector.json';
const mostFiles = 100;
const mostMb = 64;
const settleMs = 500;

/** "LSTM Models": the bundled ones, those in the workspace and those opened before, each with its recurrent layers. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<ModelNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** What was found in a file, by its path, time and size: the same file is not opened twice. */
  private readonly known = new Map<string, ModelSummary | null>();
  private looking = new AbortController();
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
    if (node.kind === 'layer') return [];
    if (node.group === 'bundled') return this.bundled();
    this.looking.abort();
    this.looking = new AbortController();
    return this.look(node.group, this.looking.signal);
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node.group);
    return node.kind === 'model' ? modelItem(node) : layerItem(node.layer);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stop();
    this.store.dispose();
    this.changed.dispose();
  }

  /** A training run writes its checkpoints in pieces, so that a little is waited. */
  private refreshSoon(isForgetful = false): void {
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
    this.options.scanning?.(true);
    try {
      const uris = group === 'workspace' ? await findModelFiles(signal) : this.options.openedBefore().map((path) => vscode.Uri.file(path));
      return await this.fromFiles(uris, signal);
    } finally {
      if (this.looking.signal === signal) this.options.scanning?.(false);
    }
  }

  /** The files that hold a recurrent model, told by their content, one after the other: several at once would only wait. */
  private async fromFiles(uris: readonly vscode.Uri[], signal: AbortSignal): Promise<ModelNode[]> {
    const nodes: ModelNode[] = [];
    for (const uri of uris) {
      if (signal.aborted) break;
      const node = await this.fromFile(uri, signal);
      if (node) nodes.push(node);
    }
    return nodes;
  }

  private async fromFile(uri: vscode.Uri, signal: AbortSignal): Promise<ModelItem | null> {
    const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => null);
    if (!stat) return null;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const sizeMb = stat.size / 2 ** 20;
    const key = `${uri.toString()} ${stat.mtime} ${stat.size}`;
    const known = this.known.get(key);
    if (known === undefined && sizeMb > mostMb) return { kind: 'model', name, uri, sizeMb };
    const summary = known === undefined ? await this.open({ kind: 'file', path: uri.fsPath }, signal) : known;
    if (!signal.aborted) this.known.set(key, summary);
    return summary && { kind: 'model', name, uri, summary, sizeMb };
  }

  /** A large file is opened when a person looks inside. */
  private async layersOf({ summary, uri }: ModelItem): Promise<ModelNode[]> {
    const found = summary ?? (uri ? await this.open({ kind: 'file', path: uri.fsPath }) : null);
    return (found?.layers ?? []).map((layer) => ({ kind: 'layer', layer }));
  }

  private async open(model: ModelReference, signal?: AbortSignal): Promise<ModelSummary | null> {
    const answer = await this.options.engine.request('openModel', { model }, signal ? { signal } : {});
    if (answer.ok) return answer.value;
    if (answer.error.code !== 'cancelled') this.options.log.info(`Not listed among the models: ${answer.error.message}`);
    return null;
  }
}

async function findModelFiles(signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  const source = new vscode.CancellationTokenSource();
  const stop = (): void => source.cancel();
  signal.addEventListener('abort', stop, { once: true });
  const found = await Promise.all([endings, topologies].map((pattern) => vscode.workspace.findFiles(pattern, '**/node_modules/**', mostFiles, source.token)));
  signal.removeEventListener('abort', stop);
  source.dispose();
  return found.flat().filter(({ scheme }) => scheme === 'file').sort((a, b) => a.path.localeCompare(b.path)).slice(0, mostFiles);
}

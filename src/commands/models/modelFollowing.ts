import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { type Inspection } from '../../session/inspection';
import { type FileStamp, waitUntilSettled } from '../../session/settledFile';
import { type CommandContext } from '../commandContext';
import { openInspection } from '../inspect/openInspection';

/** A model file that open inspections read. */
interface Followed {
  readonly path: string;
  readonly watcher: Disposable;
  /** Aborted when another change comes, or nobody reads the file any more. */
  settling: AbortController;
  /** The state that the inspections know. */
  stamp: FileStamp;
  /** Read again without a question. */
  isAlways: boolean;
  isAsking: boolean;
}

/** What is needed of the extension. */
export type FollowingContext = Pick<
  CommandContext,
  'engine' | 'registry' | 'messages' | 'log' | 'panels' | 'differences'
>;

/**
 * Watches the model files of the open inspections. When one changes on disk (a training run writes checkpoints) and is
 * whole again, it offers to read the text again: in a panel of its own, beside the earlier trace, which stays, and with
 * the difference of the two.
 */
export class ModelFollowing implements Disposable {
  private readonly store = new DisposableStore();
  private readonly files = new Map<string, Followed>();
  /** The later inspection of each earlier one that was followed. */
  private readonly successors = new Map<Inspection, Inspection>();

  constructor(private readonly context: FollowingContext) {
    const { registry } = context;
    this.store.add(
      registry.opened.on((inspection) => {
        void this.watchAll();
        this.store.add(inspection.changed.on(() => void this.watchAll()));
      }),
    );
    this.store.add(
      registry.closed.on((inspection) => {
        for (const [before, now] of this.successors)
          if (before === inspection || now === inspection) this.successors.delete(before);
        void this.watchAll();
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
    for (const followed of [...this.files.values()]) this.forget(followed);
  }

  /** Watches what is read now, and no longer what is not. */
  private watchAll(): void {
    const paths = new Set(
      this.context.registry.all.flatMap(({ model }) => (model.kind === 'file' ? [model.path] : [])),
    );
    for (const followed of [...this.files.values()]) if (!paths.has(followed.path)) this.forget(followed);
    for (const path of paths) if (!this.files.has(path)) this.watch(path);
  }

  private watch(path: string): void {
    const uri = vscode.Uri.file(path);
    const folder = vscode.Uri.joinPath(uri, '..');
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const followed: Followed = {
      path,
      watcher,
      settling: new AbortController(),
      stamp: null,
      isAlways: false,
      isAsking: false,
    };
    this.files.set(path, followed);
    const known = stampOf(uri).then((stamp) => void (followed.stamp = stamp));
    const changed = (at: vscode.Uri): void => {
      if (at.fsPath === uri.fsPath) void known.then(() => this.settle(followed));
    };
    for (const event of [watcher.onDidChange, watcher.onDidCreate]) event(changed);
  }

  private forget(followed: Followed): void {
    followed.settling.abort();
    followed.watcher.dispose();
    this.files.delete(followed.path);
  }

  /** The file changed: waits until it is whole, whatever is still written to it. */
  private async settle(followed: Followed): Promise<void> {
    followed.settling.abort();
    const settling = new AbortController();
    followed.settling = settling;
    const uri = vscode.Uri.file(followed.path);
    const { signal } = settling;
    const stamp = await waitUntilSettled({
      signal,
      stamp: () => stampOf(uri),
      isReadable: async () =>
        (await this.context.engine.request('openModel', { model: { kind: 'file', path: followed.path } }, { signal }))
          .ok,
      wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    });
    if (signal.aborted || stamp === followed.stamp) return;
    if (stamp === null)
      return void this.context.log.warn(`${followed.path} changed, and cannot be read as a model now.`);
    followed.stamp = stamp;
    if (followed.isAlways) this.follow(followed.path);
    else this.offer(followed);
  }

  private offer(followed: Followed): void {
    if (followed.isAsking) return;
    followed.isAsking = true;
    const name = followed.path.slice(Math.max(followed.path.lastIndexOf('/'), followed.path.lastIndexOf('\\')) + 1);
    const answered = (then: () => void) => () => {
      followed.isAsking = false;
      then();
    };
    this.context.messages.tell(
      'info',
      vscode.l10n.t(
        '{0} has changed on disk. Read the text again with it? The present trace stays, and the difference is shown.',
        name,
      ),
      {
        [vscode.l10n.t('Read Again')]: answered(() => this.follow(followed.path)),
        [vscode.l10n.t('Always Follow')]: answered(() => {
          followed.isAlways = true;
          this.follow(followed.path);
        }),
      },
      answered(() => undefined),
    );
  }

  /**
   * Reads every text that was read with the file anew: beside the earlier reading, which is kept as it was when first
   * followed.
   */
  follow(path: string): void {
    const { registry, differences } = this.context;
    const later = new Set(this.successors.values());
    const earlier = registry.all.filter(
      (inspection) => inspection.model.kind === 'file' && inspection.model.path === path && !later.has(inspection),
    );
    for (const before of earlier) {
      const known = this.successors.get(before);
      if (known) {
        void known.restart();
        differences.show(before, known);
        continue;
      }
      const title = vscode.l10n.t('{0} (now)', before.subject.title);
      const now = openInspection(this.context, { ...before.subject, title }, before.model, before);
      this.successors.set(before, now);
      differences.show(before, now);
    }
  }
}

async function stampOf(uri: vscode.Uri): Promise<FileStamp> {
  try {
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return `${mtime} ${size}`;
  } catch {
    return null;
  }
}

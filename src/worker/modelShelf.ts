import path from 'node:path';
import { type Disposable } from '../base/disposable';
import { type PreparedModel } from '../engine/forward/preparedModel';
import { revisionOf } from '../files/regularFile';
import { settingsNames } from '../models/ownSettings';
import { type RecurrentModel } from '../network/recurrentModel';
import { type ModelReference } from '../protocol/modelReference';

/** A model in use; disposing it gives it back. */
export interface ModelLease extends Disposable {
  readonly prepared: PreparedModel;
}

interface Entry {
  readonly prepared: Promise<PreparedModel>;
  /** Ends the opening once everybody who waits for it has cancelled. */
  readonly opening: AbortController;
  /** Who hears how much of the file has been read. */
  readonly listeners: Set<(megabytes: number) => void>;
  users: number;
}

/** How many models stay prepared while nobody uses them. */
const keptIdle = 3;

/** Opened models, so that the next text finds its model ready. A file that has changed on disk is opened again. */
export class ModelShelf {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly open: (
      reference: ModelReference,
      waiting: { readonly signal: AbortSignal; readonly onRead: (megabytes: number) => void },
    ) => Promise<RecurrentModel>,
    private readonly prepare: (model: RecurrentModel) => PreparedModel,
  ) {}

  /**
   * The prepared model of a reference; dispose the lease when done. Aborted, it rejects, and the opening ends unless
   * others wait for it.
   */
  async lease(
    reference: ModelReference,
    signal?: AbortSignal,
    onRead?: (megabytes: number) => void,
  ): Promise<ModelLease> {
    signal?.throwIfAborted();
    const key = keyOf(reference);
    const known = key === null ? undefined : this.entries.get(key);
    const entry = known ?? this.createEntry(reference);
    const name = key ?? `bytes ${++this.unnamed}`;
    this.entries.delete(name);
    this.entries.set(name, entry);
    entry.users++;
    const cancel = (): void => this.cancel(name, entry);
    signal?.addEventListener('abort', cancel, { once: true });
    if (onRead !== undefined) entry.listeners.add(onRead);
    try {
      const prepared = await entry.prepared;
      signal?.throwIfAborted();
      return { prepared, dispose: once(() => this.giveBack(entry)) };
    } catch (thrown) {
      if (signal?.aborted !== true && this.entries.get(name) === entry) this.entries.delete(name);
      throw thrown;
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (onRead !== undefined) entry.listeners.delete(onRead);
    }
  }

  private unnamed = 0;

  private createEntry(reference: ModelReference): Entry {
    const opening = new AbortController();
    const listeners = new Set<(megabytes: number) => void>();
    const onRead = (megabytes: number): void => listeners.forEach((listener) => listener(megabytes));
    return {
      prepared: this.open(reference, { signal: opening.signal, onRead }).then(this.prepare),
      opening,
      listeners,
      users: 0,
    };
  }

  /** One who waited no longer does. */
  private cancel(name: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    if (this.entries.get(name) === entry) this.entries.delete(name);
    entry.opening.abort();
    void entry.prepared.then(
      (model) => model.dispose(),
      () => undefined,
    );
  }

  private giveBack(entry: Entry): void {
    entry.users--;
    const idle = [...this.entries].filter(([, { users }]) => users === 0);
    for (const [name, { prepared }] of idle.slice(0, Math.max(0, idle.length - keptIdle))) {
      this.entries.delete(name);
      void prepared.then((model) => model.dispose());
    }
  }
}

/** What tells two references apart; null for bytes, which are not compared. */
function keyOf(reference: ModelReference): string | null {
  switch (reference.kind) {
    case 'bundled':
      return `bundled ${reference.name}`;
    case 'bytes':
      return null;
    case 'file': {
      // The settings beside it decide what is read too.
      const folder = path.dirname(reference.path);
      const settings = settingsNames(path.basename(reference.path)).map((name) => path.join(folder, name));
      const paths = [
        reference.path,
        ...settings,
        ...(reference.vocabularyPath === undefined ? [] : [reference.vocabularyPath]),
      ];
      return `file ${paths.map((file) => `${file} ${revisionOf(file)}`).join(' ')} ${reference.layer ?? ''} ${reference.offset ?? ''}`;
    }
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

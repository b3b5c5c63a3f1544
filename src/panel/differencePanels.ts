import * as vscode from 'vscode';
import { createPanel } from '../show/panelTitle';
import { type Disposable, DisposableStore } from '../base/disposable';
import { DifferenceSession } from '../session/differenceSession';
import { type Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { openPage, type PageContext } from './pagePanel';
import { type InspectionDefaults } from './panels';

/**
 * The view type of the panels that show a difference; a reload of the window does not restore them: the earlier trace
 * is gone then.
 */
export const differenceViewType = 'lstmInspector.difference';

/** What these panels are handed. */
export interface DifferencePanelsOptions extends PageContext {
  readonly defaults: InspectionDefaults;
  readonly registry: InspectionRegistry;
}

/** The panels that show in what two inspections of one text differ, one for each two. */
export class DifferencePanels implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<DifferenceSession, vscode.WebviewPanel>();
  private readonly readAt = new WeakMap<Inspection, { readonly id: number; readonly time: Date }>();

  constructor(private readonly options: DifferencePanelsOptions) {
    const { registry } = options;
    this.store.add(
      registry.opened.on((inspection) => {
        this.note(inspection);
        this.store.add(inspection.changed.on(() => this.note(inspection)));
      }),
    );
    this.store.add(
      registry.closed.on((inspection) => {
        for (const session of this.open.keys()) session.markClosed(inspection);
      }),
    );
  }

  /** The sessions that are open. */
  get all(): readonly DifferenceSession[] {
    return [...this.open.keys()];
  }

  /** Shows the panel of two inspections, a new one below those of the inspections where there is none. */
  show(before: Inspection, now: Inspection): DifferenceSession {
    const known = this.all.find((session) => session.isOf(before, now));
    if (known) {
      this.open.get(known)?.reveal(undefined, true);
      return known;
    }
    const { engine, strings } = this.options.defaults();
    const session = new DifferenceSession({
      engine,
      before,
      now,
      strings,
      nameOf: (inspection) => this.nameOf(inspection),
    });
    const panel = createPanel(differenceViewType, vscode.l10n.t('Difference: {0}', session.title));
    this.open.set(session, panel);
    openPage({ panel, page: 'difference', session, closed: () => this.forget(session) }, this.options);
    return session;
  }

  dispose(): void {
    for (const panel of [...this.open.values()]) panel.dispose();
    this.store.dispose();
  }

  private forget(session: DifferenceSession): void {
    this.open.delete(session);
    session.dispose();
  }

  /** Remembers when each reading began: two versions of one file have the same name. */
  private note(inspection: Inspection): void {
    if (this.readAt.get(inspection)?.id !== inspection.id)
      this.readAt.set(inspection, { id: inspection.id, time: new Date() });
  }

  private nameOf(inspection: Inspection): string {
    const name = inspection.modelSummary?.name ?? (inspection.model.kind === 'file' ? '' : inspection.model.name);
    const time = this.readAt.get(inspection)?.time.toLocaleTimeString(vscode.env.language);
    return time === undefined ? name : vscode.l10n.t('{0} (read {1})', name, time);
  }
}

import * as vscode from 'vscode';
import { createPanel, setPanelTitle } from '../show/panelTitle';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type StoredDecay } from '../protocol/decayMessages';
import { Comparison, firstComparison, type ComparisonStart } from '../session/comparison';
import { type Subject } from '../session/subject';
import { openPage, type PageContext } from './pagePanel';
import { type FindSubject, type InspectionDefaults } from './panels';
import { parseStoredSource } from './storedPanel';

/** The view type of decay panels and of their serializer. */
export const decayViewType = 'lstmInspector.decay';

/** What the decay panels are handed. */
export interface DecayPanelsOptions extends PageContext {
  readonly defaults: InspectionDefaults;
  readonly findSubject: FindSubject;
}

/** The panels of "Compare Gradient Decay": opened, and revived the same way. */
export class DecayPanels implements Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly options: DecayPanelsOptions) {}

  /** Opens a panel beside the editor that compares on a text, or on noise where it is empty. */
  async create(subject: Subject): Promise<Comparison> {
    const answer = await this.options.defaults().engine.request('models', {});
    const bundled = answer.ok ? answer.value.map(({ name }) => name) : [];
    const panel = createPanel(decayViewType, subject.title);
    return this.adopt(panel, { subject, params: firstComparison(subject.text, bundled) });
  }

  /** Takes over a panel that VS Code restored. */
  async revive(panel: vscode.WebviewPanel, kept: unknown): Promise<Comparison | null> {
    const { source: keptSource, params } = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<
      Record<keyof StoredDecay, unknown>
    >;
    const source = parseStoredSource(keptSource);
    if (!source) {
      panel.dispose();
      return null;
    }
    const { subject, stale } = await this.options.findSubject(source);
    const isKept = stale === null && typeof params === 'object' && params !== null;
    return this.adopt(panel, {
      subject,
      stale: stale ?? null,
      params: isKept ? params : firstComparison(subject.text),
    });
  }

  dispose(): void {
    this.store.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, start: Omit<ComparisonStart, 'engine' | 'strings'>): Comparison {
    const { engine, strings } = this.options.defaults();
    const comparison = new Comparison({ ...start, engine, strings });
    setPanelTitle(panel, vscode.l10n.t('Gradient decay: {0}', comparison.title));
    this.store.add(panel);
    openPage({ panel, page: 'decay', session: comparison, closed: () => comparison.dispose() }, this.options);
    return comparison;
  }
}

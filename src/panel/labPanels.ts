import path from 'node:path';
import type * as vscode from 'vscode';
import { isWorkspaceTrusted, untrustedMessage } from '../show/workspaceTrust';
import { createPanel, setPanelTitle } from '../show/panelTitle';
import { type Disposable } from '../base/disposable';
import { type LabOrder } from '../protocol/requestParams';
import { LabRun, type LabWork } from '../session/labRun';
import { type LabEvent } from '../trace/lab/labEvents';
import { workspaceReach } from './labReach';
import { openPage, type PageContext } from './pagePanel';
import { type PanelPage } from './panelHtml';

/** What the panels of one kind of lab work (training, search or transfer) are handed. */
export interface LabPanelsOptions<Event extends LabEvent> extends PageContext {
  readonly viewType: string;
  readonly page: PanelPage['page'];
  /** The panel's title for a lab file's name. */
  title(source: string): string;
  readonly strings: () => Readonly<Record<string, string>>;
  /** Who does the work of a lab file. */
  workOf(order: LabOrder): LabWork<Event>;
  /** Progress, messages: called once for each run that is made. */
  watch?(run: LabRun<Event>): void;
  /** Does what this page alone asks of VS Code; the parameters are unchecked. */
  act?(what: string, params: unknown, run: LabRun<Event>): void;
}

/**
 * The panels of one kind of lab work, at most one a lab file. A run outlives its panel: closing stops watching, not
 * working.
 */
export class LabPanels<Event extends LabEvent> implements Disposable {
  private readonly runs = new Map<string, LabRun<Event>>();
  private readonly open = new Map<LabRun<Event>, vscode.WebviewPanel>();

  constructor(private readonly options: LabPanelsOptions<Event>) {}

  /**
   * Shows the panel of a lab file, made beside the editor where there is none, with what its folder holds of an earlier
   * run.
   */
  show(order: LabOrder): LabRun<Event> {
    const run = this.runOf(order);
    const panel = this.open.get(run);
    if (panel) panel.reveal(undefined, true);
    else this.adopt(createPanel(this.options.viewType, run.source), run);
    return run;
  }

  /** The run of a lab file with what its folder holds of an earlier one; no panel is opened. */
  async look(order: LabOrder): Promise<LabRun<Event>> {
    const run = this.runOf(order);
    await run.loadEarlier();
    return run;
  }

  /** Takes over a panel that VS Code restored; it shows what lies on disk and starts nothing. */
  revive(panel: vscode.WebviewPanel, kept: unknown): void {
    const order = parseOrder(kept);
    const run = order && this.runOf(order);
    if (run === null || this.open.has(run)) return panel.dispose();
    this.adopt(panel, run);
  }

  dispose(): void {
    for (const panel of [...this.open.values()]) panel.dispose();
    for (const run of this.runs.values()) run.dispose();
  }

  private runOf(order: LabOrder): LabRun<Event> {
    const key = order.settingsPath;
    const known = this.runs.get(key);
    if (known) return known;
    const run = new LabRun<Event>({
      order,
      source: path.basename(order.settingsPath),
      work: inTrust(this.options.workOf(order)),
      strings: this.options.strings(),
    });
    this.runs.set(key, run);
    this.options.watch?.(run);
    return run;
  }

  private adopt(panel: vscode.WebviewPanel, run: LabRun<Event>): void {
    const { page, title, act } = this.options;
    setPanelTitle(panel, title(run.source));
    this.open.set(run, panel);
    const closed = (): void => {
      this.open.delete(run);
      run.hideView();
    };
    openPage({ panel, page, session: run, act: (rest) => act?.(rest.what, rest.params, run), closed }, this.options);
    void run.loadEarlier();
  }
}

/** The work, which is refused in an untrusted workspace also where a restored panel's own button starts it. */
function inTrust<Event extends LabEvent>(work: LabWork<Event>): LabWork<Event> {
  return {
    ...work,
    run: (given) =>
      isWorkspaceTrusted()
        ? work.run(given)
        : Promise.resolve({ ok: false, error: { code: 'untrusted', message: untrustedMessage() } }),
  };
}

/** Paths that a restored panel kept; null where they are not what we wrote. */
function parseOrder(kept: unknown): LabOrder | null {
  const { settingsPath, outFolder } = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<
    Record<keyof LabOrder, unknown>
  >;
  return typeof settingsPath === 'string' && typeof outFolder === 'string' ? { settingsPath, outFolder } : null;
}

/** A lab file and the folder of its results: beside it, with its name, as the command line has it. */
export function labOrderOf(settingsPath: string): LabOrder {
  return {
    settingsPath,
    reach: workspaceReach(settingsPath),
    outFolder: path.join(path.dirname(settingsPath), path.basename(settingsPath).replace(/(\.lstm-lab)?\.json$/, '')),
  };
}

/**
 * The same for a transfer, whose model lies inside that folder: a training of the same file keeps its own beside it.
 */
export function transferOrderOf(settingsPath: string): LabOrder {
  const order = labOrderOf(settingsPath);
  return { ...order, outFolder: path.join(order.outFolder, 'transfer') };
}

import * as vscode from 'vscode';
import { sensitivityShades, shadesOf, strongestStep } from './sensitivityShades';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type SensitivityRow, SensitivityRows } from '../session/sensitivityRows';
import { type InspectedDocuments, type TokenPlace } from './inspectedDocuments';
import { StatusItem } from '../show/statusItem';
import { showToken } from '../trace/reading/showValue';

interface Shown {
  readonly inspection: Inspection;
  readonly row: SensitivityRow;
}

/**
 * On request: colours the text in the editor by how sensitive the output is to every token, at the token under the
 * mouse (or the cursor, or the mouse in the view). The status bar is the legend, and turns it off.
 */
export class SensitivityDecorations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly rows = new SensitivityRows();
  private readonly status = this.store.add(new StatusItem('lstmInspector.influence', 'eye'));
  private readonly shades = Array.from({ length: sensitivityShades }, (_, k) =>
    this.store.add(
      vscode.window.createTextEditorDecorationType({
        backgroundColor: new vscode.ThemeColor(`lstmInspector.influence${k + 1}`),
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      }),
    ),
  );
  private readonly output = this.store.add(
    vscode.window.createTextEditorDecorationType({
      border: '1px solid',
      borderColor: new vscode.ThemeColor('editor.foreground'),
    }),
  );
  private isOn = false;
  private shown: Shown | null = null;
  private listeners = new DisposableStore();

  constructor(
    private readonly registry: InspectionRegistry,
    private readonly documents: InspectedDocuments,
  ) {
    this.status.describe(vscode.l10n.t('Sensitivity'), 'lstmInspector.toggleInfluence');
    this.store.add(registry.closed.on((inspection) => this.forget(inspection)));
  }

  /** What is coloured now, for tests: the output's step, and the ranges of each shade in a document. */
  get current(): Shown | null {
    return this.shown;
  }

  get isShown(): boolean {
    return this.isOn;
  }

  /** Turns the colours on or off; gives whether they are on now. */
  toggle(): boolean {
    this.isOn = !this.isOn;
    if (this.isOn) this.start();
    else this.stop();
    void vscode.commands.executeCommand('setContext', 'lstmInspector.influence', this.isOn);
    return this.isOn;
  }

  /** The mouse or the cursor is on these tokens of an editor. */
  point(places: readonly TokenPlace[]): void {
    const place = places.find(({ inspection }) => inspection === this.registry.active) ?? places.at(-1);
    if (place) void this.show(place.inspection, place.step);
  }

  /** The ranges of each shade in a document, the faintest first. */
  rangesIn(document: vscode.TextDocument): readonly (readonly vscode.Range[])[] {
    const ranges: vscode.Range[][] = this.shades.map(() => []);
    if (!this.shown) return ranges;
    const { inspection, row } = this.shown;
    for (const { from, to, shade } of shadesOf(row.log10, row.maximum))
      ranges[shade - 1]?.push(...this.documents.rangesOfSteps(document, inspection, { from, to }));
    return ranges;
  }

  dispose(): void {
    this.listeners.dispose();
    this.rows.clear();
    this.store.dispose();
  }

  private start(): void {
    this.listeners = new DisposableStore();
    this.listeners.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (kind !== undefined) this.pointAtCursor(textEditor);
      }),
    );
    this.listeners.add(vscode.window.onDidChangeVisibleTextEditors(() => this.paint()));
    const follow = (inspection: Inspection): void => {
      this.listeners.add(
        inspection.hovered.on((step) => (step === null ? undefined : void this.show(inspection, step))),
      );
      this.listeners.add(inspection.changed.on(() => this.refresh(inspection)));
    };
    this.registry.all.forEach(follow);
    this.listeners.add(this.registry.opened.on(follow));
    this.say(vscode.l10n.t('Sensitivity: point at a token'));
    this.status.show();
    const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
    if (editor) this.pointAtCursor(editor);
  }

  private stop(): void {
    this.listeners.dispose();
    this.rows.clear();
    this.shown = null;
    this.paint();
    this.status.hide();
  }

  private pointAtCursor({ document, selection }: vscode.TextEditor): void {
    this.point(this.documents.tokensAt(document, selection.active));
  }

  private async show(inspection: Inspection, step: number): Promise<void> {
    if (!this.isOn || inspection.status.kind !== 'complete') return;
    const answer = await this.rows.ask(inspection, step);
    if (!this.isOn) return;
    if (!answer.ok) {
      if (answer.error.code !== 'cancelled') this.say(answer.error.message);
      return;
    }
    this.shown = { inspection, row: answer.value };
    this.explain(inspection, answer.value);
    this.paint();
  }

  private refresh(inspection: Inspection): void {
    if (this.shown?.inspection !== inspection) return;
    // What was read again has other values.
    if (inspection.status.kind !== 'complete') this.shown = null;
    this.paint();
  }

  private forget(inspection: Inspection): void {
    if (this.shown?.inspection !== inspection) return;
    this.shown = null;
    this.paint();
    this.say(vscode.l10n.t('Sensitivity: point at a token'));
  }

  private explain(inspection: Inspection, { step, target, log10 }: SensitivityRow): void {
    const strongest = strongestStep(log10);
    const text = vscode.l10n.t(
      'Sensitivity of {0} after step {1}: strongest {2} at {3} (scale per token)',
      quote(target),
      step,
      quote(inspection.tokens.at(strongest)?.text ?? ''),
      strongest,
    );
    this.say(
      text,
      vscode.l10n.t(
        'The norm of d output / d input of every token, before the softmax. {0} shades, linear in the share of the strongest token: a scale of its own for every output. Click to turn it off.',
        sensitivityShades,
      ),
    );
  }

  private say(
    text: string,
    tooltip = vscode.l10n.t(
      'Colours the text by how sensitive the output at the token under the mouse is to each token. Click to turn it off.',
    ),
  ): void {
    this.status.say(text, tooltip);
  }

  private paint(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const ranges = this.rangesIn(editor.document);
      this.shades.forEach((shade, k) => editor.setDecorations(shade, ranges[k] ?? []));
      const { shown } = this;
      editor.setDecorations(
        this.output,
        shown ? this.documents.rangesOf(editor.document, shown.inspection, shown.row.step) : [],
      );
    }
  }
}

function quote(text: string): string {
  return `"${showToken(text)}"`;
}

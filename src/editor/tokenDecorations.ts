import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type InspectedDocuments } from './inspectedDocuments';

/**
 * Marks in the editor the token that the view's mouse or keyboard is on, and the pinned ones; shows a token when asked.
 */
export class TokenDecorations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly hovered = this.store.add(
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
      border: '1px solid',
      borderColor: new vscode.ThemeColor('focusBorder'),
      overviewRulerColor: new vscode.ThemeColor('focusBorder'),
    }),
  );
  private readonly pinned = this.store.add(
    vscode.window.createTextEditorDecorationType({
      borderStyle: 'none none solid none',
      borderWidth: '0 0 2px 0',
      borderColor: new vscode.ThemeColor('charts.blue'),
    }),
  );
  private readonly steps = new Map<Inspection, number | null>();

  constructor(
    private readonly registry: InspectionRegistry,
    private readonly documents: InspectedDocuments,
  ) {
    this.store.add(registry.opened.on((inspection) => this.follow(inspection)));
    this.store.add(
      registry.closed.on((inspection) => {
        this.steps.delete(inspection);
        this.paint();
      }),
    );
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.paint()));
    this.store.add(vscode.window.onDidChangeTextEditorSelection((event) => this.moveView(event)));
  }

  dispose(): void {
    this.store.dispose();
  }

  private follow(inspection: Inspection): void {
    const paint = (): void => this.paint();
    let pins = pinsOf(inspection);
    const handles = [
      inspection.hovered.on((step) => {
        this.steps.set(inspection, step);
        paint();
      }),
      // The view says its state with every move of a pan; only the pins are shown here.
      inspection.stateChanged.on(() => {
        if (pinsOf(inspection) === pins) return;
        pins = pinsOf(inspection);
        paint();
      }),
      inspection.changed.on(paint),
      inspection.revealed.on((step) => void this.reveal(inspection, step)),
    ];
    for (const handle of handles) this.store.add(handle);
  }

  private paint(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const rangesOf = (inspection: Inspection, step: number | null | undefined): readonly vscode.Range[] =>
        step === null || step === undefined ? [] : this.documents.rangesOf(editor.document, inspection, step);
      const { all } = this.registry;
      editor.setDecorations(
        this.hovered,
        all.flatMap((inspection) => [...rangesOf(inspection, this.steps.get(inspection))]),
      );
      editor.setDecorations(
        this.pinned,
        all.flatMap((inspection) => (inspection.state?.pins ?? []).flatMap((step) => [...rangesOf(inspection, step)])),
      );
    }
  }

  private moveView({ textEditor, selections, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const [selection] = selections;
    if (!selection || kind === undefined || !selection.isEmpty) return;
    for (const { inspection, step } of this.documents.tokensAt(textEditor.document, selection.active))
      inspection.pointAt(step);
  }

  private async reveal(inspection: Inspection, step: number): Promise<void> {
    const { uri } = inspection.subject;
    if (uri === undefined) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const [range] = this.documents.rangesOf(document, inspection, step);
    if (!range) return;
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const editor = await vscode.window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
      preserveFocus: true,
    });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    editor.selection = new vscode.Selection(range.start, range.start);
  }
}

/** The pinned steps as one word that two states can be compared by. */
function pinsOf({ state }: Inspection): string {
  return (state?.pins ?? []).join(' ');
}

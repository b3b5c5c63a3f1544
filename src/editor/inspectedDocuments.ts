import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import { type Inspection } from '../session/inspection';
import { type InspectionRegistry } from '../session/inspectionRegistry';
import { type Subject } from '../session/subject';
import { TrackedText } from './trackedText';

/** A token of an inspected text under a position of a document. */
export interface TokenPlace {
  readonly inspection: Inspection;
  readonly step: number;
  readonly ranges: readonly vscode.Range[];
}

interface Tracked {
  readonly subject: Subject;
  readonly text: TrackedText;
}

/** Which tokens of which inspections stand where in the open documents; follows every edit. */
export class InspectedDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly tracked = new Map<Inspection, Tracked>();

  constructor(registry: InspectionRegistry) {
    this.store.add(registry.opened.on((inspection) => this.store.add(inspection.changed.on(() => void this.track(inspection)))));
    this.store.add(registry.opened.on((inspection) => void this.track(inspection)));
    this.store.add(registry.closed.on((inspection) => void this.tracked.delete(inspection)));
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.applyEdit(event)));
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => this.find(document)));
    this.store.add(vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.isUntitled) this.markGone(document.uri);
    }));
    this.store.add(vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.markGone(uri))));
  }

  /** Every inspected token at a position. */
  tokensAt(document: vscode.TextDocument, position: vscode.Position): readonly TokenPlace[] {
    const offset = document.offsetAt(position);
    return this.of(document).flatMap(([inspection, { text }]) => {
      const step = text.stepAt(inspection.tokens, offset);
      return step < 0 ? [] : [{ inspection, step, ranges: this.rangesOf(document, inspection, step) }];
    });
  }

  /** Where a token stands in a document now; empty where it was changed. */
  rangesOf(document: vscode.TextDocument, inspection: Inspection, step: number): readonly vscode.Range[] {
    const tracked = this.tracked.get(inspection);
    const token = inspection.tokens[step];
    if (!tracked || !token || tracked.subject.uri !== document.uri.toString()) return [];
    return tracked.text.rangesOf(token).map(({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)));
  }

  /** The document ranges to read when the text is inspected again. */
  rangesNow(inspection: Inspection): readonly { readonly start: number; readonly end: number }[] {
    return this.tracked.get(inspection)?.text.rangesNow() ?? [];
  }

  dispose(): void {
    this.store.dispose();
    this.tracked.clear();
  }

  private of(document: vscode.TextDocument): [Inspection, Tracked][] {
    const uri = document.uri.toString();
    return [...this.tracked].filter(([, { subject }]) => subject.uri === uri);
  }

  private track(inspection: Inspection): void {
    const { subject } = inspection;
    if (this.tracked.get(inspection)?.subject === subject) return;
    this.tracked.set(inspection, { subject, text: new TrackedText(subject.text, subject.ranges) });
  }

  private applyEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    for (const [inspection, { text }] of this.of(document)) {
      const changes = contentChanges.map(({ rangeOffset, rangeLength, text: inserted }) => ({ start: rangeOffset, removed: rangeLength, inserted: inserted.length }));
      text.change(changes, document.getText());
      inspection.setStale(text.isIntact() ? null : 'changed');
    }
  }

  private find(document: vscode.TextDocument): void {
    for (const [inspection, { text, subject }] of this.of(document)) {
      const whole = document.getText();
      const isInPlace = subject.ranges.length > 0 && text.isIntact() && this.readNow(whole, text) === subject.text;
      if (!isInPlace) text.find(whole);
      inspection.setStale(this.readNow(whole, text) === subject.text ? null : 'changed');
    }
  }

  private readNow(documentText: string, text: TrackedText): string {
    return text.rangesNow().map(({ start, end }) => documentText.slice(start, end)).join('');
  }

  private markGone(uri: vscode.Uri): void {
    for (const [inspection, { subject }] of this.tracked) {
      if (subject.uri === uri.toString()) inspection.setStale('gone');
    }
  }
}

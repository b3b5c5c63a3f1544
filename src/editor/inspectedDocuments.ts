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
  /** The tokens that were last marked. */
  tokens: Inspection['tokens'];
}

/** Which tokens of which inspections stand where in the open documents; follows every edit. */
export class InspectedDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly tracked = new Map<Inspection, Tracked>();

  constructor(registry: InspectionRegistry) {
    this.store.add(
      registry.opened.on((inspection) => this.store.add(inspection.changed.on(() => void this.track(inspection)))),
    );
    this.store.add(registry.opened.on((inspection) => void this.track(inspection)));
    this.store.add(registry.closed.on((inspection) => void this.tracked.delete(inspection)));
    this.store.add(vscode.workspace.onDidChangeTextDocument((event) => this.applyEdit(event)));
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => this.find(document)));
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.isUntitled) this.markGone(document.uri);
      }),
    );
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
    const token = inspection.tokens.at(step);
    if (!tracked || !token || tracked.subject.uri !== document.uri.toString()) return [];
    return tracked.text
      .rangesOf(token)
      .map(({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)));
  }

  /** Where consecutive tokens stand in a document now, neighbours as one range. */
  rangesOfSteps(
    document: vscode.TextDocument,
    inspection: Inspection,
    { from, to }: { readonly from: number; readonly to: number },
  ): readonly vscode.Range[] {
    const ranges: vscode.Range[] = [];
    for (let step = from; step < to; step++) {
      for (const range of this.rangesOf(document, inspection, step)) {
        const last = ranges.at(-1);
        if (last?.end.isEqual(range.start) === true) ranges[ranges.length - 1] = last.union(range);
        else ranges.push(range);
      }
    }
    return ranges;
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
    const { subject, tokens } = inspection;
    const known = this.tracked.get(inspection);
    if (known?.subject === subject) {
      if (known.tokens !== tokens) this.markAgain(inspection, known);
      known.tokens = tokens;
      return;
    }
    const text = new TrackedText(subject.text, subject.ranges);
    this.tracked.set(inspection, { subject, text, tokens });
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === subject.uri);
    if (document) text.settle(document.getText());
  }

  /** An edit may come before the tokens are there. */
  private markAgain(inspection: Inspection, { text }: Tracked): void {
    if (inspection.stale === 'changed' && !text.isIntact())
      inspection.setStale('changed', text.marks(inspection.tokens));
  }

  private applyEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    for (const [inspection, { text }] of this.of(document)) {
      text.change(
        contentChanges.map(({ rangeOffset, rangeLength, text: inserted }) => ({
          start: rangeOffset,
          removed: rangeLength,
          text: inserted,
        })),
        document.getText(),
      );
      mark(inspection, text);
    }
  }

  private find(document: vscode.TextDocument): void {
    for (const [inspection, { text }] of this.of(document)) {
      text.settle(document.getText());
      mark(inspection, text);
    }
  }

  private markGone(uri: vscode.Uri): void {
    for (const [inspection, { subject }] of this.tracked) {
      if (subject.uri === uri.toString()) inspection.setStale('gone');
    }
  }
}

function mark(inspection: Inspection, text: TrackedText): void {
  if (text.isIntact()) inspection.setStale(null);
  else inspection.setStale('changed', text.marks(inspection.tokens));
}

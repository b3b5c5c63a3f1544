import { type Token } from '../trace/token';
import {
  applyChange, isWhole, offsetInText, rangesInDocument, runsOfRanges, type TextChange, type TextRun, tokenAt,
} from '../text/textRanges';
import { type OffsetRange } from './chooseText';

/** An inspected text inside its document: follows edits, and knows which tokens still stand where. */
export class TrackedText {
  private runs: readonly TextRun[];
  private readonly parts: readonly string[];

  /** `ranges` are where the text lies in the document now. */
  constructor(
    private readonly text: string,
    private readonly ranges: readonly OffsetRange[],
  ) {
    this.runs = runsOfRanges(ranges);
    this.parts = this.runs.map(({ textStart, length }) => text.slice(textStart, textStart + length));
  }

  /** Edits of the document, each in the offsets it had before any of them (as VS Code reports them), and its text after. */
  change(changes: readonly TextChange[], documentText: string): void {
    // From the end, so that no change moves the offsets of one still to come.
    const ordered = [...changes].sort((a, b) => b.start - a.start);
    for (const change of ordered) this.runs = applyChange(this.runs, change);
    if (!this.isIntact()) this.find(documentText);
  }

  /** The document was opened again: looks for the text where it was, else anywhere. */
  find(documentText: string): void {
    const found = this.parts.map((part, k) => {
      const near = Math.max(0, (this.runs[k]?.documentStart ?? this.ranges[k]?.start ?? 0) - part.length);
      const at = documentText.indexOf(part, near);
      return at >= 0 ? at : documentText.indexOf(part);
    });
    if (found.includes(-1)) return;
    this.runs = runsOfRanges(this.parts.map((part, k) => ({ start: found[k] ?? 0, end: (found[k] ?? 0) + part.length })));
  }

  /** Whether the whole text still stands in the document, unbroken. */
  isIntact(): boolean {
    return isWhole(this.runs, this.text.length) && this.runs.length === this.parts.length;
  }

  /** Where a token stands now; empty where any of it was changed. */
  rangesOf(token: Token): readonly OffsetRange[] {
    return rangesInDocument(this.runs, token.start, token.end);
  }

  /** The token at an offset of the document, or -1. */
  stepAt(tokens: readonly Token[], documentOffset: number): number {
    const offset = offsetInText(this.runs, documentOffset);
    if (offset === null) return -1;
    const step = tokenAt(tokens, offset);
    const token = tokens[step];
    return token && this.rangesOf(token).length > 0 ? step : -1;
  }

  /** The document ranges to inspect again: from the first to the last character that is still there, a range a selection. */
  rangesNow(): readonly OffsetRange[] {
    let textStart = 0;
    return this.parts.flatMap((part) => {
      const textEnd = textStart + part.length;
      const inside = this.runs.filter((run) => run.textStart >= textStart && run.textStart < textEnd);
      textStart = textEnd;
      const last = inside.at(-1);
      return inside[0] && last ? [{ start: inside[0].documentStart, end: last.documentStart + last.length }] : [];
    });
  }
}

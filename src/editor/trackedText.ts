import { markStale } from '../text/markStale';
import { type StaleMarks } from '../trace/reading/staleMarks';
import { type Token } from '../trace/reading/token';
import { type Tokens } from '../trace/reading/tokenList';
import {
  applyChange,
  isWhole,
  offsetInText,
  rangesInDocument,
  runsOfRanges,
  type TextChange,
  type TextRun,
  tokenAt,
} from '../text/textRanges';
import { type OffsetRange } from './chooseText';

/** One edit of a document: [start, start + removed) was replaced by `text`. */
export interface DocumentEdit {
  readonly start: number;
  readonly removed: number;
  readonly text: string;
}

/** An inspected text inside its document: follows edits, and knows which tokens still stand where. */
export class TrackedText {
  private runs: readonly TextRun[];
  private readonly parts: readonly string[];
  /** Offsets in the text where the second range begins, the third, and so on. */
  private readonly borders: readonly number[];

  /** `ranges` are where the text lies in the document now. */
  constructor(
    private readonly text: string,
    private readonly ranges: readonly OffsetRange[],
  ) {
    this.runs = runsOfRanges(ranges);
    this.parts = this.runs.map(({ textStart, length }) => text.slice(textStart, textStart + length));
    this.borders = this.runs.slice(1).map(({ textStart }) => textStart);
  }

  /**
   * Edits of the document, each in the offsets it had before any of them (as VS Code reports them), and its text after.
   * What an edit replaces by the same text, as a file that was changed by another program does with whole lines, stays.
   */
  change(edits: readonly DocumentEdit[], documentText: string): void {
    // From the end, so that no change moves the offsets of one still to come.
    const ordered = edits
      .map((edit) => trimEdit(edit, (offset) => this.characterAt(offset)))
      .sort((a, b) => b.start - a.start);
    for (const change of ordered) this.runs = applyChange(this.runs, change);
    if (!this.isIntact()) this.find(documentText);
  }

  /**
   * The document was opened, or opened again: where the text is not at its place, it is looked for; a part that is
   * nowhere keeps what still matches from its beginning and from its end.
   */
  settle(documentText: string): void {
    if (this.isIntact() && this.stands(documentText)) return;
    this.find(documentText);
    if (this.stands(documentText)) return;
    this.runs = runsOfRanges(this.ranges).flatMap((place, k) => matchEnds(documentText, this.parts[k] ?? '', place));
  }

  /** Looks for the whole text where it was, else anywhere; changes nothing where a part of it is nowhere. */
  private find(documentText: string): void {
    const found = this.parts.map((part, k) => {
      const near = Math.max(0, (this.runs[k]?.documentStart ?? this.ranges[k]?.start ?? 0) - part.length);
      const at = documentText.indexOf(part, near);
      return at >= 0 ? at : documentText.indexOf(part);
    });
    if (found.includes(-1)) return;
    this.runs = runsOfRanges(
      this.parts.map((part, k) => ({ start: found[k] ?? 0, end: (found[k] ?? 0) + part.length })),
    );
  }

  /** The UTF-16 unit at an offset of the document, as far as it is of this text. */
  private characterAt(documentOffset: number): string | undefined {
    const offset = offsetInText(this.runs, documentOffset);
    return offset === null ? undefined : this.text[offset];
  }

  /** Whether the document holds every run where it is said to be. */
  private stands(documentText: string): boolean {
    return this.runs.every(({ textStart, documentStart, length }) =>
      documentText.startsWith(this.text.slice(textStart, textStart + length), documentStart),
    );
  }

  /** Whether the whole text still stands in the document, unbroken. */
  isIntact(): boolean {
    return isWhole(this.runs, this.text.length) && this.runs.length === this.parts.length;
  }

  /** Where a token stands now; empty where any of it was changed. */
  rangesOf(token: Token): readonly OffsetRange[] {
    const { changed } = markStale(
      [token],
      this.runs.filter(({ textStart, length }) => textStart + length > token.start),
      this.borders,
    );
    return changed.length > 0 ? [] : rangesInDocument(this.runs, token.start, token.end);
  }

  /** Which tokens were changed since, and where text was put in between two. */
  marks(tokens: Tokens): StaleMarks {
    return markStale(tokens, this.runs, this.borders);
  }

  /** The token at an offset of the document, or -1. */
  stepAt(tokens: Tokens, documentOffset: number): number {
    const offset = offsetInText(this.runs, documentOffset);
    if (offset === null) return -1;
    const step = tokenAt(tokens, offset);
    const token = step < 0 ? undefined : tokens.at(step);
    return token && this.rangesOf(token).length > 0 ? step : -1;
  }

  /**
   * The document ranges to inspect again: from the first to the last character that is still there, a range a
   * selection.
   */
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

/**
 * An edit without what it leaves as it was at its beginning and at its end; what is none of the inspected text counts
 * as such.
 */
function trimEdit(
  { start, removed, text }: DocumentEdit,
  characterAt: (offset: number) => string | undefined,
): TextChange {
  const isSame = (offset: number, at: number): boolean => (characterAt(offset) ?? text[at]) === text[at];
  let before = 0;
  while (before < Math.min(removed, text.length) && isSame(start + before, before)) before++;
  let after = 0;
  const room = Math.min(removed, text.length) - before;
  while (after < room && isSame(start + removed - 1 - after, text.length - 1 - after)) after++;
  return { start: start + before, removed: removed - before - after, inserted: text.length - before - after };
}

/** Characters at the end of a part that are looked for; shorter ones would be found by chance. */
const anchorLengths = [24, 12, 6] as const;

/** The longest beginning of a part that stands at its old place, and an end of it that stands anywhere after that. */
function matchEnds(documentText: string, part: string, { textStart, documentStart }: TextRun): readonly TextRun[] {
  let before = 0;
  while (before < part.length && part[before] === documentText[documentStart + before]) before++;
  const anchors = anchorLengths.map((length) => Math.min(length, part.length - before)).filter((length) => length >= 3);
  const ends = anchors.map((length) => ({
    length,
    at: documentText.indexOf(part.slice(-length), documentStart + before),
  }));
  const found = ends.find(({ at }) => at >= 0);
  if (found === undefined) return before > 0 ? [{ textStart, documentStart, length: before }] : [];
  const end = found.at + found.length;
  let after = found.length;
  while (
    before + after < part.length &&
    end - after > documentStart + before &&
    part[part.length - after - 1] === documentText[end - after - 1]
  )
    after++;
  const rest = { textStart: textStart + part.length - after, documentStart: end - after, length: after };
  return before > 0 ? [{ textStart, documentStart, length: before }, rest] : [rest];
}

import { cutAt, isInsideCharacter } from '../text/textRanges';

/** What is needed of an editor, in UTF-16 offsets. */
export interface EditorText {
  /** The whole document, line ends as they are. */
  readonly text: string;
  /** Non-empty ones and bare cursors, in the editor's order (the main one first). */
  readonly selections: readonly OffsetRange[];
}

export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

/** What is inspected: ranges of a document, read one after the other as one text. */
export interface ChosenText {
  readonly text: string;
  readonly ranges: readonly OffsetRange[];
  readonly borders: readonly number[];
  readonly from: 'selection' | 'paragraph' | 'file';
  /** UTF-16 units left out because of the limit. */
  readonly leftOut: number;
}

/**
 * The selections, in document order, as one text; else the paragraph at the cursor; else the file. At most `limit`
 * UTF-16 units of it. Null where there is nothing but white space to read.
 */
export function chooseText(editor: EditorText, limit: number): ChosenText | null {
  const selected = editor.selections.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  if (selected.length > 0) return chooseRanges(editor.text, selected, 'selection', limit);
  const cursor = editor.selections[0]?.start ?? 0;
  const paragraph = paragraphAt(editor.text, cursor);
  if (paragraph) {
    const near = windowAround(editor.text, paragraph, { cursor, limit });
    const chosen = chooseRanges(editor.text, [near], 'paragraph', limit);
    return { ...chosen, leftOut: paragraph.end - paragraph.start - chosen.text.length };
  }
  if (editor.text.trim() === '') return null;
  return chooseRanges(editor.text, [{ start: 0, end: editor.text.length }], 'file', limit);
}

/** Ranges of a document as one text, cut at the limit. */
export function chooseRanges(
  text: string,
  ranges: readonly OffsetRange[],
  from: ChosenText['from'],
  limit: number,
): ChosenText {
  const kept: OffsetRange[] = [];
  const borders: number[] = [];
  let joined = '';
  for (const { start, end } of ranges) {
    const part = cutAt(text.slice(start, end), limit - joined.length);
    if (part === '') break;
    if (joined !== '') borders.push(joined.length);
    joined += part;
    kept.push({ start, end: start + part.length });
  }
  const asked = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return { text: joined, ranges: kept, borders, from, leftOut: asked - joined.length };
}

/** The lines around an offset up to the next blank ones, without the last line end; null on a blank line. */
export function paragraphAt(text: string, offset: number): OffsetRange | null {
  let { start, end } = lineAt(text, offset);
  if (isBlank(text, start, end)) return null;
  while (start > 0) {
    const above = lineAt(text, start - 1);
    if (isBlank(text, above.start, above.end)) break;
    start = above.start;
  }
  for (;;) {
    const next = afterLineEnd(text, end);
    if (next === end) break;
    const below = lineAt(text, next);
    if (isBlank(text, below.start, below.end)) break;
    end = below.end;
  }
  return { start, end };
}

/** The part of a range that fits the limit and has the cursor inside. */
function windowAround(
  text: string,
  range: OffsetRange,
  { cursor, limit }: { cursor: number; limit: number },
): OffsetRange {
  if (range.end - range.start <= limit) return range;
  let start = Math.min(Math.max(range.start, cursor - Math.floor(limit / 2)), range.end - limit);
  if (isInsideCharacter(text, start)) start++;
  return { start, end: range.end };
}

function lineAt(text: string, offset: number): OffsetRange {
  let start = Math.min(offset, text.length);
  // Between CR and LF is the end of the line before.
  if (start > 0 && text[start - 1] === '\r' && text[start] === '\n') start--;
  while (start > 0 && !isLineEnd(text, start - 1)) start--;
  let end = Math.max(start, Math.min(offset, text.length));
  if (end > start && text[end - 1] === '\r') end--;
  while (end < text.length && !isLineEnd(text, end)) end++;
  return { start, end };
}

function afterLineEnd(text: string, end: number): number {
  if (text[end] === '\r' && text[end + 1] === '\n') return end + 2;
  return end < text.length ? end + 1 : end;
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === '';
}

/** A stretch of the inspected text and where it lies in the document now, in UTF-16 offsets. */
export interface TextRun {
  readonly textStart: number;
  readonly documentStart: number;
  readonly length: number;
}

/** One change of a document: the text at [start, start + removed) was replaced by `inserted` UTF-16 units. */
export interface TextChange {
  readonly start: number;
  readonly removed: number;
  readonly inserted: number;
}

/** The runs of a text made of document ranges, one after the other. */
export function runsOfRanges(ranges: readonly { readonly start: number; readonly end: number }[]): readonly TextRun[] {
  let textStart = 0;
  return ranges.map(({ start, end }) => {
    const run = { textStart, documentStart: start, length: end - start };
    textStart += run.length;
    return run;
  });
}

/**
 * Where the runs lie after a change. What was touched is cut out, what follows moves; an insertion inside a run splits
 * it. A text that is cut out does not come back by itself.
 */
export function applyChange(runs: readonly TextRun[], { start, removed, inserted }: TextChange): readonly TextRun[] {
  const end = start + removed;
  return runs.flatMap((run) => {
    const runEnd = run.documentStart + run.length;
    if (runEnd <= start) return [run];
    const kept = Math.max(0, start - run.documentStart);
    const cut = Math.max(0, end - run.documentStart);
    const before = { ...run, length: kept };
    const after = {
      textStart: run.textStart + cut,
      documentStart: Math.max(run.documentStart, end) + inserted - removed,
      length: run.length - cut,
    };
    return [before, after].filter(({ length }) => length > 0);
  });
}

/** The stretches of the document that hold [start, end) of the text; empty where any of it is gone. */
export function rangesInDocument(
  runs: readonly TextRun[],
  start: number,
  end: number,
): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  let at = start;
  for (const run of runs) {
    if (at >= end) break;
    if (run.textStart > at || run.textStart + run.length <= at) continue;
    const stop = Math.min(end, run.textStart + run.length);
    const from = run.documentStart + at - run.textStart;
    found.push({ start: from, end: from + stop - at });
    at = stop;
  }
  return at >= end ? found : [];
}

/** The offset in the text of an offset in the document, or null where the document holds none of it. */
export function offsetInText(runs: readonly TextRun[], documentOffset: number): number | null {
  for (const { documentStart, length, textStart } of runs) {
    if (documentOffset >= documentStart && documentOffset < documentStart + length)
      return textStart + documentOffset - documentStart;
  }
  return null;
}

/**
 * Index of a token that holds an offset of the text, or -1; tokens are in order, by their beginnings and by their ends.
 */
export function tokenAt(
  tokens: { readonly length: number; at(step: number): { readonly start: number; readonly end: number } | undefined },
  offset: number,
): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const token = tokens.at(middle);
    if (!token) return -1;
    if (offset < token.start) high = middle - 1;
    else if (offset >= token.end) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Whether the runs still hold the whole of a text of this length, in its order. */
export function isWhole(runs: readonly TextRun[], length: number): boolean {
  return runs.reduce((sum, run) => sum + run.length, 0) === length;
}

/** Cuts a text at a limit of UTF-16 units, but never through a surrogate pair or a CRLF. */
export function cutAt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const splits = isInsideCharacter(text, limit);
  return text.slice(0, splits ? Math.max(0, limit - 1) : limit);
}

/** Whether an offset lies inside a surrogate pair or between CR and LF. */
export function isInsideCharacter(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  if (before === 13 && after === 10) return true;
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}

import { nothingStale, type StaleMarks, type StepRun } from '../trace/reading/staleMarks';
import { type Token } from '../trace/reading/token';
import { firstEndingAfter, type Tokens } from '../trace/reading/tokenList';
import { type TextRun } from './textRanges';

/** Where a token begins and ends in the document. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Which tokens an edit has touched: a token counts as changed when it does not stand in one piece (pieces that met at a
 * border of two selections aside). Text that was put in between two tokens that both stand is marked too. `runs` are in
 * the order of the text.
 */
export function markStale(tokens: Tokens, runs: readonly TextRun[], borders: readonly number[]): StaleMarks {
  const changed: StepRun[] = [];
  const insertedBefore: number[] = [];
  const isBorder = new Set(borders);
  let first = 0;
  let last = null as { readonly textEnd: number; readonly documentEnd: number } | null;
  for (let step = 0, next = 0; step < tokens.length; step = next) {
    const token = tokens.at(step) as Token;
    while (runs[first] !== undefined && endOf(runs[first] as TextRun) <= token.start) first++;
    const place = placeOf(token, { runs, first, isBorder });
    if (place === null) {
      // Those before the next run are gone with it.
      next = Math.max(step + 1, firstEndingAfter(tokens, runs[first]?.textStart ?? Infinity));
      addSteps(changed, step, next);
      last = null;
      continue;
    }
    if (last?.textEnd === token.start && last.documentEnd !== place.start && !isBorder.has(token.start))
      insertedBefore.push(step);
    // Those that end in the same run stand as this one does.
    next = Math.max(step + 1, firstEndingAfter(tokens, endOf(runs[first] as TextRun)));
    const textEnd = tokens.at(next - 1)?.end ?? token.end;
    last = { textEnd, documentEnd: next === step + 1 ? place.end : place.start + textEnd - token.start };
  }
  return changed.length === 0 && insertedBefore.length === 0 ? nothingStale : { changed, insertedBefore };
}

/** Where a token stands, or null where it does not stand in one piece. */
function placeOf(
  { start, end }: Token,
  { runs, first, isBorder }: { runs: readonly TextRun[]; first: number; isBorder: ReadonlySet<number> },
): Place | null {
  let [at, documentAt, documentFirst] = [start, NaN, NaN];
  for (let run = first; at < end; run++) {
    const holder = runs[run];
    if (holder === undefined || holder.textStart > at) return null;
    const documentStart = holder.documentStart + at - holder.textStart;
    if (at > start && documentAt !== documentStart && !isBorder.has(at)) return null;
    if (at === start) documentFirst = documentStart;
    const length = Math.min(end, endOf(holder)) - at;
    at += length;
    documentAt = documentStart + length;
  }
  return { start: documentFirst, end: documentAt };
}

function endOf({ textStart, length }: TextRun): number {
  return textStart + length;
}

function addSteps(runs: StepRun[], from: number, to: number): void {
  const last = runs.at(-1);
  if (last?.to === from) runs[runs.length - 1] = { from: last.from, to };
  else runs.push({ from, to });
}

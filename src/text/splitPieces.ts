import { eachCharacter } from './segmentCharacters';

/** A stretch of a text that may be a token, in UTF-16 offsets. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** A character of a run of letters without spaces, which may be but a part of a word. */
  readonly isPart?: boolean;
}

/** What becomes of a run of letters in a script that puts no spaces between words. */
export type SpacelessRuns = 'whole' | 'words' | 'characters';

/**
 * A run of letters, marks and digits, with joiners and apostrophes inside; or any other visible character: a flag, or a
 * sign with its marks, modifiers and joined emoji.
 */
const piece =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u200c\u200d]*(?:['\u2019][\p{L}\p{N}][\p{L}\p{N}\p{M}\u200c\u200d]*)*|\p{RI}\p{RI}|[^\s\p{L}\p{N}](?:[\p{M}\p{EMod}\u{e0020}-\u{e007f}]|\u200d\p{ExtPict})*/gu;

/** Scripts that put no spaces between words, for which Unicode's word segmentation has dictionaries. */
const spaceless = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;

/** Whether a text holds letters of a script without spaces: Chinese, Japanese, Thai, Lao, Khmer or Burmese. */
export function hasSpacelessScript(text: string): boolean {
  return spaceless.test(text);
}

/** Words by UAX 29 and the dictionaries of ICU; the language has no say in them. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Splits a text into words and single signs, in order; white space is in none of them. */
export function* eachPiece(text: string, runs: SpacelessRuns): Generator<Piece> {
  for (const { 0: found, index: start } of text.matchAll(piece)) {
    if (runs === 'whole' || !spaceless.test(found)) yield { start, end: start + found.length };
    else if (runs === 'words') yield* eachWord(found, start);
    else yield* eachPart(found, start);
  }
}

function* eachWord(run: string, start: number): Generator<Piece> {
  for (const { segment, index } of segmenter.segment(run))
    yield { start: start + index, end: start + index + segment.length };
}

function* eachPart(run: string, start: number): Generator<Piece> {
  let at = start;
  for (const character of eachCharacter(run)) {
    yield { start: at, end: at + character.length, isPart: true };
    at += character.length;
  }
}

import { foldAccents } from './foldCharacter';
import { type Found } from './lookup';
import { eachPiece, hasSpacelessScript, type Piece } from './splitPieces';

/** A piece and what it is in the vocabulary. */
export interface FoundPiece extends Piece {
  readonly found: Found;
}

/** Looks a stretch of a text up. */
export type Find = (piece: Piece) => Found;

/** Of entries of several pieces: how many at most begin with a piece of this form. */
export type JoinedEntries = ReadonlyMap<string, number>;

/** The entries of a vocabulary that hold several pieces and no white space: `13.2`, `e-mail`, a word of Chinese. */
export function findJoinedEntries(vocabulary: readonly string[]): JoinedEntries {
  const most = new Map<string, number>();
  for (const entry of vocabulary) {
    const isPlain = /^[\p{L}\p{N}\p{M}]*$/u.test(entry) && !hasSpacelessScript(entry);
    if (isPlain || /\s/.test(entry)) continue;
    const pieces = [...eachPiece(entry, 'characters')];
    const first = formOf(entry, pieces[0]);
    if (pieces.length > 1) most.set(first, Math.max(most.get(first) ?? 0, pieces.length));
  }
  return most;
}

/** Case and accents apart, so that it is a first sieve. */
function formOf(text: string, piece: Piece | undefined): string {
  return piece === undefined ? '' : foldAccents(text.slice(piece.start, piece.end).toLowerCase());
}

/**
 * The tokens of a text in pieces: from each piece on the longest entry of adjacent pieces, else the piece alone, else a
 * word and its ending behind an apostrophe apart (`it` `'s`, `do` `n't`). Parts of a run without spaces that are in no
 * entry are one unknown word.
 */
export function* joinPieces(text: string, entries: JoinedEntries, find: Find): Generator<FoundPiece> {
  for (const run of eachRun(text)) {
    const unknown: FoundPiece[] = [];
    for (let at = 0; at < run.length;) {
      const { tokens, taken } = tokensAt(text, { run, at, entries, find });
      at += taken;
      if (tokens.every(({ found, isPart }) => found.id < 0 && isPart === true)) {
        unknown.push(...tokens);
        continue;
      }
      yield* joinUnknown(unknown.splice(0));
      yield* tokens;
    }
    yield* joinUnknown(unknown);
  }
}

function joinUnknown(parts: readonly FoundPiece[]): readonly FoundPiece[] {
  const [first, last] = [parts[0], parts.at(-1)];
  return first === undefined || last === undefined ? [] : [{ ...first, end: last.end }];
}

/** A longer run is cut, at a sign or a word of letters where there is one. */
const runLength = { wanted: 4096, most: 65_536 };

/** Pieces without white space between them. */
function* eachRun(text: string): Generator<readonly Piece[]> {
  let run: Piece[] = [];
  for (const piece of eachPiece(text, 'characters')) {
    const isLong = run.length >= (piece.isPart === true ? runLength.most : runLength.wanted);
    if (run.length > 0 && (isLong || run.at(-1)?.end !== piece.start)) {
      yield run;
      run = [];
    }
    run.push(piece);
  }
  if (run.length > 0) yield run;
}

interface Place {
  readonly run: readonly Piece[];
  readonly at: number;
  readonly entries: JoinedEntries;
  readonly find: Find;
}

function tokensAt(
  text: string,
  { run, at, entries, find }: Place,
): { readonly tokens: readonly FoundPiece[]; readonly taken: number } {
  const piece = run[at];
  if (piece === undefined) return { tokens: [], taken: 1 };
  const most = Math.min(entries.get(formOf(text, piece)) ?? 1, run.length - at);
  for (let taken = most; taken > 1; taken--) {
    const joined = { start: piece.start, end: run[at + taken - 1]?.end ?? piece.end };
    const found = find(joined);
    if (found.id >= 0) return { tokens: [{ ...joined, found }], taken };
  }
  const found = find(piece);
  return { tokens: found.id >= 0 ? [{ ...piece, found }] : splitEnding(text, piece, find), taken: 1 };
}

const ending = /^(.+?)(n['\u2019]t|['\u2019]\p{L}+)$/iu;

/** A word that is in no entry, or its two parts where both are. */
function splitEnding(text: string, piece: Piece, find: Find): readonly FoundPiece[] {
  const [, word = ''] = ending.exec(text.slice(piece.start, piece.end)) ?? [];
  const border = piece.start + word.length;
  const parts = [
    { start: piece.start, end: border },
    { start: border, end: piece.end },
  ].map((part) => ({ ...part, found: find(part) }));
  return word !== '' && parts.every(({ found }) => found.id >= 0) ? parts : [{ ...piece, found: find(piece) }];
}

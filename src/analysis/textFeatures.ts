import { type TextFeature } from '../trace/reading/findings';
import { type Token } from '../trace/reading/token';

/** The value of every feature at every token, each [T]; what holds after the token is read. */
export type TextFeatures = Readonly<Record<TextFeature, Float32Array>>;

interface Position {
  isInsideQuotes: boolean;
  bracketDepth: number;
  placeInLine: number;
  lineBreaks: number;
  isInsideWord: boolean;
}

const tokensAtOnce = 4096;
const opening = '([{';
const closing = ')]}';

/**
 * What a unit may follow, from the tokens' own text. Straight quotes open and close in turn; an empty line ends a
 * quotation, so that one forgotten mark does not turn the rest of the text over. Yields every few thousand tokens.
 */
export function* readTextFeatures(tokens: readonly Token[]): Generator<void, TextFeatures> {
  const array = (): Float32Array => new Float32Array(tokens.length);
  const features: TextFeatures = {
    'inside quotes': array(),
    'bracket depth': array(),
    'place in line': array(),
    'upper case': array(),
    digit: array(),
    'word start': array(),
    space: array(),
  };
  const position: Position = {
    isInsideQuotes: false,
    bracketDepth: 0,
    placeInLine: 0,
    lineBreaks: 0,
    isInsideWord: false,
  };
  for (const [t, { text }] of tokens.entries()) {
    if (t % tokensAtOnce === tokensAtOnce - 1) yield;
    const startsWord = readToken(position, text);
    features['inside quotes'][t] = position.isInsideQuotes ? 1 : 0;
    features['bracket depth'][t] = position.bracketDepth;
    features['place in line'][t] = position.placeInLine;
    features['upper case'][t] = /^\p{Lu}/u.test(text) ? 1 : 0;
    features.digit[t] = /^\p{Nd}/u.test(text) ? 1 : 0;
    features['word start'][t] = startsWord ? 1 : 0;
    features.space[t] = /^\s/u.test(text) ? 1 : 0;
  }
  return features;
}

/** Moves on by one token; whether a word begins in it. */
function readToken(position: Position, text: string): boolean {
  let startsWord = false;
  // CRLF is one token and one line end.
  for (const character of text.replace('\r\n', '\n')) {
    const isWord = /[\p{L}\p{N}'\u2019]/u.test(character) && (position.isInsideWord || /[\p{L}\p{N}]/u.test(character));
    if (isWord && !position.isInsideWord) startsWord = true;
    position.isInsideWord = isWord;
    readCharacter(position, character);
  }
  return startsWord;
}

function readCharacter(position: Position, character: string): void {
  if (character === '\n' || character === '\r') {
    position.placeInLine = 0;
    position.lineBreaks++;
    if (position.lineBreaks > 1) position.isInsideQuotes = false;
    return;
  }
  position.placeInLine++;
  if (!/\s/u.test(character)) position.lineBreaks = 0;
  if (character === '"') position.isInsideQuotes = !position.isInsideQuotes;
  else if (character === '\u201c' || character === '\u00ab') position.isInsideQuotes = true;
  else if (character === '\u201d' || character === '\u00bb') position.isInsideQuotes = false;
  else if (opening.includes(character)) position.bracketDepth++;
  else if (closing.includes(character)) position.bracketDepth = Math.max(0, position.bracketDepth - 1);
}

/** Whether all values are the same, so that nothing can follow them. */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let t = 1; t < values.length; t++) if (values[t] !== values[0]) return false;
  return true;
}

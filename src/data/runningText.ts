import { type Split } from './example';

const gutenbergStart = /\*\*\* ?START OF TH[^\n]*\*\*\*[^\n]*\n/;
const gutenbergEnd = /\n[^\n]*\*\*\* ?END OF TH/;

/** A Project Gutenberg book without the licence before and after it, and without the blank lines at both ends. */
export function stripGutenberg(text: string): string {
  const start = gutenbergStart.exec(text);
  const body = start === null ? text : text.slice(start.index + start[0].length);
  const end = gutenbergEnd.exec(body);
  return `${(end === null ? body : body.slice(0, end.index)).trim()}\n`;
}

/** Splits a running text: the last tenth is test, the tenth before it validates, the rest is for training. */
export function splitLastTenths<T extends { readonly length: number; slice(from: number, to?: number): T }>(
  sequence: T,
): Split<T> {
  const tenth = Math.floor(sequence.length / 10);
  const validationStart = sequence.length - 2 * tenth;
  return {
    training: sequence.slice(0, validationStart),
    validation: sequence.slice(validationStart, validationStart + tenth),
    test: sequence.slice(validationStart + tenth),
  };
}

/** About a line of a text, to watch while a model learns: from the beginning of a sentence where one is near. */
export function excerptOf(text: string): string {
  const start = /(?<=[.!?]["'\u2019\u201d)]*\s+)\S/u.exec(text.slice(0, 600))?.index ?? 0;
  const line = text
    .slice(start, start + 110)
    .trim()
    .replace(/\s+/g, ' ');
  // The last word may be cut.
  return line.length < 80 ? line : line.replace(/\s\S*$/, '');
}

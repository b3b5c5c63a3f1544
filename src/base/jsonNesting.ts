/** How deep lists and objects may lie in one another in a file of settings. */
export const maxNesting = 200;

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
/** What decides the nesting: a string, a comment, a bracket; an unfinished string or comment takes the rest. */
const token = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[[\]{}]/g;

/**
 * The offset in a JSON text, comments allowed, where it is nested deeper than `limit`; null where it is not. To be
 * asked before a parser that calls itself. A bracket closed by the wrong one stays open, as such a parser has it.
 */
export function tooDeepAt(text: string, limit: number = maxNesting): number | null {
  const open: string[] = [];
  for (const { 0: part, index } of text.matchAll(token)) {
    if (part === '{' || part === '[') {
      if (open.length === limit) return index;
      open.push(closing[part] ?? '');
    } else if (part === open.at(-1)) open.pop();
  }
  return null;
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

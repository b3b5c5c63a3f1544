import { type Node, parseTree } from 'jsonc-parser';
import { tooDeepAt } from '../base/jsonNesting';

/** More is no lab file, and would be parsed with every key that is typed. */
const maxLength = 1_000_000;

/**
 * The tree of a lab file as it is being written, comments and faults allowed; undefined where it holds no object, or is
 * none of ours.
 */
export function parseLabText(text: string): Node | undefined {
  if (text.length > maxLength || tooDeepAt(text) !== null) return undefined;
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root?.type === 'object' ? root : undefined;
}

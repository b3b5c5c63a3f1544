import { type PackedTokens, TokenList } from '../trace/reading/tokenList';
import { type InputSpec, sourceOf } from '../trace/reading/inputSpec';
import { type ReadingStarted } from './summaries';

/** {@link ReadingStarted} as the worker sends it. */
export type PackedStarted = Omit<ReadingStarted, 'tokens'> & { readonly tokens: PackedTokens };

/** The same with tokens that can be looked up; `input` is what was read. */
export function unpackStarted(started: PackedStarted, input: InputSpec): ReadingStarted {
  return { ...started, tokens: new TokenList(started.tokens, sourceOf(input) ?? '') };
}

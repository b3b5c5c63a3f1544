/** What a model is asked to read, as it came from outside. */
export type InputSpec =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  /**
   * [T, D] row-major, with the names of rows and columns, and where each row stands in the text, where the source has
   * them.
   */
  | {
      readonly kind: 'values';
      readonly data: Float32Array;
      readonly width: number;
      readonly rowNames?: readonly string[];
      readonly columnNames?: readonly string[];
      readonly rowRanges?: readonly { readonly start: number; readonly end: number }[];
      /** What was guessed of the source, a sentence each. */
      readonly notes?: readonly string[];
    };

/** The text that the tokens of an input are slices of, or null where it is no text. */
export function sourceOf(input: InputSpec): string | null {
  return input.kind === 'text' ? input.text : null;
}

/** Where a model is to be had. */
export type ModelReference =
  | { readonly kind: 'bundled'; readonly name: string }
  | {
      /** A file that the process can open by path; only the needed ranges of it are read. */
      readonly kind: 'file';
      readonly path: string;
      readonly vocabularyPath?: string;
      /** Read as trained, over the saved window, and not with the state carried over the whole text. */
      readonly window?: boolean;
      /** Name of a recurrent layer: it and what follows are read on their own, with rows of numbers. */
      readonly layer?: string;
    }
  | {
      /** A file of another scheme, read whole by the host and handed over. */
      readonly kind: 'bytes';
      readonly name: string;
      readonly files: Readonly<Record<string, Uint8Array>>;
      readonly window?: boolean;
      readonly layer?: string;
    };

/** The text that the tokens of an input are slices of, or null where it is no text. */
export function sourceOf(input: InputSpec): string | null {
  return input.kind === 'text' ? input.text : null;
}

/** What a model is asked to read. */
export type InputSpec =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  /** [T, D] row-major, with the names of rows and columns, and where each row stands in the text, where the source has them. */
  | {
      readonly kind: 'values';
      readonly data: Float32Array;
      readonly width: number;
      readonly rowNames?: readonly string[];
      readonly columnNames?: readonly string[];
      readonly rowRanges?: readonly { readonly start: number; readonly end: number }[];
    };

/** Where a model is to be had. */
export type ModelReference =
  | { readonly kind: 'bundled'; readonly name: string }
  | {
      /** A file that the process can open by path; only the needed ranges of it are read. */
      readonly kind: 'file';
      readonly path: string;
      readonly vocabularyPath?: string;
      /** Added to every id of the vocabulary. */
      readonly offset?: number;
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

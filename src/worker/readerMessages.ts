import { type Failure } from '../base/errors';
import { type OwnModel, type OwnModelOptions } from '../models/ownModel';

/** Engine's worker -> reader thread: one file to open; answered by one {@link FromReader} of the same id. */
export interface ToReader {
  readonly id: number;
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'bytes'; readonly name: string; readonly files: Readonly<Record<string, Uint8Array>> };
  readonly options: Omit<OwnModelOptions, 'vocabulary'>;
  /** A vocabulary file named by the user, with `#KEY` behind it where the file holds several lists. */
  readonly vocabularyPath?: string;
}

/** Reader thread -> engine's worker. */
export type FromReader =
  | { readonly type: 'ready' }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly result:
        { readonly ok: true; readonly value: OwnModel } | { readonly ok: false; readonly error: Failure };
    };

/** What the thread is started with: a counter that grows with every range it asks for. */
export interface ReaderStart {
  /** Int32Array; its places are those of {@link progressAt}. */
  readonly progress: SharedArrayBuffer;
}

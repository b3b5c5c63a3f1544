import { type ModelReference } from '../protocol/modelReference';
import { type InputSpec } from '../trace/reading/inputSpec';
import { type StoredSource } from '../protocol/viewMessages';

/** The text of one inspection and where it came from. */
export interface Subject {
  /** The document's name, as a title. */
  readonly title: string;
  readonly text: string;
  /** Absent for a typed sentence. */
  readonly uri?: string;
  /** Where the text lies in the document, in UTF-16 offsets, one a selection. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Offsets in `text` where another selection begins. */
  readonly borders: readonly number[];
  /** Whether the document can be found again by its URI after a restart; else its text is stored. */
  readonly isStored: boolean;
  /** Rows of numbers instead of text, for a model that reads no text. */
  readonly values?: Omit<Extract<InputSpec, { readonly kind: 'values' }>, 'kind'>;
  /** One sentence if only a part of what was chosen is read. */
  readonly note?: string;
}

/** What a panel keeps over a reload: no text of a saved document. */
export function storedSourceOf(subject: Subject, model: ModelReference): StoredSource {
  return {
    ...(subject.uri === undefined ? {} : { uri: subject.uri }),
    ranges: subject.ranges,
    hash: hashText(subject.text),
    ...(subject.isStored ? {} : { text: subject.text }),
    ...(subject.values === undefined ? {} : { isValues: true }),
    // A model that was handed over as bytes is not stored; after a restart it has to be chosen again.
    model: model.kind === 'bytes' ? { ...model, files: {} } : model,
  };
}

/** A 53-bit hash of a text in base 36 (cyrb53, bryc, public domain): tells whether a text is still the same. */
export function hashText(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}

/** What the worker is asked to read. */
export function inputOf({ text, values }: Subject): InputSpec {
  return values ? { kind: 'values', ...values } : { kind: 'text', text };
}

/**
 * One token of the text that a model reads.
 * `text` is the slice as given, before any folding; `start` and `end` are UTF-16 offsets into the text; `id` is the
 * index in the model's vocabulary. For numeric input `text` is the row's label and the offsets are row numbers.
 */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

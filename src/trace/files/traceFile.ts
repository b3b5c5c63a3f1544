import { type Token } from '../reading/token';
import { type NumericArray } from '../reading/trace';

/** What is written to an .npz or .json file: named arrays, the tokens they belong to, and what the model answered. */
export interface TraceFile {
  readonly tokens: readonly Token[];
  /** Tokens [from, to) that each row of the arrays covers, [rows, 2], where a row is not a token. */
  readonly stepTokens?: Int32Array;
  /** By key: `LAYER.DIRECTION.FIELD`. */
  readonly arrays: Readonly<Record<string, NumericArray>>;
  readonly output?: NumericArray;
  readonly outputOverTime?: NumericArray;
  /** The value of the loss, for gradients. */
  readonly loss?: number;
  /** Plain facts for the reader: the model's name, the path that computed it, remarks. JSON only. */
  readonly about?: Readonly<Record<string, string | number | readonly string[]>>;
}

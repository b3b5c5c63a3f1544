import { type Token } from '../reading/token';
import { type NumericArray } from '../reading/trace';

/** What is written to an .npz or .json file: named arrays, the tokens they belong to, and what the model answered. */
export interface TraceFile {
  readonly tokens: readonly Token[];
  /** By key: `LAYER.DIRECTION.FIELD`. */
  readonly arrays: Readonly<Record<string, NumericArray>>;
  readonly output?: NumericArray;
  readonly outputOverTime?: NumericArray;
  /** The value of the loss, for gradients. */
  readonly loss?: number;
  /** Plain facts for the reader: the model's name, the path that computed it, remarks. JSON only. */
  readonly about?: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * How far what a model expects after some steps moves when an earlier token is another one, by how many steps ago it
 * was read: the KL divergence of the changed from the untouched prediction, KL(untouched || changed), in nats.
 */
export interface RecallReport {
  /** Steps after which the prediction is compared; every figure is a mean over them. */
  readonly steps: readonly number[];
  /** Lags 0 to K - 1; lag 0 is the last token that was read. */
  readonly lags: number;
  /** Tokens that each token was replaced by. */
  readonly others: number;
  /** Whether these are all other tokens of the vocabulary. */
  readonly isEveryOther: boolean;
  /** Mean over steps and other tokens, [K]. */
  readonly changed: Float64Array;
  /** The largest of them, [K]. */
  readonly mostChanged: Float64Array;
  /** With the state set to the first state that many steps ago: the text before is not read, [K]. */
  readonly fromScratch: Float64Array;
}

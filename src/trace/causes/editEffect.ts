/** What edits changed, the untouched reading beside the edited one. */
export type EditEffect = TokenEffect | AnswerEffect | { readonly kind: 'none' };

/** Of a model that predicts tokens. */
export interface TokenEffect {
  readonly kind: 'tokens';
  /** KL(untouched || edited) of what is expected after every step, in nats, [T]. */
  readonly divergence: Float32Array;
  /** Mean -ln p of the next token, in nats a token. */
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** What taking out a unit that was drawn at random does to the mean divergence; null where the text is too long. */
  readonly chance: { readonly count: number; readonly mean: number } | null;
  /** What was expected without the edits (trace/predictionTrack.ts); null where the text is too long. */
  readonly before: ArrayBuffer | null;
}

/** Of a model that answers once. */
export interface AnswerEffect {
  readonly kind: 'answer';
  /** Every output as it is shown, in order. */
  readonly names: readonly string[];
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly areProbabilities: boolean;
  /** Taking out a unit that was drawn at random: the mean change of the output that was largest before. */
  readonly chance: { readonly count: number; readonly mean: number } | null;
}

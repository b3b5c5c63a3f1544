/** How the next token is drawn from what a model expects. */
export interface DrawSettings {
  /** Divides the logarithms of the probabilities; 0 takes the likeliest token. */
  readonly temperature: number;
  /** Only the so many likeliest tokens are drawn; absent: all. */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability, in (0, 1]; absent: all (Holtzman et al. 2020). */
  readonly topP?: number;
  /** The same seed gives the same text. */
  readonly seed: number;
}

/** A token that could come next. */
export interface Candidate {
  readonly id: number;
  readonly text: string;
  /** As the model gives it, before temperature and top-k. */
  readonly probability: number;
}

/** One written token with what else could have come. */
export interface WrittenToken extends Candidate {
  /** The likeliest tokens, best first; those that are never drawn are left out. */
  readonly candidates: readonly Candidate[];
}

/** A text that a model has gone on with. */
export interface Writing {
  /** What was given, as it was read. */
  readonly prompt: string;
  /** What was written, joined as the model's tokens are. */
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  readonly settings: DrawSettings;
  /** What the reader should know: tokens that are never drawn, a window... */
  readonly notes: readonly string[];
}

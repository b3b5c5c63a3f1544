import { type Token } from './token';

/** How a text's tokens are given shares in what a model answers; docs/why.md has the formulas. */
export const shareMethods = [
  'sensitivity',
  'gradient-times-input',
  'integrated-gradients',
  'leave-one-out',
  'replace-unknown',
  'contextual-decomposition',
  'contextual-decomposition-code',
] as const;

/** See {@link shareMethods}. */
export type ShareMethod = (typeof shareMethods)[number];

/** How a person reads a method's name. */
export const shareMethodNames: Readonly<Record<ShareMethod, string>> = {
  sensitivity: 'sensitivity (norm of the gradient)',
  'gradient-times-input': 'gradient times input',
  'integrated-gradients': 'integrated gradients',
  'leave-one-out': 'leave one out',
  'replace-unknown': 'replace by the unknown token',
  'contextual-decomposition': "contextual decomposition (product of the biases inside the phrase: 'inside')",
  'contextual-decomposition-code':
    "contextual decomposition (product of the biases as in the authors' program: 'code')",
};

/** The vectors from which integrated gradients start, one for every token. */
export const shareBaselines = ['zero', 'mean', 'unknown', 'padding'] as const;

/** See {@link shareBaselines}. */
export type ShareBaseline = (typeof shareBaselines)[number];

/** An output unit or, of a single sigmoid unit, one of its two classes. */
export interface NamedOutput {
  readonly index: number;
  readonly name: string;
}

/** What is explained: v . z, one logit or the difference of two, never a probability. */
export interface ExplainedQuantity {
  readonly target: NamedOutput;
  /** null: the logit of the target alone (a regression, one of several labels). */
  readonly against: NamedOutput | null;
  /** "logit of positive minus logit of negative" */
  readonly name: string;
  /** v . z of the whole text. */
  readonly value: number;
  /**
   * v . z before the first token: the head over the initial state; null where the head does not take the last state.
   */
  readonly beforeFirst: number | null;
}

/** What the shares of a method should add up to, and from where it is counted. */
export interface ShareSum {
  readonly sum: number;
  /** value - start */
  readonly of: number;
  /** v . z where the count begins. */
  readonly start: number;
  /** "zero vectors", "no token" ... */
  readonly from: string;
}

/** What tokens from..to, both included, do. */
export interface PhraseShare {
  readonly from: number;
  readonly to: number;
  /** Its own share: the sum of its tokens' shares; of contextual decomposition that of the phrase as one. */
  readonly own: number;
  /** Contextual decomposition only: all that touches the rest of the text; own + rest + bias = value. */
  readonly rest?: number;
  /** Contextual decomposition only: v . b of the head. */
  readonly bias?: number;
  /** value - value without the phrase; null where nothing would be left that can be read. */
  readonly removal: number | null;
  /** removal - own: what it does only together with the rest. */
  readonly together: number | null;
}

/** What taking out and keeping tokens in a method's order does to the score, and the same in random orders. */
export interface ShareProof {
  /** "p(positive)", or the quantity itself where the output is no probability. */
  readonly scoreName: string;
  readonly score: number;
  /** Shares of the tokens: 0.1, 0.2, 0.5. */
  readonly fractions: readonly number[];
  /** How many tokens that is. */
  readonly counts: readonly number[];
  /** score - score without the first n tokens of the order (DeYoung et al. 2020). */
  readonly comprehensiveness: readonly number[];
  /** score - score of those n tokens alone. */
  readonly sufficiency: readonly number[];
  /** Means over the fractions. */
  readonly comprehensivenessArea: number;
  readonly sufficiencyArea: number;
  /** Score with the first n tokens taken out, and with those n alone; `n` from 0 to T. Null: nothing left to read. */
  readonly curves: {
    readonly n: readonly number[];
    readonly deletion: readonly (number | null)[];
    readonly insertion: readonly (number | null)[];
  };
  /** Means over random orders of the same text. */
  readonly random: {
    readonly orders: number;
    readonly comprehensiveness: readonly number[];
    readonly sufficiency: readonly number[];
    readonly comprehensivenessArea: number;
    readonly sufficiencyArea: number;
    readonly deletion: readonly (number | null)[];
    readonly insertion: readonly (number | null)[];
  };
  /** The area is not over the random mean, or two or more of the random orders have a larger one. */
  readonly isNoBetterThanChance: boolean;
}

/** The shares that one method gives. */
export interface MethodShares {
  readonly method: ShareMethod;
  /** [T], signed: what speaks for the target (and against its rival) is positive. Sensitivity has no sign. */
  readonly shares: Float64Array;
  /** null: the shares are no parts of a sum (sensitivity). */
  readonly sum: ShareSum | null;
  /** Integrated gradients: the vectors they start from and the points between. */
  readonly baseline?: ShareBaseline;
  readonly points?: number;
  /** Not of sensitivity, whose sizes add up to nothing. */
  readonly phrase?: PhraseShare;
  readonly proof: ShareProof;
  /** One or two sentences: the sum, and the proof against chance. */
  readonly verdict: string;
  readonly notes: readonly string[];
}

/** Why a model answers what it answers for a text. */
export interface WhyReport {
  readonly model: string;
  readonly tokens: readonly Token[];
  /** [C], before the last activation; the head's output behind it. */
  readonly logits: Float64Array;
  readonly output: Float64Array;
  readonly quantity: ExplainedQuantity;
  readonly methods: readonly MethodShares[];
  /** Methods that this model does not take, a sentence each. */
  readonly refused: readonly { readonly method: ShareMethod; readonly why: string }[];
  readonly notes: readonly string[];
}

/** A mean over texts with its standard error; both against the random orders of the same texts. */
export interface ChangeFigure {
  readonly fraction: number;
  readonly mean: number;
  readonly standardError: number;
  readonly minusRandom: number;
  readonly minusRandomStandardError: number;
}

/** What taking out the tokens that a method names does, over a data set. */
export interface FaithfulnessRow {
  readonly method: ShareMethod | 'sensitivity-of-answer' | 'random';
  /** Tokens largest in size taken out: |change of the score|. */
  readonly unsigned: readonly ChangeFigure[];
  /** Highest tokens taken out: score - score without them. */
  readonly signed: readonly ChangeFigure[];
  /** Spearman's, of the sizes with those of leave-one-out, mean over texts; null for random. */
  readonly rankCorrelation: number | null;
}

/** Methods against chance, over a data set. */
export interface FaithfulnessReport {
  readonly model: string;
  readonly texts: number;
  /** Texts left out, with the reason. */
  readonly leftOut: number;
  readonly randomOrders: number;
  readonly fractions: readonly number[];
  readonly rows: readonly FaithfulnessRow[];
  readonly refused: WhyReport['refused'];
}

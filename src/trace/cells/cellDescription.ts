/** What a value of a trace does: a gate in [0, 1] multiplies, a candidate is what would enter, a state carries over. */
export type FieldRole = 'gate' | 'candidate' | 'state';

/** One value that a cell computes at every step. */
export interface FieldDescription {
  /** As people read it: `forget gate`. */
  readonly name: string;
  readonly role: FieldRole;
}

/** The path on which a cell remembers: `state` from one step to the next, as far as `gate` lets it through. */
export interface MemoryPath<G extends string = string, S extends string = string> {
  readonly state: S;
  readonly gate: G;
  /** `open`: the share kept is the gate itself; `shut`: it is one minus the gate. */
  readonly keeps: 'open' | 'shut';
}

/** A factor of a product: a field of this step, a state of the step before, one minus a gate, or tanh of a state. */
export type FormulaFactor<F extends string = string> =
  { readonly now: F } | { readonly before: F } | { readonly oneMinus: F } | { readonly tanh: F };

/** How a state comes about: a sum of products, or, where numbers would not fit on a line, in symbols alone. */
export interface StateFormula<F extends string = string> {
  readonly state: F;
  readonly sum: readonly (readonly FormulaFactor<F>[])[] | string;
}

/** Settings of untrained weights that only some kinds of cell know. */
export type CellSetting = 'forgetBias' | 'spectralRadius' | 'resetAfter';

/**
 * What a kind of cell is, for whoever names, shows, counts or draws it. What it computes is in the room `cells` under
 * the same kind. F, G and S are the letters of its fields, gates and states.
 */
export interface CellDescription<F extends string = string, G extends string = string, S extends string = string> {
  /** As people write it: `LSTM`. */
  readonly name: string;
  /** Every value that a trace keeps, in the order in which it is stored. */
  readonly fields: Readonly<Partial<Record<F, FieldDescription>>>;
  /** The blocks of its weight matrices, in our order. */
  readonly gates: readonly G[];
  /** The gate that has the layer's `activation`; the others have its `recurrentActivation`. */
  readonly candidate: G;
  /** What carries over from step to step; h, which the next layer reads, comes first. */
  readonly states: readonly S[];
  /** Whether h of the step before enters the gates, through a recurrent kernel U. */
  readonly gatesReadState: boolean;
  /** The gate that decides how long a unit remembers; absent where there is none. */
  readonly memory?: MemoryPath<G, S>;
  /** The gates that keep a state as it is, held at these values: c' = 1 c + 0 g, h' = 1 h + 0 n. */
  readonly keeping?: { readonly state: S; readonly gates: readonly (readonly [G, number])[] };
  /** A comparison of decay shows the memory's path alone beside the whole gradient. */
  readonly showsDirectPath?: boolean;
  /** Gates whose bias an untrained cell begins with: that of `gate` is set, `chrono` sets `against` to its negative. */
  readonly forgetBias?: { readonly gate: G; readonly against: G };
  /** The candidate's activation unless it is said otherwise, how U is drawn, and which settings it knows besides. */
  readonly untrained: {
    readonly activation: 'tanh' | 'linear';
    readonly recurrentInit: 'orthogonal' | 'glorot';
    readonly settings: readonly CellSetting[];
  };
  /** From gates to states, in order of computation. */
  readonly formula: readonly StateFormula<F>[];
  /** Lines of the palette for the first and the second network of its kind in one picture. */
  readonly colours: readonly [string, string];
}

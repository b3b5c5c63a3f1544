import { type Failure } from '../../src/base/errors';
import { type FindingsReport } from '../../src/trace/reading/findings';
import { stepsOffered, stepsUnasked } from '../../src/trace/reading/gradientCost';
import { type GradientNorms, type LossChoice } from '../../src/trace/reading/gradients';
import { type LossMatrix } from '../../src/trace/reading/lossMatrix';

/** One output step's row of connectivity. */
export interface ConnectivityRow {
  /** log10 of the norm for every step, [T]; -Infinity is an exact zero. */
  readonly log10: Float32Array;
  readonly maximum: number;
  /** The output it is of. */
  readonly target: string;
}

/** What is known about gradients and findings of an inspection. */
export interface GradientState {
  readonly loss: LossChoice;
  /** Until a person chooses a loss, it is that of the last column in sight. */
  readonly followsSight: boolean;
  /** How many steps are gone back through: a long text is not computed unasked. */
  readonly reach: 'unasked' | 'all' | 'part';
  readonly norms: GradientNorms | null;
  readonly failure: Failure | null;
  readonly wantsMatrix: boolean;
  readonly matrix: LossMatrix | null;
  readonly matrixFailure: Failure | null;
  /** Rows that have arrived, by output step. */
  readonly connectivity: ReadonlyMap<number, ConnectivityRow>;
  readonly wantsFindings: boolean;
  readonly findings: FindingsReport | null;
  readonly findingsFailure: Failure | null;
}

/** Nothing asked yet; the loss is that of the last step. */
export const initialGradientState: GradientState = {
  loss: { at: 'last' },
  followsSight: true,
  reach: 'unasked',
  norms: null,
  failure: null,
  wantsMatrix: false,
  matrix: null,
  matrixFailure: null,
  connectivity: new Map(),
  wantsFindings: false,
  findings: null,
  findingsFailure: null,
};

/** The state after a change; choosing a loss ends following the sight, unless the change says otherwise. */
export function changeGradient(state: GradientState, change: Partial<GradientState>): GradientState {
  const followsSight = change.followsSight ?? (state.followsSight && change.loss === undefined);
  return { ...state, ...change, followsSight };
}

/**
 * The loss of the last column in sight, of a text of T steps whose columns before `sightEnd` are in sight: the last
 * known target where it is in sight or the sight shows nothing.
 */
export function lossInSight(loss: LossChoice, sightEnd: number, steps: number): LossChoice {
  const step = sightEnd - 1;
  return { ...loss, at: step < 0 || step >= steps - 2 ? 'last' : { step } };
}

/** The first step to go back to, or null while nobody has said how far in a text that long. */
export function gradientFrom({ loss, reach }: GradientState, steps: number): number | null {
  if (steps <= stepsUnasked || reach === 'all') return 0;
  if (reach === 'unasked') return null;
  const last = typeof loss.at === 'string' ? steps - 1 : loss.at.step;
  return Math.max(0, last + 1 - stepsOffered);
}

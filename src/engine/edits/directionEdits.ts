import { outputWidthOf } from '../../cells/initialStates';
import { type Disposable } from '../../base/disposable';
import { type ForcedGate, forceGates } from '../../cells/forceGates';
import { type HeldOutput, holdOutput } from '../../cells/holdOutput';
import { type Field, mapStates } from '../../trace/reading/cellKind';
import { type CellRunner, type RunnerFactory, type SequenceState } from '../forward/cellRunner';
import { type TokenTable } from '../../network/sequenceNode';
import { type DirectionPlan, forEachValue, type Hold } from './directionPlan';
import { holdByReference, holdHidden, holdHiddenByWeights, isState, recordExactly } from './heldRunners';

/** Stretches shorter than this go step by step: laying out weights for them costs more. */
const leastSteps = 16;
/** Sets of weights that one direction of a layer may have laid out at a time. */
const mostRunners = 32;

/** How the numbers of an edited stretch come about. */
export type EditPath = 'weights' | 'hiddenWeights' | 'hidden' | 'reference';

/** Units of fields that are held, or of states that were set: 1 where one is. */
export type EditedUnits = Readonly<Partial<Record<Field, Uint8Array>>>;

/** What a direction is and what makes its runners. */
export interface EditedDirection {
  readonly runner: CellRunner;
  readonly steps: number;
  readonly table?: TokenTable | undefined;
  readonly createRunner: RunnerFactory;
}

/**
 * Edits of one direction of a layer at work: where its run is cut, which runner reads between two cuts, and what the
 * state becomes at one. Steps are counted in reading order (`r`), in those of {@link DirectionPlan} in text order
 * (`t`).
 */
export class DirectionEdits implements Disposable {
  /** How stretches that have been run so far were computed. */
  readonly paths = new Set<EditPath>();
  /** Reading steps, ascending, with 0 first. */
  private readonly borders: readonly number[];
  private readonly runners = new Map<string, CellRunner>();
  private readonly stretches = new Map<number, CellRunner>();

  constructor(
    readonly plan: DirectionPlan,
    private readonly direction: EditedDirection,
  ) {
    const ends = plan.holds.flatMap(({ from, to }) => {
      const [first, last] = this.isBackward ? [this.turn(to), this.turn(from)] : [from, to];
      return [first, last + 1];
    });
    const settings = plan.settings.map(({ step }) => (this.isBackward ? this.turn(step) : step));
    this.borders = [...new Set([0, ...ends, ...settings])].sort((one, other) => one - other);
  }

  /** The first step behind r at which another runner reads on or the state changes; at most `limit`. */
  nextBorder(r: number, limit: number): number {
    return Math.min(limit, this.borders[this.stretchOf(r) + 1] ?? limit);
  }

  /** Whether some of what has been run so far went step by step. */
  get isStepwise(): boolean {
    return this.paths.has('reference') || this.paths.has('hidden');
  }

  /** The state with which step r is computed. */
  settle(r: number, state: SequenceState): SequenceState {
    const t = this.isBackward ? this.turn(r) : r;
    const isBorder = this.borders[this.stretchOf(r)] === r;
    const settings = isBorder ? this.plan.settings.filter(({ step }) => step === t) : [];
    if (settings.length === 0) return state;
    const changed = mapStates(state, (values) => values.slice());
    for (const setting of settings) {
      const values = changed[setting.field] as Float32Array;
      forEachValue(setting, values.length, (unit, value) => (values[unit] = value));
    }
    return changed;
  }

  /** What reads the steps from r to the next border. */
  runnerAt(r: number): CellRunner {
    const stretch = this.stretchOf(r);
    const known = this.stretches.get(stretch);
    if (known) return known;
    const t = this.isBackward ? this.turn(r) : r;
    const holds = this.plan.holds.filter(({ from, to }) => from <= t && t <= to);
    const runner = holds.length === 0 ? this.direction.runner : this.runnerFor(holds, this.lengthOf(stretch));
    this.stretches.set(stretch, runner);
    return runner;
  }

  /** Which units of which fields are held at text step t, or null. */
  heldAt(t: number): EditedUnits | null {
    return this.unitsOf(this.plan.holds.filter(({ from, to }) => from <= t && t <= to));
  }

  /** Which units of the states that text step t began with were set, or null. */
  setAt(t: number): EditedUnits | null {
    return this.unitsOf(this.plan.settings.filter(({ step }) => step === t));
  }

  dispose(): void {
    for (const runner of this.runners.values()) runner.dispose();
    this.runners.clear();
    this.stretches.clear();
  }

  private get isBackward(): boolean {
    return this.plan.direction === 'backward';
  }

  private turn(step: number): number {
    return this.direction.steps - 1 - step;
  }

  private widthOf(field: Field): number {
    const { weights } = this.direction.runner;
    return field === 'h' ? outputWidthOf(weights) : weights.units;
  }

  /** The place in `borders` of the last one at or before r. */
  private stretchOf(r: number): number {
    let [low, high] = [0, this.borders.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.borders[middle] as number) <= r) low = middle;
      else high = middle;
    }
    return low;
  }

  private lengthOf(stretch: number): number {
    return (this.borders[stretch + 1] ?? this.direction.steps) - (this.borders[stretch] as number);
  }

  private unitsOf(edits: readonly Pick<Hold, 'field' | 'unit' | 'values'>[]): EditedUnits | null {
    if (edits.length === 0) return null;
    const units: Partial<Record<Field, Uint8Array>> = {};
    for (const edit of edits) {
      const width = this.widthOf(edit.field);
      const row = (units[edit.field] ??= new Uint8Array(width));
      forEachValue(edit, width, (unit) => (row[unit] = 1));
    }
    return units;
  }

  private runnerFor(holds: readonly Hold[], length: number): CellRunner {
    const { runner, table } = this.direction;
    const { cell } = runner.weights;
    const isHidden = ({ field }: Hold): boolean => field === 'h';
    const gates = holds.filter((hold) => !isHidden(hold));
    const hidden = holds.filter(isHidden);
    const forced = gates.some(({ field }) => isState(field, cell)) ? null : this.forcedRunner(gates, length);
    if (forced === null) {
      this.paths.add('reference');
      return holdByReference(runner, table, holds);
    }
    if (hidden.length === 0) return forced;
    const folded = this.foldedRunner(forced, hidden, length);
    this.paths.add(folded === null ? 'hidden' : 'hiddenWeights');
    return folded ?? holdHidden(forced, hidden);
  }

  /** A runner with held units of h in its bias; null where that cannot be, or is not worth it. */
  private foldedRunner(forced: CellRunner, hidden: readonly Hold[], length: number): CellRunner | null {
    const { table, createRunner } = this.direction;
    if (length < leastSteps || this.runners.size >= mostRunners) return null;
    const weights = holdOutput(forced.weights, this.heldOutputs(hidden));
    if (weights === null) return null;
    const made = holdHiddenByWeights(forced, createRunner(weights, table), hidden);
    this.runners.set(`h${this.runners.size}`, made);
    return made;
  }

  private heldOutputs(hidden: readonly Hold[]): readonly HeldOutput[] {
    const values = new Map<number, number>();
    for (const hold of hidden)
      forEachValue(hold, this.widthOf('h'), (unit, value) => values.set(unit, Math.fround(value)));
    return [...values].map(([unit, value]) => ({ unit, value }));
  }

  /** A runner with the gates in its weights; null where weights cannot do it, or are not worth it. */
  private forcedRunner(gates: readonly Hold[], length: number): CellRunner | null {
    const { runner, table, createRunner } = this.direction;
    if (gates.length === 0) return runner;
    const forced = this.gatesOf(gates);
    const key = forced.map(({ field, unit, value }) => `${field}${unit}=${value}`).join();
    const known = this.runners.get(key);
    if (known) return known;
    if (length < leastSteps || this.runners.size >= mostRunners) return null;
    const weights = forceGates(runner.weights, forced);
    if (weights === null) return null;
    this.paths.add('weights');
    const made = recordExactly(createRunner(weights, table), gates);
    this.runners.set(key, made);
    return made;
  }

  private gatesOf(holds: readonly Hold[]): readonly ForcedGate[] {
    const values = new Map<string, ForcedGate>();
    for (const hold of holds)
      forEachValue(hold, this.widthOf(hold.field), (unit, value) =>
        values.set(`${hold.field}${unit}`, { field: hold.field, unit, value }),
      );
    return [...values.values()];
  }
}

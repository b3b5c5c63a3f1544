import { type LabStatus } from '../../src/protocol/labMessages';
import { type TrainingEvent, type TrainingPlan, type ValidatedEvent } from '../../src/trace/lab/trainingEvents';

type StepEvent = Extract<TrainingEvent, { readonly type: 'step' }>;
type FinishedEvent = Extract<TrainingEvent, { readonly type: 'finished' }>;
type EpochKept = Extract<TrainingEvent, { readonly type: 'epoch-kept' }>;

/** What the page of a training shows. */
export interface TrainingState {
  readonly source: string;
  readonly status: LabStatus;
  readonly plan: TrainingPlan | null;
  /** Above 1 where the run went on from a checkpoint. */
  readonly firstStep: number;
  readonly steps: readonly StepEvent[];
  readonly validations: readonly ValidatedEvent[];
  readonly epochs: readonly EpochKept[];
  readonly finished: FinishedEvent | null;
}

/** A page before its first message. */
export const emptyTraining: TrainingState = {
  source: '',
  status: { kind: 'idle' },
  plan: null,
  firstStep: 1,
  steps: [],
  validations: [],
  epochs: [],
  finished: null,
};

/** The state after one more event. */
export function addTrainingEvent(state: TrainingState, event: TrainingEvent): TrainingState {
  switch (event.type) {
    case 'started':
      return {
        ...state,
        plan: event,
        firstStep: event.firstStep,
        validations: event.history,
        steps: [],
        epochs: [],
        finished: null,
      };
    case 'step':
      return { ...state, steps: [...state.steps, event] };
    case 'validated':
      return { ...state, validations: [...state.validations, event] };
    case 'epoch-kept':
      return {
        ...state,
        epochs: [...state.epochs.filter(({ epoch }) => epoch !== event.epoch), event].sort((a, b) => a.epoch - b.epoch),
      };
    case 'finished':
      return { ...state, finished: event };
    case 'paused':
    case 'resumed':
      return state;
  }
}

/** Whether an earlier run was interrupted: it began, and neither ended nor runs. */
export function isInterrupted({ status, plan, finished, validations }: TrainingState): boolean {
  const isAtRest = status.kind !== 'running' && status.kind !== 'paused' && status.kind !== 'ending';
  return isAtRest && plan !== null && validations.length > 0 && (finished === null || finished.why === 'stopped');
}

/** Share of the steps done, in [0, 1]. */
export function progressOf({ plan, steps, validations, finished }: TrainingState): number {
  if (finished !== null) return 1;
  const done = Math.max(0, steps.at(-1)?.step ?? 0, validations.at(-1)?.step ?? 0);
  return plan === null || plan.steps === 0 ? 0 : done / plan.steps;
}

/** Figures of a class by its row and column of the confusion matrix; NaN where nothing was counted. */
export interface ClassFigures {
  readonly label: string;
  readonly count: number;
  /** Of those given this label, the share that has it. */
  readonly precision: number;
  /** Of those that have this label, the share that was given it. */
  readonly recall: number;
  readonly f1: number;
}

/** Precision, recall and F1 of every class of a confusion matrix (rows: label, columns: answer). */
export function classFigures(
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
): readonly ClassFigures[] {
  return labels.map((label, k) => {
    const hits = confusion[k]?.[k] ?? 0;
    const count = (confusion[k] ?? []).reduce((sum, each) => sum + each, 0);
    const answered = confusion.reduce((sum, row) => sum + (row[k] ?? 0), 0);
    return {
      label,
      count,
      precision: hits / answered,
      recall: hits / count,
      f1: count + answered === 0 ? NaN : (2 * hits) / (count + answered),
    };
  });
}

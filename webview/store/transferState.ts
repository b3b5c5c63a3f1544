import { type LabStatus } from '../../src/protocol/labMessages';
import { type TransferEvent, type TransferResult } from '../../src/trace/lab/transferEvents';

type EventOf<T extends TransferEvent['type']> = Extract<TransferEvent, { readonly type: T }>;

/** One training of a transfer, with its curve so far. */
export interface TransferPhase {
  readonly plan: EventOf<'transfer-phase'>;
  readonly curve: readonly EventOf<'transfer-curve'>[];
}

/** What the page of a transfer shows. */
export interface TransferState {
  readonly source: string;
  readonly status: LabStatus;
  readonly started: EventOf<'transfer-started'> | null;
  readonly phases: readonly TransferPhase[];
  readonly results: readonly TransferResult[];
  readonly finished: EventOf<'transfer-finished'> | null;
}

/** A page before its first message. */
export const emptyTransfer: TransferState = {
  source: '',
  status: { kind: 'idle' },
  started: null,
  phases: [],
  results: [],
  finished: null,
};

/** The state after one more event. */
export function addTransferEvent(state: TransferState, event: TransferEvent): TransferState {
  switch (event.type) {
    case 'transfer-started':
      return { ...state, started: event, phases: [], results: [], finished: null };
    case 'transfer-phase':
      return { ...state, phases: [...state.phases, { plan: event, curve: [] }] };
    case 'transfer-curve':
      return {
        ...state,
        phases: state.phases.map((phase) =>
          phase.plan.phase === event.phase ? { ...phase, curve: [...phase.curve, event] } : phase,
        ),
      };
    case 'transfer-result':
      return { ...state, results: [...state.results, event] };
    case 'transfer-finished':
      return { ...state, finished: event };
  }
}

/** Share of the work done, in [0, 1]: the trainings, and how far the last has come. */
export function progressOfTransfer({ started, phases, finished }: TransferState): number {
  if (finished !== null) return 1;
  const last = phases.at(-1);
  if (started === null || last === undefined) return 0;
  const within = Math.min(1, (last.curve.at(-1)?.epoch ?? 0) / last.plan.epochs);
  return Math.min(1, (phases.length - 1 + within) / Math.max(1, started.phases));
}

/** A run of a transfer: a seed at one size of labels; without labels the adaptations. */
export interface RunChoice {
  readonly seed: number;
  readonly labels: number;
}

/** The runs that have begun, in order. */
export function runsOf({ phases }: TransferState): readonly RunChoice[] {
  const seen = new Map<string, RunChoice>();
  for (const { plan } of phases) seen.set(`${plan.seed}/${plan.labels}`, { seed: plan.seed, labels: plan.labels });
  return [...seen.values()];
}

/** The phases of one run: those that follow one upon the other, and those that stand beside them from scratch. */
export function phasesOfRun(
  { phases }: TransferState,
  run: RunChoice,
): { readonly transferred: readonly TransferPhase[]; readonly scratch: readonly TransferPhase[] } {
  const own = phases.filter(({ plan }) => plan.seed === run.seed && plan.labels === run.labels);
  return {
    transferred: own.filter(({ plan }) => plan.way !== 'scratch'),
    scratch: own.filter(({ plan }) => plan.way === 'scratch'),
  };
}

/** The stages of the first run that learns: what is frozen in each is the same in all runs. */
export function stagesOf(state: TransferState): readonly TransferPhase[] {
  const learning = state.phases.filter(({ plan }) => plan.seed === 0 && plan.way !== 'scratch');
  const labelled = learning.filter(({ plan }) => plan.labels > 0);
  return labelled.length === 0 ? learning : labelled.filter(({ plan }) => plan.labels === labelled[0]?.plan.labels);
}

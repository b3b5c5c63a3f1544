import { type Random } from '../../base/random';
import { type JournalFile } from './journalFile';
import { createJournalLines } from './journal/journalLines';
import { type JournalStudy, type JournalTrial } from './journal/journalReplay';
import { completeEnqueued } from './enqueued';
import { type Sampler } from './samplers/sampler';
import { type Parameters, type SearchSpace } from './samplers/distribution';
import { workerAttribute } from './studyQuestion';
import { type StudyDirection, type StudySoFar, type Trial, type TrialState } from './trial';

/** A study and the journal that keeps it. */
export interface StudyOptions {
  readonly journal: JournalFile;
  readonly name: string;
  readonly space: SearchSpace;
  readonly direction: StudyDirection;
  /** What is kept with the study where it is begun here. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Names this process among those that write; kept with each trial. */
  readonly workerId: string;
  /** Whether the process behind a worker id is gone, so that its running trials will never end. */
  isGone(workerId: string): boolean;
  /** Local time as Python's isoformat writes it. */
  clock(): string;
}

/** A trial that this process runs. */
export interface OpenTrial {
  readonly id: number;
  readonly number: number;
  readonly parameters: Parameters;
}

const mostTries = 20;

/** A study of the journal: trials are begun, reported and ended by several processes at once. */
export class Study {
  private readonly lines: ReturnType<typeof createJournalLines>;

  constructor(private readonly options: StudyOptions) {
    this.lines = createJournalLines(options.workerId);
  }

  /** The study as the file has it now. */
  soFar(): StudySoFar {
    const study = this.read();
    return {
      space: this.options.space,
      direction: study?.direction ?? this.options.direction,
      trials: study?.trials ?? [],
    };
  }

  /** Creates the study where it is not there yet, and ends as failed what a process that is gone has left running. */
  async open(): Promise<void> {
    const { journal, name } = this.options;
    await journal.append((replay) => (replay.study(name) === undefined ? this.newStudy(replay.nextStudyId) : []));
    await journal.append((replay) =>
      (replay.study(name)?.trials ?? [])
        .filter(
          ({ state, attributes }) =>
            state === 'running' && this.options.isGone(String(attributes[workerAttribute] ?? '')),
        )
        .map(({ id }) => this.lines.finish(id, { state: 'fail', at: this.options.clock() })),
    );
  }

  private newStudy(id: number): readonly object[] {
    const { name, direction, attributes = {} } = this.options;
    return [
      this.lines.createStudy(name, direction),
      ...Object.entries(attributes).map(([key, value]) => this.lines.studyAttribute(id, key, value)),
    ];
  }

  /**
   * Begins the next trial: the oldest that waits in the queue, else one of the sampler's. Gives null where the sampler
   * has nothing left or the study has `limit` trials. The choice is made outside the lock, and made anew if another
   * process has begun or ended a trial meanwhile.
   */
  async begin(sampler: Sampler, random: Random, limit: number): Promise<OpenTrial | null> {
    for (let attempt = 1; ; attempt++) {
      const soFar = this.soFar();
      if (countTowardsLimit(soFar.trials) >= limit) return null;
      const waiting = this.read()?.trials.find(({ state }) => state === 'waiting');
      if (waiting !== undefined) {
        const taken = await this.take(waiting, completeEnqueued(waiting, { soFar, sampler, random }));
        if (taken !== null) return taken;
        continue;
      }
      const parameters = sampler.suggest(soFar, random);
      if (parameters === null) return null;
      const begun = await this.claim(parameters, attempt < mostTries ? countBegun(soFar.trials) : null);
      if (begun !== null) return begun;
    }
  }

  /** Tells the objective after an epoch. */
  async report(trial: OpenTrial, step: number, value: number): Promise<void> {
    const line = this.lines.intermediate(trial.id, step, value);
    if (line !== null) await this.options.journal.append(() => [line]);
  }

  /** Ends a trial. An objective that is not finite ends it as failed. */
  async finish(
    trial: OpenTrial,
    outcome: {
      readonly state: TrialState;
      readonly value?: number;
      readonly attributes?: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    const { attributes = {}, ...end } = outcome;
    const remarks = Object.entries(attributes).map(([name, value]) => this.lines.attribute(trial.id, name, value));
    // Waits for the lock also where the search is cancelled: a trial that nobody ends stays running in the journal.
    await this.options.journal.append(
      () => [...remarks, this.lines.finish(trial.id, { ...end, at: this.options.clock() })],
      new AbortController().signal,
    );
  }

  private read(): JournalStudy | undefined {
    return this.options.journal.refresh().study(this.options.name);
  }

  /**
   * Takes a trial that waits, or ends it as failed where its parameters cannot be run; null where another process has
   * taken it.
   */
  private async take(
    { id, number }: JournalTrial,
    chosen: ReturnType<typeof completeEnqueued>,
  ): Promise<OpenTrial | null> {
    const { journal, name, space, workerId, clock } = this.options;
    let taken: OpenTrial | null = null;
    await journal.append((replay) => {
      if (replay.study(name)?.trials[number]?.state !== 'waiting') return [];
      const start = this.lines.start(id, clock());
      if (!chosen.ok)
        return [
          start,
          this.lines.attribute(id, 'message', chosen.reason),
          this.lines.finish(id, { state: 'fail', at: clock() }),
        ];
      taken = { id, number, parameters: chosen.parameters };
      return [
        start,
        ...this.lines.parameters(id, space, chosen.parameters),
        this.lines.attribute(id, workerAttribute, workerId),
      ];
    });
    return taken;
  }

  private async claim(parameters: Parameters, expectedBegun: number | null): Promise<OpenTrial | null> {
    const { journal, name, space, workerId, clock } = this.options;
    let claimed: OpenTrial | null = null;
    await journal.append((replay) => {
      const study = replay.study(name);
      if (study === undefined) throw new Error(`The study "${name}" was deleted from its journal.`);
      if (expectedBegun !== null && !isStill(study, expectedBegun)) return [];
      claimed = { id: replay.trialCount, number: study.trials.length, parameters };
      return [
        this.lines.createTrial(study.id, clock()),
        ...this.lines.parameters(claimed.id, space, parameters),
        this.lines.attribute(claimed.id, workerAttribute, workerId),
      ];
    });
    return claimed;
  }
}

/** Whether nothing was begun or enqueued since. */
function isStill({ trials }: JournalStudy, begun: number): boolean {
  return countBegun(trials) === begun && begun === trials.length;
}

/** Trials that do not wait any more. */
export function countBegun(trials: readonly Trial[]): number {
  return trials.filter(({ state }) => state !== 'waiting').length;
}

/**
 * Trials that wait have not begun; those that failed do not count, so that a search that was killed makes up for them.
 */
function countTowardsLimit(trials: readonly Trial[]): number {
  return trials.filter(({ state }) => state !== 'fail' && state !== 'waiting').length;
}

import { type Random } from '../../base/random';
import { type JournalFile } from './journalFile';
import { createJournalLines, type JournalStudy } from './optunaJournal';
import { type Sampler } from './samplers/sampler';
import { type Parameters, type SearchSpace } from './samplers/distribution';
import { type StudyDirection, type StudySoFar, type Trial, type TrialState } from './trial';

/** A study and the journal that keeps it. */
export interface StudyOptions {
  readonly journal: JournalFile;
  readonly name: string;
  readonly space: SearchSpace;
  readonly direction: StudyDirection;
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

/** The attribute of a trial that names the process that runs it. */
export const workerAttribute = 'lstm_inspector_worker';
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
    const { journal, name, direction } = this.options;
    await journal.append((replay) =>
      replay.study(name) === undefined ? [this.lines.createStudy(name, direction)] : [],
    );
    await journal.append((replay) =>
      (replay.study(name)?.trials ?? [])
        .filter(
          ({ state, attributes }) =>
            state === 'running' && this.options.isGone(String(attributes[workerAttribute] ?? '')),
        )
        .map(({ id }) => this.lines.finish(id, { state: 'fail', at: this.options.clock() })),
    );
  }

  /**
   * Begins the next trial, or gives null where the sampler has nothing left or the study has `limit` trials. The choice is
   * made outside the lock, and made anew if another process has begun or ended a trial meanwhile.
   */
  async begin(sampler: Sampler, random: Random, limit: number): Promise<OpenTrial | null> {
    for (let attempt = 1; ; attempt++) {
      const soFar = this.soFar();
      if (countTowardsLimit(soFar.trials) >= limit) return null;
      const parameters = sampler.suggest(soFar, random);
      if (parameters === null) return null;
      const begun = await this.claim(parameters, attempt < mostTries ? soFar.trials.length : null);
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
    await this.options.journal.append(() => [
      ...remarks,
      this.lines.finish(trial.id, { ...end, at: this.options.clock() }),
    ]);
  }

  private read(): JournalStudy | undefined {
    return this.options.journal.refresh().study(this.options.name);
  }

  private async claim(parameters: Parameters, expectedTrials: number | null): Promise<OpenTrial | null> {
    const { journal, name, space, workerId, clock } = this.options;
    let claimed: OpenTrial | null = null;
    await journal.append((replay) => {
      const study = replay.study(name);
      if (study === undefined) throw new Error(`The study "${name}" was deleted from its journal.`);
      if (expectedTrials !== null && study.trials.length !== expectedTrials) return [];
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

/** Trials that failed do not count, so that a search that was killed makes up for them. */
function countTowardsLimit(trials: readonly Trial[]): number {
  return trials.filter(({ state }) => state !== 'fail').length;
}

import { type TransferEvent, type TransferResult } from '../../trace/lab/transferEvents';
import { type LabSettings } from '../training/labSettings';
import { type TrainingFolder } from '../training/trainingFolder';
import { isLanguageModel } from './sourceNetwork';
import {
  eventsOfUnits,
  nextPhaseAfter,
  readProgress,
  type TransferUnit,
  unitsToSkip,
  writeProgress,
} from './transferProgress';
import { type TransferHost, type TransferRun } from './transferRun';

/** What a transfer told and finished so far, and what it need not do again since an interrupted one has done it. */
export class TransferRecord {
  readonly log: TransferEvent[] = [];
  readonly host: TransferHost;
  /** Numbers of labels, in the order in which they are learnt from. */
  sizes: readonly number[] = [];
  private phases = 0;
  private units: readonly TransferUnit[] = [];
  private readonly settingsKey: string;

  constructor(
    private readonly folder: TrainingFolder,
    private readonly settings: LabSettings,
    surroundings: Omit<TransferHost, 'nextPhase'>,
  ) {
    this.settingsKey = JSON.stringify(settings);
    this.host = {
      signal: surroundings.signal,
      now: () => surroundings.now(),
      breathe: () => surroundings.breathe(),
      interrupt: () => surroundings.interrupt?.(),
      nextPhase: () => this.phases++,
      tell: (event) => {
        this.log.push(event);
        surroundings.tell(event);
      },
    };
  }

  get results(): readonly TransferResult[] {
    return this.log.filter((event) => event.type === 'transfer-result');
  }

  /** Tells the beginning, and what an interrupted run finished; `describe` is given how many trainings those were. */
  async begin(run: TransferRun, sizes: readonly number[], describe: (kept: number) => TransferEvent): Promise<void> {
    this.sizes = sizes;
    const earlier = await readProgress(this.folder, this.settingsKey);
    // Whether the new layers are put on what the adaptation without labels gives.
    const needsLayers = isLanguageModel(run.source) && run.transfer.adaptLanguage !== undefined;
    this.units = unitsToSkip(earlier, { seeds: run.transfer.seeds, sizes, needsLayers });
    const kept = eventsOfUnits(earlier.events, this.units);
    this.phases = nextPhaseAfter(kept);
    this.host.tell(describe(kept.filter(({ type }) => type === 'transfer-phase').length));
    for (const event of kept) this.host.tell(event);
  }

  isDone(seed: number, labels: number): boolean {
    return this.units.some((unit) => unit.seed === seed && unit.labels === labels);
  }

  isSeedDone(seed: number): boolean {
    const sizes = this.settings.task === 'classify' ? this.sizes : [];
    return [0, ...sizes].every((labels) => this.isDone(seed, labels));
  }

  /** Keeps what was told so far: this unit need not be done again. */
  async finish(unit: TransferUnit): Promise<void> {
    this.units = [...this.units, unit];
    await writeProgress(this.folder, this.settingsKey, { units: this.units, events: this.log });
  }
}

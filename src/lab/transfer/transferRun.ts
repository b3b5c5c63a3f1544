import { type InspectorSettings } from '../../models/inspectorSettings';
import { type TransferEvent, type TransferResult } from '../../trace/lab/transferEvents';
import { type Corpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';
import { type TrainingHost } from '../training/trainer';
import { type SourceLayers } from './sourceNetwork';
import { type TransferSettings } from './transferSettings';

/** What surrounds the runs of a transfer. */
export interface TransferHost extends Pick<TrainingHost, 'signal' | 'now' | 'breathe' | 'interrupt'> {
  tell(event: TransferEvent): void;
  /** Counts the phases of all runs. */
  nextPhase(): number;
}

/** One seed's source and target. */
export interface TransferRun {
  readonly settings: LabSettings;
  readonly transfer: TransferSettings;
  readonly source: SourceLayers;
  readonly sourceInspector: InspectorSettings;
  readonly corpus: Corpus;
  /** Rows to add to the source's embedding. */
  readonly added: number;
  readonly seed: number;
  readonly host: TransferHost;
}

/** The settings with the seed of this run. */
export function seeded(settings: LabSettings, seed: number): LabSettings {
  return { ...settings, seed: settings.seed + 1000 * seed };
}

/** Tells a result and gives it back. */
export function tellResult({ host, seed }: TransferRun, result: Omit<TransferResult, 'seed'>): TransferResult {
  const whole = { ...result, seed };
  host.tell({ type: 'transfer-result', ...whole });
  return whole;
}

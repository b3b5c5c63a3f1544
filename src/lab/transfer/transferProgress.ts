import { parseLogLine } from '../../trace/lab/checkFields';
import { isTransferEvent } from '../../trace/lab/isTransferEvent';
import { type TransferEvent } from '../../trace/lab/transferEvents';
import { type TrainingFolder } from '../training/trainingFolder';

/**
 * What is finished as a whole: of one seed, the adaptation without labels (0), or one number of labels with its
 * baseline.
 */
export interface TransferUnit {
  readonly seed: number;
  readonly labels: number;
}

/** What an interrupted transfer of the same settings left. */
export interface EarlierTransfer {
  readonly units: readonly TransferUnit[];
  readonly events: readonly TransferEvent[];
}

/** Everything that was told, an event a line as JSON, so that the results can be shown again. */
export const transferLogName = 'transfer.jsonl';
const progressName = 'transfer-progress.json';

/** Reads what an interrupted transfer left; nothing where its settings were others, or a file is damaged. */
export async function readProgress(folder: TrainingFolder, settingsKey: string): Promise<EarlierTransfer> {
  const nothing = { units: [], events: [] };
  const [progress, log] = [await folder.read(progressName), await folder.read(transferLogName)];
  if (progress === null || log === null) return nothing;
  try {
    const { settings, units } = JSON.parse(new TextDecoder().decode(progress)) as {
      readonly settings?: unknown;
      readonly units?: unknown;
    };
    const events = new TextDecoder()
      .decode(log)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseLogLine(line, ['sentence']));
    if (!events.every(isTransferEvent)) return nothing;
    return settings === settingsKey && Array.isArray(units) && units.every(isUnit) ? { units, events } : nothing;
  } catch {
    return nothing;
  }
}

function isUnit(value: unknown): value is TransferUnit {
  const { seed, labels } = (value ?? {}) as Partial<Record<keyof TransferUnit, unknown>>;
  return typeof seed === 'number' && typeof labels === 'number';
}

/** Keeps what was told when a unit is finished; the log first, so that no unit is listed whose events are missing. */
export async function writeProgress(
  folder: TrainingFolder,
  settingsKey: string,
  { units, events }: EarlierTransfer,
): Promise<void> {
  await folder.write(transferLogName, formatLog(events));
  await folder.write(progressName, `${JSON.stringify({ settings: settingsKey, units })}\n`);
}

/** Writes the log of a transfer that has come to its end; there is nothing more to go on with. */
export async function writeWholeLog(folder: TrainingFolder, events: readonly TransferEvent[]): Promise<void> {
  await folder.write(transferLogName, formatLog(events));
  await folder.remove(progressName);
}

function formatLog(events: readonly TransferEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** The events of some units, in their order: phases, curves and results. */
export function eventsOfUnits(
  events: readonly TransferEvent[],
  units: readonly TransferUnit[],
): readonly TransferEvent[] {
  const isIn = ({ seed, labels }: TransferUnit): boolean =>
    units.some((unit) => unit.seed === seed && unit.labels === labels);
  const phases = new Set<number>();
  return events.filter((event) => {
    if (event.type === 'transfer-phase' && isIn(event)) phases.add(event.phase);
    if (event.type === 'transfer-phase' || event.type === 'transfer-curve') return phases.has(event.phase);
    return event.type === 'transfer-result' && isIn(event);
  });
}

/** The number of the next training, above all that were told. */
export function nextPhaseAfter(events: readonly TransferEvent[]): number {
  return events.reduce((next, event) => (event.type === 'transfer-phase' ? Math.max(next, event.phase + 1) : next), 0);
}

/**
 * Which of the finished units need not be done again. The last of all is, since its network is what a transfer gives;
 * and an adaptation whose layers (`needsLayers`) the labels of its seed are still to be put on.
 */
export function unitsToSkip(
  { units }: EarlierTransfer,
  {
    seeds,
    sizes,
    needsLayers,
  }: { readonly seeds: number; readonly sizes: readonly number[]; readonly needsLayers: boolean },
): readonly TransferUnit[] {
  const has = (seed: number, labels: number): boolean =>
    units.some((unit) => unit.seed === seed && unit.labels === labels);
  const isLast = ({ seed, labels }: TransferUnit): boolean => seed === seeds - 1 && labels === (sizes.at(-1) ?? 0);
  const isWhole = (seed: number): boolean =>
    sizes.every((labels) => has(seed, labels)) && !units.some((unit) => unit.seed === seed && isLast(unit));
  return units.filter((unit) => !isLast(unit) && (unit.labels !== 0 || !needsLayers || isWhole(unit.seed)));
}

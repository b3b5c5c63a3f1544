import { parseLogLine } from '../../trace/lab/checkFields';
import { isKeptEvent } from '../../trace/lab/isTrainingEvent';
import { type TrainingEvent } from '../../trace/lab/trainingEvents';
import { type TrainingFolder } from './trainingFolder';

/** The file of a run's events, one a line as JSON, by which its curves and results are shown again later. */
export const trainingLogName = 'training-log.jsonl';

/** Keeps what a run tells, single steps apart, and writes it whole when asked to. */
export interface TrainingLog {
  hear(event: TrainingEvent): void;
  write(): Promise<void>;
}

/** A new log in a folder; what an earlier run left there is replaced by the first write. */
export function createTrainingLog(folder: TrainingFolder): TrainingLog {
  const lines: string[] = [];
  return {
    hear: (event) => {
      if (event.type !== 'step' && event.type !== 'paused' && event.type !== 'resumed')
        lines.push(JSON.stringify(event));
    },
    write: () => folder.write(trainingLogName, `${lines.join('\n')}\n`),
  };
}

/** The epochs up to `last` whose models an interrupted run kept, by the log that it left. */
export async function readKeptEpochs(folder: TrainingFolder, last: number): Promise<readonly TrainingEvent[]> {
  const bytes = await folder.read(trainingLogName);
  const lines = bytes === null ? [] : new TextDecoder().decode(bytes).split('\n');
  return lines
    .map(parseEvent)
    .filter((event) => event?.type === 'epoch-kept' && event.epoch <= last) as readonly TrainingEvent[];
}

function parseEvent(line: string): TrainingEvent | null {
  try {
    const event: unknown = parseLogLine(line);
    return isKeptEvent(event) ? event : null;
  } catch {
    return null;
  }
}

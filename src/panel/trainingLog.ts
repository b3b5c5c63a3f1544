import { parseLogLine } from '../trace/lab/checkFields';
import { isKeptEvent } from '../trace/lab/isTrainingEvent';
import { type TrainingEvent } from '../trace/lab/trainingEvents';

/** The events of a training log, one a line as JSON; lines that are torn or of another kind are left out. */
export function parseTrainingLog(text: string): readonly TrainingEvent[] {
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? []);
  // Without its beginning there is nothing to show the rest against.
  return events[0]?.type === 'started' ? events : [];
}

function parseEvent(line: string): TrainingEvent | null {
  if (line.trim() === '') return null;
  try {
    const event: unknown = parseLogLine(line);
    return isKeptEvent(event) ? event : null;
  } catch {
    return null;
  }
}

import { type TrainingEvent } from '../trace/lab/trainingEvents';

const types: readonly string[] = ['started', 'validated', 'epoch-kept', 'finished'];

/** The events of a training log, one a line as JSON; lines that are torn or of another kind are left out. */
export function parseTrainingLog(text: string): readonly TrainingEvent[] {
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? []);
  // Without its beginning there is nothing to show the rest against.
  return events[0]?.type === 'started' ? events : [];
}

function parseEvent(line: string): TrainingEvent | null {
  if (line.trim() === '') return null;
  try {
    const event = JSON.parse(line) as { readonly type?: unknown } | null;
    return types.includes(String(event?.type)) ? (event as TrainingEvent) : null;
  } catch {
    return null;
  }
}

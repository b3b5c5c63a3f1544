import { parseLogLine } from '../trace/lab/checkFields';
import { isTransferEvent } from '../trace/lab/isTransferEvent';
import { type TransferEvent } from '../trace/lab/transferEvents';

/** The events of a transfer's log, one a line as JSON; lines that are torn or of another kind are left out. */
export function parseTransferLog(text: string): readonly TransferEvent[] {
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? []);
  // Without its beginning there is nothing to show the rest against.
  return events[0]?.type === 'transfer-started' ? events : [];
}

function parseEvent(line: string): TransferEvent | null {
  if (line.trim() === '') return null;
  try {
    const event: unknown = parseLogLine(line, ['sentence']);
    return isTransferEvent(event) ? event : null;
  } catch {
    return null;
  }
}

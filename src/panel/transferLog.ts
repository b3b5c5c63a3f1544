import { type TransferEvent } from '../trace/lab/transferEvents';

const types: readonly string[] = [
  'transfer-started',
  'transfer-phase',
  'transfer-curve',
  'transfer-result',
  'transfer-finished',
];

/** The events of a transfer's log, one a line as JSON; lines that are torn or of another kind are left out. */
export function parseTransferLog(text: string): readonly TransferEvent[] {
  const events = text.split('\n').flatMap((line) => parseEvent(line) ?? []);
  // Without its beginning there is nothing to show the rest against.
  return events[0]?.type === 'transfer-started' ? events : [];
}

function parseEvent(line: string): TransferEvent | null {
  if (line.trim() === '') return null;
  try {
    const event = JSON.parse(line) as { readonly type?: unknown } | null;
    return types.includes(String(event?.type)) ? (event as TransferEvent) : null;
  } catch {
    return null;
  }
}

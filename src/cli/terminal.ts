import { escapeHidden, shorten, showHidden } from '../base/foreignText';

const limits = { line: 20_000, error: 1500, progress: 300 } as const;

/** Whether a person reads stdout. */
export function isTerminal(): boolean {
  return process.stdout.isTTY;
}

/** Ends the process where who read along has gone (`| head`): there is nobody to work for, and nothing to say. */
export function endWithReader(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
}

/** Writes one line to stdout: no name in it moves the terminal, and none begins a line of its own. */
export function printLine(line: string): void {
  clearProgress();
  process.stdout.write(`${asLine(line, limits.line)}\n`);
}

/** Writes a value as JSON to stdout; `indent` as JSON.stringify takes it. */
export function printJson(value: unknown, indent?: number): void {
  clearProgress();
  process.stdout.write(`${escapeHidden(JSON.stringify(value, null, indent))}\n`);
}

/** Writes a text of our own with its lines to stdout. */
export function printText(text: string): void {
  process.stdout.write(`${showHidden(text)}\n`);
}

/** Writes what went wrong as one line to stderr. */
export function printError(message: string): void {
  clearProgress();
  process.stderr.write(`${asLine(shorten(message, 4 * limits.error).replace(/\s*\n\s*/g, ' '), limits.error)}\n`);
}

/** Shows how far something is, on one line that the next one replaces, where a person watches. */
export function printProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${asLine(text, limits.progress)}`);
}

/** Takes the line of progress away. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function asLine(text: string, limit: number): string {
  return showHidden(shorten(text, limit)).replaceAll('\n', '\u240a');
}

/** Writes the help to stderr. */
export function printHelpAsError(text: string): void {
  process.stderr.write(`${showHidden(text)}\n`);
}

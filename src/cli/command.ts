import { type WorkerLink } from '../link/workerLink';

/** What a command works with. */
export interface CommandContext {
  /** The worker; it starts with the first request. */
  readonly link: WorkerLink;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Writes a line to stdout. */
  print(line: string): void;
  /** Writes a value to stdout as JSON, indented or on one line. */
  printJson(value: unknown, indent?: number): void;
  /** Shows progress where a person watches; nothing in a pipe. */
  progress(done: number, total: number, message?: string): void;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** Its line in the list of commands: arguments, and in a few words what it gives. */
  readonly usage: string;
  readonly summary: string;
  /** Throws a {@link UsageError} for wrong arguments and an InspectorError for what fails. */
  run(args: readonly string[], context: CommandContext): Promise<void>;
}

/** The arguments are wrong: the message and the usage go to stderr, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

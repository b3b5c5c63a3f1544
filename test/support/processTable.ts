import { readdirSync, readFileSync } from 'node:fs';

/** One process of this machine (Linux only). */
interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The engine's processes that a process has started, oldest first; those that have ended are not among them. */
export function engineProcesses(parent = process.pid): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => maybeRead(Number(name)))
    .filter((entry): entry is ProcessEntry => entry?.parent === parent && /\bprocess\.js\0/.test(entry.command))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

/** Bytes in memory that a process takes; 0 where it has ended. */
export function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(maybeText(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** How long a process, all its threads together, has had the processor, in milliseconds; NaN where nothing tells. */
export function processorMs(pid: number): number {
  // The name in brackets may hold spaces; user and system time are the 12th and 13th number behind it, in 1/100 s.
  const [, numbers] = /\) (.*)/.exec(maybeText(`/proc/${pid}/stat`)) ?? [];
  const [user, system] = numbers?.split(' ').slice(11, 13).map(Number) ?? [];
  return user === undefined || system === undefined ? NaN : 10 * (user + system);
}

/** Whether a process runs, or any thread of it; one that has ended and waits to be taken off the table does not. */
export function isRunning(pid: number): boolean {
  return threadsOf(pid).some((thread) => {
    const [, state] = /State:\s+(\w)/.exec(maybeText(`/proc/${pid}/task/${thread}/status`)) ?? [];
    return state !== undefined && state !== 'Z';
  });
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function maybeRead(pid: number): ProcessEntry | undefined {
  const [, parent] = /PPid:\s+(\d+)/.exec(maybeText(`/proc/${pid}/status`)) ?? [];
  return parent === undefined ? undefined : { pid, parent: Number(parent), command: maybeText(`/proc/${pid}/cmdline`) };
}

function maybeText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

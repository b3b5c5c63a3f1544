// Child processes of the project's commands: each is known, shows that it is alive, and ends with its parent.
// Only node: modules here: these files run before anything is installed.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');

/** A failure that the person can do something about: its message is printed without a stack. */
export class Problem extends Error {}

const children = new Set();

/** Starts a child that is ended when this process ends, with its own children where the system has process groups. */
export function startChild(command, args, options = {}) {
  const child = spawn(command, args, { detached: process.platform !== 'win32', ...options });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/** Ends a child and its children; resolves when it is gone, by force after `graceMs`. */
export async function endChild(child, graceMs = 5000) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // It leads no group of its own, or has ended in between.
    child.kill(name);
  }
}

/** Ends every child that is still there. */
export async function endAllChildren() {
  await Promise.all([...children].map((child) => endChild(child)));
}

/**
 * Runs `main`, prints a Problem as one sentence, ends all children on every way out. Ctrl-C ends with `interruptCode`:
 * 130, or 0 where it is the way to end.
 */
export async function runMain(main, { interruptCode = 130 } = {}) {
  let isEnding = false;
  const end = async (code) => {
    if (isEnding) return;
    isEnding = true;
    await endAllChildren();
    process.exit(code);
  };
  process.on('SIGINT', () => void end(interruptCode));
  process.on('SIGTERM', () => void end(143));
  process.on('SIGHUP', () => void end(129));
  try {
    await end((await main()) ?? 0);
  } catch (error) {
    if (isEnding) return;
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    await end(1);
  }
}

/** Prints that something is being done, a sign of life every ten seconds, and how long it took. */
export async function withProgress(label, work) {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  console.log(`${label} ...`);
  const timer = setInterval(() => console.log(`  ${label}: ${seconds()} s`), 10_000);
  try {
    const value = await work();
    console.log(`  done in ${seconds()} s`);
    return value;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a command to its end, its output kept in `logFile` (or shown, without one). Throws a Problem that ends with the
 * last lines of the output when it fails.
 */
export async function run(command, args, { cwd = root, env = {}, logFile, allowFailure = false } = {}) {
  if (logFile) mkdirSync(path.dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, 'w') : undefined;
  try {
    const child = startChild(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', log ?? 'inherit', log ?? 'inherit'],
      // A command that shows its output shares our terminal, and so its Ctrl-C.
      detached: false,
    });
    const code = await new Promise((resolve, reject) => {
      child.once('exit', (exitCode, name) => resolve(exitCode ?? name));
      child.once('error', reject);
    });
    if (code === 0 || allowFailure) return code;
    const tail = logFile ? `\n${lastLines(logFile, 25)}\nThe whole output is in ${logFile}.` : '';
    throw new Problem(`"${[path.basename(command), ...args].join(' ')}" failed (${code}).${tail}`);
  } catch (error) {
    if (error?.code === 'ENOENT') throw new Problem(`"${command}" is not there. Install it and run this again.`);
    throw error;
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

function lastLines(file, count) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** The npm that runs this command, else the one on the PATH, as [command, first arguments]. */
export function npmCommand(nodePath = process.execPath) {
  const script = process.env['npm_execpath'];
  if (script && /npm-cli\.js$/.test(script)) return [nodePath, [script]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}

/** Runs npm with its output in a log file. */
export async function npm(args, { nodePath, ...options }) {
  const [command, first] = npmCommand(nodePath);
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const pathWithNode = nodePath
    ? { PATH: `${path.dirname(nodePath)}${path.delimiter}${process.env['PATH'] ?? ''}` }
    : {};
  return run(command, [...first, ...args, ...quiet], { ...options, env: { ...pathWithNode, ...options.env } });
}

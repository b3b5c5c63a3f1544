import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** One call of the command line in a copy of a fault's folder, and what it must give. */
export interface FaultCase {
  /** What follows `lstm-inspector`; files by their names in the folder. `--out out.json` belongs to it. */
  readonly args: readonly string[];
  /** Files that are written into the copy before: settings that answer a question, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The sentence with which the call must fail (exit code 1). Absent: it must succeed. */
  readonly refuses?: RegExp;
  /** What the call must print. */
  readonly says?: readonly RegExp[];
  /** What the call must not print. */
  readonly hides?: readonly RegExp[];
  /** Checks the files that the call wrote. */
  readonly check?: (result: FaultResult) => Promise<void>;
}

/** What a call gave. */
export interface FaultResult {
  /** Standard output. */
  readonly text: string;
  /** Parses a JSON file that the call wrote, or that lies in the fault's folder. */
  json(name: string): Promise<unknown>;
}

/** The calls of each folder of shared/data/faults, by the folder's name. */
export type FaultTable = Readonly<Record<string, readonly FaultCase[]>>;

/** Runs one call in a fresh copy of the folder and checks what it gives. */
export async function runFault(cli: string, folder: string, fault: FaultCase): Promise<void> {
  const copy = await mkdtemp(path.join(os.tmpdir(), 'fault-'));
  try {
    await cp(folder, copy, { recursive: true, dereference: true });
    for (const [name, text] of Object.entries(fault.files ?? {})) await writeFile(path.join(copy, name), text);
    await checkRun(await runCli(cli, fault.args, copy), fault, copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function checkRun({ code, stdout, stderr }: Ended, fault: FaultCase, folder: string): Promise<void> {
  const isRefused = fault.refuses !== undefined;
  assert.equal(code, isRefused ? 1 : 0, `${stderr}${stdout}`);
  if (fault.refuses !== undefined) assert.match(stderr, fault.refuses);
  for (const sentence of fault.says ?? []) assert.match(stdout, sentence);
  for (const sentence of fault.hides ?? []) assert.doesNotMatch(stdout, sentence);
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(folder, name), 'utf8')) as unknown;
  await fault.check?.({ text: stdout, json });
}

function runCli(cli: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (texts.stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (texts.stderr += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** How long after its start a script has run through what it needs at its start. */
const settledMs = 5000;

/**
 * Runs a CommonJS script as `require` would, from the code that V8 compiled the first time: a third of the start of
 * dist/worker.js. The folder belongs to the user as the extension's own does; it keeps the code of one V8 and one
 * script. Node has this built in from 22.1 on (`NODE_COMPILE_CACHE`), but not in the Node 20 of VS Code 1.100.
 */
export function runCachedScript(scriptPath: string, folder: string): void {
  const source = readFileSync(scriptPath, 'utf8');
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 32);
  const name = `${path.basename(scriptPath)}-${process.versions.v8}-${process.arch}-${hash}`;
  const cachedData = maybeRead(path.join(folder, name));
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: scriptPath,
    ...(cachedData && { cachedData }),
  });
  const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
  const module = { exports: {} };
  run(module.exports, createRequire(scriptPath), module, scriptPath, path.dirname(scriptPath));
  if (cachedData === undefined || script.cachedDataRejected === true)
    setTimeout(() => maybeKeep(folder, name, script), settledMs).unref();
}

function maybeRead(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/**
 * Keeps what is compiled by now, whole or not at all, and lets go of what was kept for another script or V8; without it
 * the next start only takes longer.
 */
function maybeKeep(folder: string, name: string, script: Script): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const other of readdirSync(folder)) rmSync(path.join(folder, other), { force: true });
    const part = path.join(folder, `${name}.${process.pid}.part`);
    writeFileSync(part, script.createCachedData(), { flag: 'wx', mode: 0o600 });
    renameSync(part, path.join(folder, name));
  } catch {
    // A full disk or a folder that may not be written to.
  }
}

// Starts code-server on a free port of this machine, with folders of its own.
import { openSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Problem, endChild, root, run, startChild } from './process.mjs';

/** Settings that keep VS Code quiet and alike from run to run; a test adds its own. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'chat.commandCenter.enabled': false,
};

/** A port that nothing listens on just now. */
export function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Writes the user settings; VS Code takes up a change while it runs. */
export function writeSettings(folder, settings = {}) {
  const file = path.join(folder, 'user/User/settings.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * Starts code-server with its user data and extensions under `folder`, installs `vsix` first where one is given, and
 * waits until it answers. Gives { port, url, child, log, end }.
 */
export async function startCodeServer(
  { node, entry },
  { folder, settings = {}, vsix, env = {}, asksForTrust = false },
) {
  mkdirSync(folder, { recursive: true });
  writeSettings(folder, settings);
  const folders = ['--user-data-dir', path.join(folder, 'user'), '--extensions-dir', path.join(folder, 'extensions')];
  const logFile = path.join(folder, 'code-server.log');
  if (vsix) {
    await run(node, [entry, '--install-extension', vsix, ...folders], {
      logFile: path.join(folder, 'install-extension.log'),
    });
  }
  const port = await findFreePort();
  const trust = asksForTrust ? [] : ['--disable-workspace-trust'];
  const quiet = ['--disable-telemetry', '--disable-update-check', ...trust];
  const log = openSync(logFile, 'w');
  const args = [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...quiet, ...folders];
  const child = startChild(node, args, { cwd: root, stdio: ['ignore', log, log], env: { ...process.env, ...env } });
  const readLog = () => readFileSync(logFile, 'utf8');
  await waitForServer(port, child, readLog);
  return { port, url: `http://localhost:${port}`, child, log: readLog, end: () => endChild(child) };
}

async function waitForServer(port, child, readLog) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Problem(`code-server ended at once:\n${readLog()}`);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      if (answer.ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Problem(`code-server did not answer within a minute:\n${readLog()}`);
}

/** Address of a workbench that shows `workspace`, with extensions loaded from source and a test module where asked. */
export function workbenchUrl(server, { workspace, developmentPaths = [], testsPath }) {
  const remote = (file) => `vscode-remote://localhost:${server.port}${file}`;
  const payload = developmentPaths.map((folder) => ['extensionDevelopmentPath', remote(folder)]);
  if (testsPath) payload.push(['extensionTestsPath', remote(testsPath)]);
  const query = new URLSearchParams({ folder: workspace });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${server.url}/?${query.toString().replaceAll('+', '%20')}`;
}

// Runs test/host inside the extension host of a real VS Code: the desktop one by @vscode/test-electron where it can be
// downloaded or is there, else code-server shown by Chromium.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startCodeServer, workbenchUrl } from './codeServer.mjs';
import { maybeDownloadDesktop } from './desktop.mjs';
import { Problem, root } from './process.mjs';
import { chromeArguments, ensureChrome, ensureCodeServer, testbedFolder } from './vscode.mjs';

const bundled = path.join(root, 'out/host');
const logFile = path.join(root, 'out/results/host.log');
const reportPrefix = '| ';
const timeLimitMs = 15 * 60_000;

/** Bundles each suite and the module that runs them, for the extension host's CommonJS. */
async function bundleSuites() {
  const { build } = await import('esbuild');
  const folder = path.join(root, 'test/host');
  const suites = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  rmSync(bundled, { recursive: true, force: true });
  await build({
    entryPoints: [...suites.map((file) => path.join(folder, file)), path.join(root, 'test/testbed/hostRunner.ts')],
    entryNames: '[name]',
    outdir: bundled,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    loader: { '.wasm': 'binary' },
    sourcemap: 'inline',
    logLevel: 'error',
  });
}

/** The desktop VS Code by @vscode/test-electron; fails within seconds where its download service does not answer. */
async function downloadDesktop() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  const answer = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
    signal: AbortSignal.timeout(5000),
  });
  if (!answer.ok) throw new Error(`its server answers ${answer.status}`);
  return downloadAndUnzipVSCode({ cachePath: testbedFolder });
}

/** Runs the suites; the counts are in the file that `env.LSTM_INSPECTOR_RESULTS` names. */
export async function runHostSuites(env) {
  await bundleSuites();
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-workspace-'));
  copyWorkspace(workspace);
  try {
    const desktop = await maybeDownloadDesktop(downloadDesktop);
    if (desktop !== null) await runInElectron(desktop, workspace, env);
    else await runInCodeServer(workspace, env);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function copyWorkspace(workspace) {
  mkdirSync(workspace, { recursive: true });
  cpSync(path.join(root, 'test/host/workspace'), workspace, { recursive: true });
}

async function runInElectron(vscodeExecutablePath, workspace, env) {
  const { runTests } = await import('@vscode/test-electron');
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(bundled, 'hostRunner.js'),
    extensionTestsEnv: env,
    launchArgs: [
      workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

async function runInCodeServer(workspace, env) {
  const install = await ensureCodeServer();
  const executablePath = await ensureChrome();
  const { chromium } = await import('playwright-core');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-vscode-'));
  const server = await startCodeServer(install, {
    folder,
    env: { ...env, LSTM_INSPECTOR_REPORT_PREFIX: reportPrefix },
  });
  const browser = await chromium.launch({ executablePath, args: chromeArguments });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = waitForExit(page);
    await page.goto(
      workbenchUrl(server, { workspace, developmentPaths: [root], testsPath: path.join(bundled, 'hostRunner.js') }),
    );
    const code = await exit;
    if (code !== 0) throw new Problem(`The suites inside the extension host ended with ${code}.`);
  } finally {
    await browser.close();
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** VS Code reports through two functions of the page: a line of its log, and the exit code of the tests. */
function waitForExit(page) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Problem('The suites inside the extension host did not end in time.')),
      timeLimitMs,
    );
    const expose = async () => {
      await page.exposeFunction('codeAutomationLog', (type, args) => {
        const text = args
          .map((argument) => (typeof argument === 'string' ? argument : JSON.stringify(argument)))
          .join(' ');
        if (text.startsWith(reportPrefix)) console.log(text.slice(reportPrefix.length));
        else appendFileSync(logFile, `${type} ${text}\n`);
      });
      await page.exposeFunction('codeAutomationExit', (code) => {
        clearTimeout(timer);
        resolve(code);
      });
    };
    expose().catch(reject);
  });
}

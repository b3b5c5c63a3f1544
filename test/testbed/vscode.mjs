// The real VS Code that the tests run in, and the browser that shows it: installed once into .vscode-test, which git
// ignores.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ensureNode, ensurePackages, nodeBinary } from './install.mjs';
import { Problem, npm, root, run, withProgress } from './process.mjs';

export const testbedFolder = path.join(root, '.vscode-test');

/**
 * code-server 4.100.3 is the workbench and the extension host of VS Code 1.100.3, the oldest that the manifest allows.
 */
const codeServerVersion = '4.100.3';

/**
 * Installs code-server and rebuilds its three native modules; gives { node, entry }: a Node 20 and the script to run
 * with it.
 */
export async function ensureCodeServer() {
  if (process.platform === 'win32') throw new Problem('code-server does not run on Windows. Put "code" on the PATH.');
  const nodeFolder = await ensureNode(20, { withHeaders: true });
  const node = nodeBinary(nodeFolder);
  const folder = path.join(testbedFolder, 'code-server');
  await ensurePackages(
    folder,
    { 'code-server': codeServerVersion },
    {
      label: `VS Code for the browser (code-server ${codeServerVersion}, 300 MB, a minute or two)`,
      args: ['--ignore-scripts'],
      extra: () => completeCodeServer(folder, nodeFolder),
    },
  );
  return { node, entry: path.join(folder, 'node_modules/code-server/out/node/entry.js') };
}

async function completeCodeServer(folder, nodeFolder) {
  const missing = ['python3', 'make', 'g++'].filter((name) => findOnPath([name]) === null);
  if (missing.length > 0) {
    throw new Problem(
      `Missing: ${missing.join(', ')}. VS Code's native modules are built here; on Debian: apt-get install build-essential python3. A desktop VS Code whose "code" is on the PATH needs none of them.`,
    );
  }
  const workbench = path.join(folder, 'node_modules/code-server/lib/vscode');
  const options = {
    nodePath: nodeBinary(nodeFolder),
    env: { npm_config_nodedir: nodeFolder, npm_config_ignore_scripts: 'false' },
  };
  const step = (name, args, cwd) => npm(args, { ...options, cwd, logFile: `${folder}-${name}.log` });
  await step('install', ['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'], workbench);
  await step('rebuild', ['rebuild', '@vscode/spdlog', 'native-watchdog'], workbench);
  await step('argon2', ['rebuild', 'argon2'], folder);
  link('node_modules', path.join(workbench, 'node_modules.asar'));
  const ripgrep = findOnPath(['rg']);
  const bin = path.join(workbench, 'node_modules/@vscode/ripgrep/bin');
  if (ripgrep && existsSync(path.dirname(bin))) linkRipgrep(ripgrep, bin);
}

function linkRipgrep(ripgrep, bin) {
  mkdirSync(bin, { recursive: true });
  link(ripgrep, path.join(bin, 'rg'));
}

function link(target, file) {
  rmSync(file, { recursive: true, force: true });
  symlinkSync(target, file);
}

/** The first of these programs that is on the PATH, as a full path, or null. */
export function findOnPath(names) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of process.platform === 'win32' ? ['.cmd', '.exe'] : ['']) {
        const file = path.join(folder, name + ending);
        if (isExecutable(file)) return file;
      }
    }
  }
  return null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const chromeNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const chromePlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium or Chrome that is already there: CHROME_PATH, the PATH, the usual places; null where there is none. */
export function findChrome() {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) {
    if (!isExecutable(chosen)) throw new Problem(`CHROME_PATH says ${chosen}, which cannot be run.`);
    return chosen;
  }
  return findOnPath(chromeNames) ?? chromePlaces.find(isExecutable) ?? null;
}

/** Path of a Chromium; installs Debian's as root where there is none, and says what to do where it cannot. */
export async function ensureChrome() {
  const present = findChrome();
  if (present) return present;
  const advice = 'Install Chromium or Chrome, or set CHROME_PATH to one.';
  if (process.getuid?.() !== 0 || !isDebian() || findOnPath(['apt-get']) === null) {
    throw new Problem(
      `No Chromium or Chrome found, and this is not root on a Debian, so it cannot be installed. ${advice}`,
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=600'];
  await withProgress('Installing Chromium (apt-get install chromium)', async () => {
    await run('apt-get', [...lock, 'update'], {
      env,
      logFile: path.join(testbedFolder, 'apt-update.log'),
      allowFailure: true,
    });
    const packages = ['chromium', 'fonts-dejavu-core'];
    await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], {
      env,
      logFile: path.join(testbedFolder, 'apt-install.log'),
    });
  });
  const installed = findChrome();
  if (!installed) throw new Problem(`apt-get installed chromium, but none is on the PATH. ${advice}`);
  return installed;
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** What Chromium is started with: no sandbox where it is root, and nothing that asks the network. */
export const chromeArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

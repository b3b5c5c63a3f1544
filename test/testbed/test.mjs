// npm test [-- STEP... [--file PART]]: installs what is missing and runs every suite, or the named steps of it only:
//   build package types format lint unit node24 view host person
// `--file` takes only the test files with this part in their path. The last line counts the tests.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, ensureNode, ensureProject, nodeBinary } from './install.mjs';
import { Problem, root, run, runMain } from './process.mjs';
import { ensureChrome, ensureCodeServer } from './vscode.mjs';

const { values, positionals } = parseArgs({ options: { file: { type: 'string' } }, allowPositionals: true });
const resultsFolder = path.join(root, 'out/results');
const bin = (name) => path.join(root, 'node_modules', name);

/** Parts of a run that a process takes one after the other, so that none waits long for the others at the end. */
const partsOfProcess = 3;

let kernels;

/** The order of things: what is cheap and tells most comes first. */
const steps = [
  { name: 'build', run: () => check('build', [path.join(root, 'esbuild.mjs'), '--production']) },
  { name: 'package', run: packageExtension },
  { name: 'types', run: () => check('types', [bin('typescript/bin/tsc'), '-b']) },
  { name: 'format', run: () => check('format', [bin('prettier/bin/prettier.cjs'), '--check', '.']) },
  { name: 'lint', run: () => check('lint', [bin('eslint/bin/eslint.js'), '.']) },
  {
    name: 'unit',
    needs: [ensureKernels],
    run: () => runMocha({ name: 'unit', folders: ['test/unit'], processes: 2 }),
  },
  { name: 'node24', run: runUnderNode24 },
  {
    name: 'view',
    needs: [ensureChrome, ensureKernels],
    run: () => runMocha({ name: 'view', folders: ['test/view'], processes: 2 }),
  },
  { name: 'host', needs: [ensureChrome, ensureCodeServer], run: runHost },
  {
    name: 'person',
    needs: [ensureChrome, ensureCodeServer],
    run: () => runMocha({ name: 'person', folders: ['test/person'] }),
  },
];

await runMain(async () => {
  checkNode({ forTests: true });
  const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Problem(`No such step: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(' ')}.`);
  await ensureProject();
  rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  const chosen = steps.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const results = [];
  if (positionals.length === 0) results.push(checkFolders());
  for (const group of groupsOf(chosen)) results.push(...(await Promise.all(group.map(runStep))));
  return report(results);
});

/** Steps one after the other, but types and format, which need one core each, at once. */
function groupsOf(chosen) {
  const isCheck = ({ name }) => name === 'types' || name === 'format';
  const checks = chosen.filter(isCheck);
  return chosen.filter((step) => !isCheck(step) || step === checks[0]).map((step) => (isCheck(step) ? checks : [step]));
}

/** One step; what it needs and cannot be had is a failure in plain words, and the other steps go on. */
async function runStep(step) {
  const begin = Date.now();
  console.log(`\n=== ${step.name}`);
  try {
    for (const need of step.needs ?? []) await need();
    return { ...(await step.run()), end: Date.now() - begin };
  } catch (error) {
    const text = error instanceof Problem ? error.message : (error?.stack ?? String(error));
    console.log(text);
    return { ...failure(step.name, text), end: Date.now() - begin };
  }
}

function success(name) {
  return { name, passed: 1, failed: 0, skipped: 0, failures: [], skips: [] };
}

function failure(title, text) {
  return { name: title, passed: 0, failed: 1, skipped: 0, failures: [{ title, text }], skips: [] };
}

/** The kernels that tests load, compiled once, before two processes want them at the same time. */
async function ensureKernels() {
  kernels ??= import('../../src/kernels/build.mjs').then(({ buildKernels }) =>
    buildKernels(path.join(root, 'out/kernels')),
  );
  await kernels;
}

/** A command that passes or fails as a whole. */
async function check(name, args) {
  await run(process.execPath, args);
  return success(name);
}

/** Every test file lies in a folder that some step runs. */
function checkFolders() {
  const homes = ['test/unit', 'test/view', 'test/host', 'test/person'];
  const strays = listTestFiles('test').filter((file) => !homes.some((home) => file.startsWith(`${home}/`)));
  if (strays.length === 0) return success('every test file is in a folder that is run');
  return failure('every test file is in a folder that is run', `No step runs ${strays.join(', ')}.`);
}

/** Test files under a folder, relative to the root, with forward slashes. */
function listTestFiles(folder) {
  const base = path.join(root, folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true })
    .map((file) => path.posix.join(folder, String(file).split(path.sep).join('/')))
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}

function chooseFiles(folders) {
  const files = folders.flatMap(listTestFiles);
  return values.file === undefined ? files : files.filter((file) => file.includes(values.file));
}

/**
 * Runs mocha over the test files of some folders in plain Node, TypeScript by tsx. With several processes, as far as
 * the machine has cores, each takes part after part of the files, and their lines come when a part has ended.
 */
async function runMocha({ name, folders, node = process.execPath, processes = 1 }) {
  const files = chooseFiles(folders);
  if (files.length === 0) return { ...success(name), passed: 0 };
  const width = Math.min(processes, availableParallelism(), files.length);
  const count = width === 1 ? 1 : Math.min(width * partsOfProcess, files.length);
  const waiting = Array.from({ length: count }, (_, part) => files.filter((_file, k) => k % count === part)).entries();
  const results = [];
  const work = async () => {
    for (const [k, part] of waiting) {
      const logFile = width === 1 ? undefined : path.join(resultsFolder, `${name}-${k}.log`);
      results.push(await runMochaProcess({ name: `${name}-${k}`, node, files: part, logFile }));
      if (logFile !== undefined) console.log(readFileSync(logFile, 'utf8'));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const all = (key) => results.flatMap((result) => result[key]);
  return {
    ...{ name, passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') },
    ...{ failures: all('failures'), skips: all('skips') },
  };
}

async function runMochaProcess({ name, node, files, logFile }) {
  const out = path.join(resultsFolder, `${name}.json`);
  const reporter = path.join(root, 'test/testbed/reporter.cjs');
  const options = ['--no-config', '--import=tsx', '--exit', '--timeout', '180000'];
  const spread = files.map((file) => file.replace(/[[\]{}*?]/g, '\\$&'));
  await run(node, [bin('mocha/bin/mocha.js'), ...options, '--reporter', reporter, ...spread], {
    env: { LSTM_INSPECTOR_RESULTS: out },
    logFile,
    allowFailure: true,
  });
  return readResults(name, out, files);
}

/** Counts of a finished run; a run that broke off, or left a file out, is a failure. */
function readResults(name, out, files) {
  if (!existsSync(out)) return failure(name, `The run of ${name} broke off before its end.`);
  const results = JSON.parse(readFileSync(out, 'utf8'));
  const ran = new Set(results.files.map((file) => path.basename(file ?? '').replace(/\.js$/, '.ts')));
  const left = files.filter((file) => !ran.has(path.basename(file)));
  if (left.length > 0) {
    results.failed += left.length;
    results.failures.push({ title: `${name}: every file is run`, text: `No suite of these ran: ${left.join(', ')}.` });
  }
  return { name, ...results };
}

/**
 * Node 20 rejects relaxed SIMD, so that build of the kernels, and the cells on it, are tested under a Node that has it.
 */
async function runUnderNode24() {
  const folders = ['test/unit/kernels', 'test/unit/cells'];
  if (chooseFiles(folders).length === 0) return { ...success('node24'), passed: 0 };
  return runMocha({ name: 'node24', folders, node: nodeBinary(await ensureNode(24)) });
}

async function runHost() {
  const files = chooseFiles(['test/host']);
  if (files.length === 0) return { ...success('host'), passed: 0 };
  const { runHostSuites } = await import('./hostSuite.mjs');
  const out = path.join(resultsFolder, 'host.json');
  const env = {
    LSTM_INSPECTOR_RESULTS: out,
    LSTM_INSPECTOR_REPORTER: path.join(root, 'test/testbed/reporter.cjs'),
    LSTM_INSPECTOR_ONLY: values.file ? path.basename(values.file).replace(/\.ts$/, '') : '',
  };
  try {
    await runHostSuites(env);
  } catch (error) {
    // Failed tests are in the results; without results nothing else tells of it.
    if (!existsSync(out)) throw error;
  }
  return readResults('host', out, files);
}

/** The .vsix, without a second build where this run has just made one. */
async function packageExtension() {
  const { packageVsix } = await import('./packageVsix.mjs');
  await packageVsix({ build: positionals.length > 0 && !positionals.includes('build') });
  return success('package');
}

function report(results) {
  console.log('\n=== what ran');
  for (const result of results) {
    const seconds = result.end === undefined ? '' : `  ${Math.round(result.end / 1000)} s`;
    console.log(
      `${result.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped${seconds}`,
    );
  }
  for (const result of results) for (const skip of result.skips) console.log(`skipped in ${result.name}: ${skip}`);
  for (const result of results) {
    for (const { title, text } of result.failures) console.log(`\nFAILED in ${result.name}: ${title}\n${text}`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') > 0 ? 1 : 0;
}

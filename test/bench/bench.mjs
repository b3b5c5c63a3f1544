// npm run bench [-- --json FILE] [--only PART_OF_A_NAME] [--node 20|24]
//
// Builds what is shipped, measures every row of test/bench/rows (row.ts says how to write one) under Node 24 and Node
// 20, both from npm where this is another, and prints them beside their bars. LSTM_INSPECTOR_VECTORS=128 in the
// environment measures what VS Code runs where its V8 joins no vectors: vectors of 128 bits. Peers come from the npm
// registry into the ignored .cache/bench (peers.json).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, cacheFolder, ensureNode, ensurePackages, ensureProject, nodeBinary } from '../testbed/install.mjs';
import { Problem, root, run, runMain } from '../testbed/process.mjs';

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, node: { type: 'string' } },
});

await runMain(async () => {
  checkNode();
  await ensureProject();
  const packages = JSON.parse(readFileSync(path.join(root, 'test/bench/peers.json'), 'utf8'));
  // The native library is inside the package; its install script only fetches the one for GPUs.
  await ensurePackages(path.join(cacheFolder, 'bench'), packages, {
    label: 'the peers to measure against',
    args: ['--ignore-scripts'],
  });
  // What runs in a thread or a window is what is shipped.
  await run(process.execPath, [path.join(root, 'esbuild.mjs'), '--production'], {
    logFile: path.join(cacheFolder, 'bench/build.log'),
  });
  const measured = [];
  for (const major of values.node ? [Number(values.node)] : [24, 20]) measured.push(...(await measureUnder(major)));
  if (measured.length === 0) throw new Problem('No row has this in its name.');
  printTable(measured);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(measured, null, 1)}\n`);
  return measured.some((row) => row.failed) ? 1 : 0;
});

async function measureUnder(major) {
  const binary = nodeBinary(await ensureNode(major));
  const out = path.join(cacheFolder, 'bench', `measured-${major}.json`);
  mkdirSync(path.dirname(out), { recursive: true });
  const only = values.only ? ['--only', values.only] : [];
  await run(binary, ['--expose-gc', '--import', 'tsx', 'test/bench/runRows.ts', out, ...only], { cwd: root });
  return JSON.parse(readFileSync(out, 'utf8'));
}

function printTable(rows) {
  const head = [
    'row',
    'Node',
    'threads',
    'ours',
    'peer',
    'peer ms',
    'ratio',
    'of minima',
    'of CPU',
    'to reach',
    'must',
    'n',
    '',
  ];
  const lines = rows.map((row) => [
    row.row,
    String(row.node),
    String(row.threads),
    row.value !== undefined ? `${figure(row.value)} ${row.unit}` : figure(row.oursMs),
    row.peer ?? '',
    figure(row.peerMs),
    figure(row.ratio),
    figure(row.ratioOfMinima),
    figure(row.ratioOfCpu),
    figure(row.reach),
    figure(row.must),
    row.n > 0 ? String(row.n) : '',
    verdict(row),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column].length)));
  const print = (line) =>
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
  console.log(`\n${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores\n`);
  print(head);
  print(widths.map((width) => '-'.repeat(width)));
  for (const line of lines) print(line);
}

function figure(value) {
  if (value === undefined || value === null) return '';
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toPrecision(3);
}

function verdict(row) {
  if (row.skipped) return `skipped: ${row.skipped}`;
  if (row.failed) return `FAILED: ${row.failed}`;
  const reached = row.ratio ?? row.value ?? row.oursMs;
  if (row.reach !== undefined && reached <= row.reach) return 'reached';
  if (row.must !== undefined) return reached <= row.must ? 'holds' : 'MISSED';
  return row.reach !== undefined ? 'not reached' : '';
}

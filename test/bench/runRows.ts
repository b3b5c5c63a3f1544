// Runs the rows under the Node that runs this, and writes what it measured: `runRows.ts OUT.json [--only NAME]`.
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { measureRow } from './measure';
import { startPythonPeer } from './peerProcess';
import { type BenchContext, type Measurement, type NodeMajor, type Row } from './row';

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const node = Number(process.versions.node.split('.')[0]) as NodeMajor;
const requirePeer = createRequire(path.resolve(__dirname, '../../.cache/bench/package.json'));
const context: BenchContext = {
  node,
  peers: { load: <T>(name: string) => requirePeer(name) as T },
  python: startPythonPeer,
};

interface RowModule {
  readonly rows?: readonly Row[];
  readonly dispose?: () => Promise<void>;
}

async function readModules(): Promise<readonly RowModule[]> {
  const folder = path.join(__dirname, 'rows');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const modules = await Promise.all(
    files.map(async (file) => (await import(pathToFileURL(path.join(folder, file)).href)) as RowModule),
  );
  modules.forEach((module, index) => {
    if (!module.rows) throw new Error(`test/bench/rows/${files[index]} exports no rows.`);
  });
  return modules;
}

async function main(): Promise<void> {
  const modules = await readModules();
  const rows = modules
    .flatMap((module) => module.rows ?? [])
    .filter((row) => (row.nodes ?? [20, 24]).includes(node))
    .filter((row) => values.only === undefined || row.name.includes(values.only));
  const measured: Measurement[] = [];
  for (const row of rows) {
    process.stderr.write(`  Node ${node}: ${row.name}\n`);
    measured.push(await measureRow(row, context));
  }
  for (const module of modules) await module.dispose?.();
  writeFileSync(positionals[0] ?? 'bench.json', JSON.stringify(measured));
}

// Some peers keep threads alive.
void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);

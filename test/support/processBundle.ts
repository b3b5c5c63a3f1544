import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(__dirname, '../..');

/** Bundles the entry of the engine's own process into a folder; gives its path. */
export async function buildProcess(folder: string): Promise<string> {
  const outfile = path.join(folder, 'process.js');
  await build({
    entryPoints: [path.join(root, 'src/link/processMain.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outfile;
}

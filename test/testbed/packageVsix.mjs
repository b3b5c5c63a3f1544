// Packs dist/lstm-inspector.vsix with vsce: the manifest's `files` is the list of what goes in.
import path from 'node:path';
import { root, run } from './process.mjs';

export const vsixFile = path.join(root, 'dist/lstm-inspector.vsix');

/**
 * Packs what dist holds, after a production build where `build` says so; what vsce tells goes into `logFile` where
 * there is one.
 */
export async function packageVsix({ build = true, logFile } = {}) {
  if (build) await run(process.execPath, [path.join(root, 'esbuild.mjs'), '--production']);
  await run(
    process.execPath,
    [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '--out',
      vsixFile,
    ],
    { logFile },
  );
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.join(root, 'test/testbed/packageVsix.mjs'))
  await packageVsix();

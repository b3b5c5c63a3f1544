import * as vscode from 'vscode';
import { readUri } from '../disk/uriFile';

const mostFiles = 100;
const mostJson = 200;
const largestJsonBytes = 4 * 2 ** 20;

/**
 * The files of the workspace that may be models, by path: those that match a pattern, and every JSON file that has the
 * topology of a TensorFlow.js model in it, whatever its name.
 */
export async function findModelFiles(patterns: readonly string[], signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  const source = new vscode.CancellationTokenSource();
  const stop = (): void => source.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const find = (pattern: string, most: number): Thenable<vscode.Uri[]> =>
      vscode.workspace.findFiles(pattern, '**/node_modules/**', most, source.token);
    const named = (await Promise.all(patterns.map((pattern) => find(pattern, mostFiles)))).flat();
    const known = new Set(named.map(String));
    const others = (await find('**/*.json', mostJson)).filter(
      (uri) => uri.scheme === 'file' && !known.has(String(uri)),
    );
    return [...named, ...(await withTopology(others, signal))]
      .filter(({ scheme }) => scheme === 'file')
      .sort((a, b) => a.path.localeCompare(b.path))
      .slice(0, mostFiles);
  } finally {
    signal.removeEventListener('abort', stop);
    source.dispose();
  }
}

async function withTopology(uris: readonly vscode.Uri[], signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  for (const uri of uris) {
    if (signal.aborted) break;
    if (await hasTopology(uri)) found.push(uri);
  }
  return found;
}

/** A file that went away, or is too large to look into, has none. */
async function hasTopology(uri: vscode.Uri): Promise<boolean> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > largestJsonBytes) return false;
    const text = new TextDecoder().decode(await readUri(uri, largestJsonBytes));
    return text.includes('"weightsManifest"') && text.includes('"modelTopology"');
  } catch {
    return false;
  }
}

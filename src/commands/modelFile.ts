import * as vscode from 'vscode';
import { type Inspection } from '../session/inspection';

type Model = Inspection['model'];

/** Endings of model files, for dialogs and searches; what a file is is told by its content. */
export const modelExtensions = ['h5', 'hdf5', 'keras', 'onnx', 'safetensors', 'pt', 'pth', 'json'] as const;

/** A model file as the worker can open it: by its path, or, for any other scheme, read whole up to a limit. */
export async function referenceOf(uri: vscode.Uri, limitMb: number): Promise<Model> {
  if (uri.scheme === 'file') return { kind: 'file', path: uri.fsPath };
  const name = nameOf(uri);
  const files: Record<string, Uint8Array> = { [name]: await readWhole(uri, limitMb) };
  for (const sibling of siblingsOf(name, files[name] ?? new Uint8Array())) {
    const bytes = await readWhole(vscode.Uri.joinPath(uri, '..', sibling), limitMb).then(undefined, () => null);
    if (bytes) files[sibling] = bytes;
  }
  return { kind: 'bytes', name, files };
}

/** The file's name without its folder. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

async function readWhole(uri: vscode.Uri, limitMb: number): Promise<Uint8Array> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const sizeMb = Math.ceil(size / 1024 / 1024);
  if (sizeMb > limitMb) {
    throw new Error(vscode.l10n.t('{0} has {1} MB; the limit is {2} MB (setting lstmInspector.maxModelMb). Copy it to this machine, or raise the limit.', nameOf(uri), sizeMb, limitMb));
  }
  return vscode.workspace.fs.readFile(uri);
}

/** Names of the settings beside a model file, in the order in which they are looked for. */
export function settingsNamesOf(uri: vscode.Uri): readonly string[] {
  const name = nameOf(uri);
  return [`${name}.inspector.json`, `${name.replace(/\.[^.]*$/, '')}.inspector.json`, 'inspector.json'];
}

/** What belongs to a model file and lies beside it: our settings, and the weight shards that a model.json names. */
function siblingsOf(name: string, bytes: Uint8Array): readonly string[] {
  const settings = [`${name}.inspector.json`, `${name.replace(/\.[^.]*$/, '')}.inspector.json`, 'inspector.json'];
  return name.endsWith('.json') ? [...settings, ...shardsOf(bytes)] : settings;
}

function shardsOf(bytes: Uint8Array): readonly string[] {
  try {
    const root = JSON.parse(new TextDecoder().decode(bytes)) as { weightsManifest?: { paths?: unknown[] }[] };
    const paths = (root.weightsManifest ?? []).flatMap((group) => group.paths ?? []);
    return paths.filter((path): path is string => typeof path === 'string' && /^[\w.-]+$/.test(path));
  } catch {
    // The worker says what is wrong with the file.
    return [];
  }
}

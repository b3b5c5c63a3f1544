import { parse } from 'jsonc-parser';
import { tooDeepAt } from '../../base/jsonNesting';
import * as vscode from 'vscode';
import { type Inspection } from '../../session/inspection';

type Model = Inspection['model'];

/** Endings of model files, for dialogs and searches; what a file is is told by its content. */
export const modelExtensions = ['h5', 'hdf5', 'keras', 'onnx', 'safetensors', 'pt', 'pth', 'ckpt', 'json'] as const;

/** How a model file is handed over. */
export interface HandingOver {
  /** In megabytes, for all files together. */
  readonly limitMb: number;
  /** Hears which file is read now. */
  readonly onFile?: (name: string, sizeMb: number) => void;
  /** Stops before the next file. */
  readonly signal?: AbortSignal;
}

/**
 * A model file as the worker can open it: by its path, or, for any other scheme, read whole with what lies beside it,
 * up to a limit.
 */
export async function referenceOf(uri: vscode.Uri, handing: HandingOver): Promise<Model> {
  if (uri.scheme === 'file') return { kind: 'file', path: uri.fsPath };
  const name = nameOf(uri);
  const basket = new Basket(uri, handing);
  const main = await basket.take(name);
  for (const settings of settingsNamesOf(uri)) {
    if (!(await basket.exists(settings))) continue;
    for (const named of namedIn(await basket.take(settings))) if (await basket.exists(named)) await basket.take(named);
    break;
  }
  for (const sibling of siblingsOf(name, main)) if (await basket.exists(sibling)) await basket.take(sibling);
  return { kind: 'bytes', name, files: basket.files };
}

/** The file's name without its folder. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** Files of one folder, read whole until the limit is reached. */
class Basket {
  readonly files: Record<string, Uint8Array> = {};
  private bytes = 0;

  constructor(
    private readonly main: vscode.Uri,
    private readonly handing: HandingOver,
  ) {}

  async exists(name: string): Promise<boolean> {
    return vscode.workspace.fs.stat(this.at(name)).then(
      ({ type }) => (type & vscode.FileType.File) !== 0,
      () => false,
    );
  }

  async take(name: string): Promise<Uint8Array> {
    const { limitMb, onFile, signal } = this.handing;
    signal?.throwIfAborted();
    const { size } = await vscode.workspace.fs.stat(this.at(name));
    const sizeMb = Math.ceil((this.bytes + size) / 1024 / 1024);
    if (sizeMb > limitMb) {
      throw new Error(
        vscode.l10n.t(
          '{0} has {1} MB; the limit is {2} MB (setting lstmInspector.maxModelMb). Copy it to this machine, or raise the limit.',
          nameOf(this.main),
          sizeMb,
          limitMb,
        ),
      );
    }
    onFile?.(name, Math.ceil(size / 1024 / 1024));
    const bytes = await vscode.workspace.fs.readFile(this.at(name));
    this.bytes += bytes.length;
    this.files[name] = bytes;
    return bytes;
  }

  private at(name: string): vscode.Uri {
    return vscode.Uri.joinPath(this.main, '..', name);
  }
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** Names of the settings beside a model file, in the order in which they are looked for. */
export function settingsNamesOf(uri: vscode.Uri): readonly string[] {
  const name = nameOf(uri);
  return [`${name}.inspector.json`, `${stemOf(name)}.inspector.json`, 'inspector.json'];
}

/** The vocabulary and the architecture that the settings name; the worker says what is wrong with them. */
function namedIn(settings: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(settings);
  const value: unknown = tooDeepAt(text) === null ? parse(text) : null;
  if (typeof value !== 'object' || value === null) return [];
  const { vocabulary, architecture } = value as Record<string, unknown>;
  return [vocabulary, architecture]
    .filter((named): named is string => typeof named === 'string')
    .map((named) => named.replace(/^\.\//, ''))
    .filter(isBelow);
}

/**
 * What belongs to a model file by its kind: the shards that a model.json names, an architecture beside weights, ONNX's
 * external data.
 */
function siblingsOf(name: string, bytes: Uint8Array): readonly string[] {
  if (name.endsWith('.json')) return shardsOf(bytes);
  if (/\.(h5|hdf5|hdf)$/i.test(name)) return architectureNames(name);
  return name.endsWith('.onnx')
    ? [`${name}_data`, `${name}.data`, `${stemOf(name)}.data`, `${stemOf(name)}.onnx_data`].filter(
        (each, at, all) => all.indexOf(each) === at,
      )
    : [];
}

function architectureNames(name: string): readonly string[] {
  const stem = stemOf(name).replace(/\.weights$/, '');
  return [
    `${stem}.json`,
    `${stem}.config.json`,
    `${stem}_architecture.json`,
    `${stem}_config.json`,
    'model.json',
    'architecture.json',
    'config.json',
    'model_config.json',
  ];
}

function shardsOf(bytes: Uint8Array): readonly string[] {
  try {
    const root = JSON.parse(new TextDecoder().decode(bytes)) as { weightsManifest?: { paths?: unknown[] }[] };
    return (root.weightsManifest ?? [])
      .flatMap((group) => group.paths ?? [])
      .filter((path): path is string => typeof path === 'string' && isBelow(path));
  } catch {
    // The worker says what is wrong with the file.
    return [];
  }
}

/** Whether a path that a file names stays below its folder. */
function isBelow(path: string): boolean {
  return path !== '' && !/^([/\\]|[a-zA-Z]+:)/.test(path) && !path.split(/[/\\]/).includes('..');
}

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { answering, closeAll, openComposition, showText } from '../support/hostExtension';

/** Files in memory under a scheme of their own, as a virtual workspace has them; notes which are read. */
class MemoryFiles implements vscode.FileSystemProvider {
  readonly files = new Map<string, Uint8Array>();
  readonly read: string[] = [];
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;

  stat({ path }: vscode.Uri): vscode.FileStat {
    const bytes = this.files.get(path);
    if (!bytes) throw vscode.FileSystemError.FileNotFound(path);
    return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: bytes.length };
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const bytes = this.files.get(path);
    if (!bytes) throw vscode.FileSystemError.FileNotFound(path);
    this.read.push(path);
    return bytes;
  }

  watch = (): vscode.Disposable => new vscode.Disposable(() => undefined);
  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    const names = [...this.files.keys()].filter((file) => file.startsWith(`${path}/`));
    return names.map((name) => [name.slice(path.length + 1), vscode.FileType.File]);
  }

  createDirectory = (): void => undefined;
  writeFile = ({ path }: vscode.Uri, bytes: Uint8Array): void => void this.files.set(path, bytes);
  delete = (): void => undefined;
  rename = (): void => undefined;
}

describe('a model file that is not on this machine', () => {
  let composition: Composition;
  const memory = new MemoryFiles();
  let registered: vscode.Disposable;
  const at = (name: string): vscode.Uri => vscode.Uri.from({ scheme: 'lstmtest', path: `/models/${name}` });
  const put = (name: string, content: Uint8Array | string): void =>
    void memory.files.set(at(name).path, typeof content === 'string' ? new TextEncoder().encode(content) : content);

  before(async () => {
    composition = await openComposition();
    const readOnly = vscode.workspace.registerFileSystemProvider('lstmtest', memory, { isReadonly: true });
    const writable = vscode.workspace.registerFileSystemProvider('lstmwritable', memory);
    registered = vscode.Disposable.from(readOnly, writable);
  });
  after(() => registered.dispose());
  beforeEach(() => {
    memory.files.clear();
    memory.read.splice(0);
  });
  afterEach(async () => {
    await vscode.workspace
      .getConfiguration('lstmInspector')
      .update('maxModelMb', undefined, vscode.ConfigurationTarget.Global);
    await closeAll();
  });

  /** The bundled model's own files, its vocabulary moved to a file of its own. */
  async function putModel(): Promise<void> {
    const bundled = vscode.Uri.joinPath(composition.extensionUri, 'media', 'models', 'prose-lstm');
    const names = (await vscode.workspace.fs.readDirectory(bundled))
      .map(([name]) => name)
      .filter((name) => /\.(json|bin)$/.test(name));
    for (const name of names) put(name, await vscode.workspace.fs.readFile(vscode.Uri.joinPath(bundled, name)));
    const settings = JSON.parse(new TextDecoder().decode(memory.files.get(at('inspector.json').path))) as {
      vocabulary: string[];
    };
    put('tokens/letters.json', JSON.stringify(settings.vocabulary));
    put(
      'model.inspector.json',
      `// said by a person\n${JSON.stringify({ ...settings, vocabulary: './tokens/letters.json' })}`,
    );
    put('unrelated.bin', new Uint8Array(1000));
  }

  async function inspectModel(): Promise<Inspection | null> {
    await showText('from elsewhere');
    return vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspectWithModelFile', at('model.json'));
  }

  it('is read whole with its settings, the vocabulary they name and its shards, and gives the values of the same model here', async () => {
    await putModel();
    const elsewhere = await inspectModel();
    assert.ok(elsewhere && (await elsewhere.whenFinished()).ok);
    assert.equal(elsewhere.model.kind, 'bytes');
    assert.equal([...elsewhere.tokens].map(({ text }) => text).join(''), 'from elsewhere');
    const here = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', {
      model: 'prose-lstm',
    });
    assert.ok(here && (await here.whenFinished()).ok);
    const [a, b] = await Promise.all([elsewhere.step(9), here.step(9)]);
    assert.ok(a.ok && b.ok);
    assert.deepEqual(a.value.layers[0]?.fields, b.value.layers[0]?.fields);
    const names = memory.read.map((path) => path.slice('/models/'.length));
    assert.deepEqual(names.slice(0, 3), ['model.json', 'model.inspector.json', 'tokens/letters.json']);
    assert.ok(!names.includes('unrelated.bin') && !names.includes('inspector.json'), names.join(', '));
    assert.equal(new Set(names).size, names.length, 'each file is read once');
  });

  it('is refused over the limit of the settings, which the message names, before it is read', async () => {
    await putModel();
    put('model.json', new Uint8Array(2 * 1024 * 1024));
    await vscode.workspace.getConfiguration('lstmInspector').update('maxModelMb', 1, vscode.ConfigurationTarget.Global);
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    assert.equal(await inspectModel(), null);
    listening.dispose();
    assert.match(said.join('\n'), /model\.json has 2 MB; the limit is 1 MB \(setting lstmInspector\.maxModelMb\)/);
    assert.deepEqual(memory.read, []);
  });

  it('is asked its questions, and the answers are kept beside it', async () => {
    const fixture = vscode.Uri.joinPath(composition.extensionUri, 'test', 'fixtures', 'models', 'keras3-text.keras');
    put('text.keras', await vscode.workspace.fs.readFile(fixture));
    put('words.json', JSON.stringify({ '<unk>': 1, the: 2, film: 3, was: 4, good: 5, bad: 6 }));
    await showText('The film was good');
    const writable = at('text.keras').with({ scheme: 'lstmwritable' });
    const inspect = vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspectWithModelFile', writable);
    const inspection = await answering(inspect, 'workbench.action.acceptSelectedQuickOpenItem');
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    assert.deepEqual(
      [...inspection.tokens].map(({ id }) => id),
      [2, 3, 4, 5],
    );
    const kept = memory.files.get(at('text.keras.inspector.json').path);
    assert.match(new TextDecoder().decode(kept), /"vocabulary": "words\.json"/);
  });

  it('names the shard that is not there', async () => {
    await putModel();
    for (const path of [...memory.files.keys()]) if (path.endsWith('.bin')) memory.files.delete(path);
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    assert.equal(await inspectModel(), null);
    listening.dispose();
    assert.match(said.join('\n'), /^model\.json: its weights file ".*" is not beside it/m);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { answering, closeAll, openComposition, showText } from '../support/hostExtension';
import { openTextModel, safetensorsOf } from '../support/files/torchFile';

describe("the settings of a model of one's own", () => {
  let composition: Composition;
  let folder: vscode.Uri;
  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'settings');
    const fixture = vscode.Uri.joinPath(composition.extensionUri, 'test', 'fixtures', 'models', 'keras3-text.keras');
    await vscode.workspace.fs.copy(fixture, vscode.Uri.joinPath(folder, 'text.keras'), { overwrite: true });
    await write('words.json', JSON.stringify({ '<unk>': 1, the: 2, film: 3, was: 4, good: 5, bad: 6 }));
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'text.safetensors'), safetensorsOf(openTextModel));
  });
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));
  afterEach(closeAll);

  const write = (name: string, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  const names = async (): Promise<readonly string[]> =>
    (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name))));

  const inspect = (name: string): Thenable<Inspection | null> =>
    vscode.commands.executeCommand<Inspection | null>(
      'lstmInspector.inspectWithModelFile',
      vscode.Uri.joinPath(folder, name),
    );

  it('are not written, and nothing is inspected, when the questions are dismissed', async () => {
    await showText('The film was good');
    assert.equal(await answering(inspect('text.keras'), 'workbench.action.closeQuickOpen'), null);
    assert.ok(!(await names()).some((name) => name.endsWith('inspector.json')));
  });

  it('are asked once, written beside the model, and read the text in tokens', async () => {
    await showText('The film was good');
    const inspection = await answering(inspect('text.keras'), 'workbench.action.acceptSelectedQuickOpenItem');
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    assert.deepEqual(
      [...inspection.tokens].map(({ id }) => id),
      [2, 3, 4, 5],
    );
    assert.deepEqual(await read('text.keras.inspector.json'), {
      version: 1,
      vocabulary: 'words.json',
      level: 'word',
      lowercase: true,
      unknown: 1,
    });
    await showText('The film was bad');
    const again = await inspect('text.keras');
    assert.ok(again && (await again.whenFinished()).ok, 'the second time nothing is asked');
  });

  it('are asked by Compare just so', async () => {
    await showText('The film was good');
    const first = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect', {
      model: 'prose-lstm',
    });
    assert.ok(first);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, 'text.keras.inspector.json'));
    const node = { kind: 'model', name: 'text.keras', uri: vscode.Uri.joinPath(folder, 'text.keras') };
    const compare = vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', node);
    const second = await answering(compare, 'workbench.action.acceptSelectedQuickOpenItem');
    assert.ok(second && (await second.whenFinished()).ok);
    assert.deepEqual(
      [...second.tokens].map(({ id }) => id),
      [2, 3, 4, 5],
    );
  });

  it('of a PyTorch file keep what was taken for what', async () => {
    await showText('The film was good');
    const inspection = await answering(inspect('text.safetensors'), 'workbench.action.acceptSelectedQuickOpenItem');
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    const settings = (await read('text.safetensors.inspector.json')) as Record<string, unknown>;
    assert.deepEqual(settings['embedding'], 'encoder');
    assert.deepEqual(settings['head'], ['fc1', 'fc2']);
    assert.deepEqual(settings['activations'], { rnn: 'tanh' });
    assert.equal(settings['vocabulary'], 'words.json');
    assert.deepEqual(
      [...inspection.tokens].map(({ id }) => id),
      [2, 3, 4, 5],
    );
  });

  it('are opened by "Edit Model Settings"', async () => {
    await vscode.commands.executeCommand('lstmInspector.editModelSettings', vscode.Uri.joinPath(folder, 'text.keras'));
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document?.fileName.endsWith('text.keras.inspector.json'));
    assert.equal(document?.languageId, 'jsonc');
  });
});

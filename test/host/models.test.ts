import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { type ModelNode } from '../../src/trees/modelsTree';
import { closeAll, openComposition, showText, until } from '../support/hostExtension';

describe("models of one's own", () => {
  let composition: Composition;
  let folder: vscode.Uri;
  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'own');
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(composition.extensionUri, 'media', 'models', 'prose-lstm'),
      folder,
      { overwrite: true },
    );
    await vscode.workspace.fs.copy(modelUri(), renamedUri(), { overwrite: true });
  });
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));
  afterEach(closeAll);

  const renamedUri = (): vscode.Uri => vscode.Uri.joinPath(folder, 'characters.json');
  const modelUri = (): vscode.Uri => vscode.Uri.joinPath(folder, 'model.json');

  it("read the editor's text, with the vocabulary that lies beside them", async () => {
    await showText('with a file');
    const inspection = await vscode.commands.executeCommand<Inspection | null>(
      'lstmInspector.inspectWithModelFile',
      modelUri(),
    );
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    assert.equal(inspection.tokens.length, 11);
    assert.deepEqual(inspection.model, { kind: 'file', path: modelUri().fsPath });
  });

  it('are refused in one sentence when they are no models', async () => {
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    const uri = vscode.Uri.joinPath(folder, 'nothing.onnx');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('this is text'));
    await showText('with no model');
    assert.equal(await vscode.commands.executeCommand('lstmInspector.inspectWithModelFile', uri), null);
    listening.dispose();
    assert.equal(said.length, 1);
    assert.ok(said[0]?.includes('nothing.onnx'), said[0]);
  });

  it('are listed with the bundled ones, those opened before and their layers', async () => {
    const { models } = composition;
    const groups = await models.getChildren();
    assert.deepEqual(
      groups.map((node) => node.kind === 'group' && node.group),
      ['bundled', 'workspace', 'opened'],
    );
    const names = async (group: ModelNode | undefined) =>
      (await models.getChildren(group)).map((node) => (node.kind === 'model' ? (node.uri?.fsPath ?? node.name) : ''));
    assert.ok((await names(groups[0])).includes('prose-lstm'));
    const own = await models.getChildren(groups[1]);
    const unreadable = own.find(({ kind }) => kind === 'unreadable');
    assert.deepEqual(
      own.map((node) => (node.kind === 'model' ? node.uri?.fsPath : node.kind)),
      [renamedUri().fsPath, modelUri().fsPath, 'unreadable'],
      'a topology under any name is found',
    );
    const [damaged, ...rest] = await models.getChildren(unreadable);
    assert.deepEqual(rest, []);
    assert.ok(
      damaged?.kind === 'unreadableFile' && damaged.file.name === 'nothing.onnx' && damaged.file.why.length > 20,
    );
    assert.ok((await names(groups[2])).includes(modelUri().fsPath));
    const [first] = await models.getChildren(groups[0]);
    const [layer] = await models.getChildren(first);
    assert.equal(layer?.kind === 'layer' && layer.layer.cell, 'lstm');
    assert.ok(layer && String((await models.getTreeItem(layer)).label).includes('LSTM'));
  });

  it('are compared on the same text in a second panel', async () => {
    await showText('the same text');
    const first = await vscode.commands.executeCommand<Inspection | null>(
      'lstmInspector.inspectWithModelFile',
      modelUri(),
    );
    assert.ok(first && (await first.whenFinished()).ok);
    const second = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', {
      model: 'prose-lstm',
    });
    assert.ok(second && (await second.whenFinished()).ok);
    assert.equal(second.subject.text, first.subject.text);
    const [a, b] = await Promise.all([first.step(4), second.step(4)]);
    assert.ok(a.ok && b.ok);
    assert.deepEqual(a.value.layers[0]?.fields, b.value.layers[0]?.fields, 'the same weights give the same values');
  });

  it('take a table in the editor as rows of numbers or as text, as each of them reads', async () => {
    const onnx = vscode.Uri.joinPath(folder, 'numbers', 'numbers.onnx');
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(composition.extensionUri, 'test', 'fixtures', 'models', 'lstm-bidirectional.onnx'),
      onnx,
      { overwrite: true },
    );
    const table = 'x,y,z\n1,2,3\n4,5,6\n';
    await showText(table, [[0, table.length]]);
    const text = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect', {
      model: 'prose-lstm',
    });
    assert.ok(text && (await text.whenFinished()).ok);
    assert.equal(text.tokens.length, table.length);
    await until('it is the active one', () => composition.registry.active === text);
    const numbers = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', {
      kind: 'model',
      name: 'numbers.onnx',
      uri: onnx,
    });
    const read = await numbers?.whenFinished();
    assert.ok(numbers && read?.ok, JSON.stringify([read, numbers?.subject]));
    assert.deepEqual([numbers.tokens.length, numbers.columns], [2, ['x', 'y', 'z']]);
    await until('the other is the active one', () => composition.registry.active === numbers);
    const again = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', {
      model: 'prose-gru',
    });
    assert.ok(again && (await again.whenFinished()).ok);
    assert.equal(again.tokens.length, table.length);
    await vscode.workspace.fs.delete(onnx);
  });

  it('find what stands out in the native tree, and show it', async () => {
    await showText('"He said," she said (and he "said" so).\n'.repeat(3), [[0, 120]]);
    const inspection = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect', {
      model: 'prose-lstm',
    });
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    await until('it is the active one', () => composition.registry.active === inspection);
    const groups = await composition.findings.getChildren();
    assert.ok(groups.length > 0, 'something stands out');
    const [finding] = await composition.findings.getChildren(groups[0]);
    assert.ok(finding);
    const { command } = composition.findings.getTreeItem(finding);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  });
});

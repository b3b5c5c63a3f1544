import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { closeAll, openComposition, until } from '../support/hostExtension';

describe('the overview of a model', () => {
  let composition: Composition;
  let folder: vscode.Uri;
  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'overviews');
    const fixtures = vscode.Uri.joinPath(composition.extensionUri, 'test', 'fixtures', 'models');
    for (const name of ['keras3-text.keras', 'rnn.onnx']) {
      await vscode.workspace.fs.copy(vscode.Uri.joinPath(fixtures, name), vscode.Uri.joinPath(folder, name), {
        overwrite: true,
      });
    }
  });
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));
  afterEach(closeAll);

  const activeTab = (): vscode.TabInputCustom | null => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputCustom ? input : null;
  };
  const isOpen = (uri: vscode.Uri): boolean => composition.overviews.open.has(uri.toString());

  it('is what a model file opens with, and it closes with its tab', async () => {
    const uri = vscode.Uri.joinPath(folder, 'keras3-text.keras');
    await vscode.commands.executeCommand('vscode.open', uri);
    await until('the overview is open', () => isOpen(uri));
    assert.equal(activeTab()?.viewType, 'lstmInspector.overview');
    await closeAll();
    await until('the overview is closed', () => !isOpen(uri));
  });

  it('opens for a bundled model under its name', async () => {
    const uri = await vscode.commands.executeCommand<vscode.Uri>('lstmInspector.openModelOverview', {
      model: 'prose-gru',
    });
    await until('the overview is open', () => isOpen(uri));
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'prose-gru');
  });

  it('opens from the tree, for files and for bundled models', async () => {
    const [bundled, workspace] = await composition.models.getChildren();
    const files = await composition.models.getChildren(workspace);
    const onnx = files.find((node) => node.kind === 'model' && node.name === 'rnn.onnx');
    const [own] = await composition.models.getChildren(bundled);
    for (const node of [onnx, own]) {
      const uri = await vscode.commands.executeCommand<vscode.Uri>('lstmInspector.openModelOverview', node);
      await until('the overview is open', () => isOpen(uri));
    }
  });

  it('asks again when the file is written anew', async () => {
    const uri = vscode.Uri.joinPath(folder, 'rnn.onnx');
    await vscode.commands.executeCommand('lstmInspector.openModelOverview', uri);
    await until('the overview is open', () => isOpen(uri));
    const session = composition.overviews.open.get(uri.toString());
    assert.ok(session);
    let refreshed = 0;
    const refresh = session.refresh.bind(session);
    session.refresh = () => {
      refreshed += 1;
      refresh();
    };
    await vscode.workspace.fs.writeFile(uri, await vscode.workspace.fs.readFile(uri));
    await until('the change is seen', () => refreshed > 0);
  });
});

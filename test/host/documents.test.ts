import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { storedSourceOf } from '../../src/session/subject';
import { closeAll, inspectWhole, openComposition, until } from '../support/hostExtension';
import { MemoryFiles } from '../support/files/memoryFiles';

const text = 'caf\u00e9\tna\u0308ive\r\n\u{1F469}\u200d\u{1F680} "o\u0301" \u{1F1E9}\u{1F1EA}\r\nend';

describe('Inspect LSTM on any kind of document', () => {
  let composition: Composition;
  let writable: MemoryFiles;
  let readOnly: MemoryFiles;
  before(async () => {
    composition = await openComposition();
    writable = new MemoryFiles('lstm-memory');
    readOnly = new MemoryFiles('lstm-fixed', { isReadonly: true });
  });
  afterEach(closeAll);
  after(() => [writable, readOnly].forEach((files) => files.dispose()));

  const show = async (uri: vscode.Uri): Promise<vscode.TextDocument> => {
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await until('the text is in the active editor', () => vscode.window.activeTextEditor?.document === document);
    editor.selection = new vscode.Selection(
      new vscode.Position(0, 0),
      document.lineAt(document.lineCount - 1).range.end,
    );
    return document;
  };
  const underTokens = (document: vscode.TextDocument, inspection: Inspection): string =>
    [...inspection.tokens]
      .map((_, step) =>
        composition.documents
          .rangesOf(document, inspection, step)
          .map((range) => document.getText(range))
          .join(''),
      )
      .join('');
  const hoverAt = async (document: vscode.TextDocument, offset: number): Promise<string> => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(offset),
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
  };

  /** What holds of every kind: the whole text is read, every token stands where it should, and its hover is there. */
  const inspectAndCheck = async (
    uri: vscode.Uri,
  ): Promise<{ readonly document: vscode.TextDocument; readonly inspection: Inspection }> => {
    const document = await show(uri);
    assert.equal(document.getText(), text);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text, text);
    assert.equal(underTokens(document, inspection), text);
    assert.equal(inspection.subject.uri, uri.toString());
    const at = text.indexOf('end');
    const step = [...inspection.tokens].findIndex(({ start }) => start === at);
    assert.match(await hoverAt(document, at), new RegExp(`step ${step}, prose-lstm`));
    return { document, inspection };
  };

  it('reads a file of a virtual file system, stores no text of it, and restores it', async () => {
    const { inspection } = await inspectAndCheck(writable.put('a.txt', text));
    const source = JSON.parse(JSON.stringify(storedSourceOf(inspection.subject, inspection.model))) as {
      text?: string;
    };
    assert.equal(source.text, undefined);
    composition.panels.close(inspection);
    await composition.revive(
      vscode.window.createWebviewPanel('lstmInspector.inspection', 'restored', vscode.ViewColumn.Two),
      { source, state: null },
    );
    const [restored] = composition.registry.all;
    assert.ok(restored && (await restored.whenFinished()).ok);
    assert.deepEqual([restored.subject.text, restored.stale], [text, null]);
  });

  it('marks what another program has changed in it, and that it is gone when it is deleted', async () => {
    const { document, inspection } = await inspectAndCheck(writable.put('b.txt', text));
    writable.put('b.txt', text.replace('end', 'END'));
    await until('the change is seen', () => inspection.stale === 'changed');
    const first = [...inspection.tokens].findIndex(({ start }) => start === text.indexOf('end'));
    assert.deepEqual(inspection.staleMarks, { changed: [{ from: first, to: first + 3 }], insertedBefore: [] });
    assert.equal(underTokens(document, inspection), text.replace('end', ''));
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(document.uri);
    await vscode.workspace.applyEdit(edit);
    await until('it is gone', () => inspection.stale === 'gone');
    assert.ok((await inspection.step(0)).ok, 'what was read can still be asked about');
  });

  it('reads a read-only document', async () => {
    const { document } = await inspectAndCheck(readOnly.put('c.txt', text));
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), false);
  });

  it('reads what another extension shows, of no file system at all', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('lstm-shown', {
      provideTextDocumentContent: () => text,
    });
    const { inspection } = await inspectAndCheck(vscode.Uri.parse('lstm-shown:/d.txt'));
    assert.equal(inspection.subject.title, 'd.txt');
    provider.dispose();
  });

  it('reads a file of the workspace, on a remote machine where the window is a remote one', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'remote.txt');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await inspectAndCheck(uri);
    // In code-server the window is a browser's, and the extension host runs on the server: a remote machine to it.
    if (vscode.env.uiKind === vscode.UIKind.Web) assert.equal(typeof vscode.env.remoteName, 'string');
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { closeAll, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

describe('Inspect LSTM', () => {
  let composition: Composition;
  before(async () => {
    composition = await openComposition();
  });
  afterEach(closeAll);

  /** The document's text under each token, joined. */
  const underTokens = (document: vscode.TextDocument, inspection: Inspection): string =>
    [...inspection.tokens]
      .map((_, step) =>
        composition.documents
          .rangesOf(document, inspection, step)
          .map((range) => document.getText(range))
          .join(''),
      )
      .join('');

  it('registers every command of the manifest', async () => {
    const { contributes } = vscode.extensions.getExtension('lstm-inspector.lstm-inspector')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter((command) => !registered.includes(command)),
      [],
    );
  });

  it('reads the paragraph at the cursor of an untitled document', async () => {
    const { document } = await showText('one line\nand another\n\nnot this', [[2, 2]]);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text, 'one line\nand another');
    assert.equal(underTokens(document, inspection), inspection.subject.text);
    assert.equal(inspection.status.kind === 'complete' && inspection.status.summary.steps, 20);
  });

  it('maps CRLF, tabs, emoji and combining marks to the right ranges', async () => {
    const text = 'caf\u00e9\tna\u0308ive\r\n\u{1F469}\u200d\u{1F680} "o\u0301" \u{1F1E9}\u{1F1EA}\r\nend';
    const { document } = await showText(text);
    assert.equal(document.getText(), text);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text, text);
    assert.equal(underTokens(document, inspection), text);
    const breaks = [...inspection.tokens].filter((token) => token.text === '\r\n');
    assert.equal(breaks.length, 2, 'CRLF is one token');
    const word = [...inspection.tokens].findIndex(({ start }) => start === text.indexOf('end'));
    const [range] = composition.documents.rangesOf(document, inspection, word);
    assert.ok(range?.start.isEqual(new vscode.Position(2, 0)), JSON.stringify(range));
  });

  it('reads several selections as one text with its borders', async () => {
    const { document } = await showText('alpha beta gamma', [
      [11, 16],
      [0, 5],
    ]);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text, 'alphagamma');
    assert.deepEqual(inspection.subject.borders, [5]);
    assert.equal(underTokens(document, inspection), 'alphagamma');
  });

  it('reads the file when the cursor is on a blank line, and a file on disk by its name', async () => {
    const [uri] = await vscode.workspace.findFiles('sample.txt');
    assert.ok(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text, document.getText());
    assert.equal(inspection.subject.title, 'sample.txt');
  });

  it('reads the cell of a notebook that is being edited, and no other', async function () {
    const [first, second] = ['y = 1', 'x = "in a cell"'].map(
      (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'),
    );
    assert.ok(first && second);
    const opening = vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([first, second]));
    const notebook = await opening.then(undefined, () => null);
    if (notebook === null) {
      if (this.test) this.test.title += ' (skipped: this VS Code has no notebook type "jupyter-notebook")';
      return this.skip();
    }
    const { document } = notebook.cellAt(1);
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await until('the cell is the active editor', () => {
      void vscode.commands.executeCommand('notebook.cell.edit');
      return vscode.window.activeTextEditor?.document === document;
    });
    const inspection = await inspectWhole();
    assert.equal(document.uri.scheme, 'vscode-notebook-cell');
    assert.equal(inspection.subject.uri, document.uri.toString());
    assert.equal(inspection.subject.text, 'x = "in a cell"');
    assert.equal(underTokens(document, inspection), 'x = "in a cell"');
    assert.deepEqual(composition.documents.rangesOf(notebook.cellAt(0).document, inspection, 0), []);
  });

  it('reads a typed sentence', async () => {
    const inspection = await inspectWhole({ text: 'To be, or not' });
    assert.equal(inspection.tokens.length, 13);
    assert.equal(inspection.subject.uri, undefined);
  });

  it('follows edits: what still matches keeps its place, and the inspection is stale until the edit is undone', async () => {
    const editor = await showText('the quick brown fox');
    const inspection = await inspectWhole();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '>> '));
    assert.equal(underTokens(editor.document, inspection), 'the quick brown fox');
    assert.equal(inspection.stale, null);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 7, 0, 12), 'slow'));
    assert.equal(inspection.stale, 'changed');
    assert.equal(underTokens(editor.document, inspection), 'the  brown fox');
    assert.deepEqual(inspection.staleMarks, { changed: [{ from: 4, to: 9 }], insertedBefore: [] });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 3 + 'the'.length), ','));
    assert.deepEqual(inspection.staleMarks, { changed: [{ from: 4, to: 9 }], insertedBefore: [3] });
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('undo');
    await until('the text is whole again', () => inspection.stale === null);
    assert.deepEqual(inspection.staleMarks, { changed: [], insertedBefore: [] });
    assert.equal(underTokens(editor.document, inspection), 'the quick brown fox');
  });

  it('inspects a changed text again with one command', async () => {
    const editor = await showText('the quick brown fox');
    const inspection = await inspectWhole();
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 4, 0, 9), 'slow'));
    await vscode.commands.executeCommand('lstmInspector.inspectAgain');
    await until(
      'it was read again',
      () => inspection.status.kind === 'complete' && inspection.subject.text === 'the slow brown fox',
    );
    assert.equal(inspection.stale, null);
    assert.equal(underTokens(editor.document, inspection), 'the slow brown fox');
  });
});

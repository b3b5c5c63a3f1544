import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'lstm-inspector.lstm-inspector';

describe('the extension in VS Code', () => {
  it('is there, and asleep until something asks for it', () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `${id} is not among ${vscode.extensions.all.length} extensions`);
    assert.equal(extension.isActive, false);
  });

  it('activates by its command', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'The king said that the lords would come.' });
    await vscode.window.showTextDocument(document);
    const command = vscode.commands.executeCommand('lstmInspector.inspect');
    await Promise.race([command, waitUntilActive()]);
    assert.equal(vscode.extensions.getExtension(id)?.isActive, true);
  });
});

async function waitUntilActive(): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (vscode.extensions.getExtension(id)?.isActive === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

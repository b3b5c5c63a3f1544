import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { formatValue } from '../../src/trace/reading/showValue';
import { closeAll, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

async function hoversAt(document: vscode.TextDocument, offset: number): Promise<string[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    document.positionAt(offset),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .filter((text) => text.includes('lstmInspector.pinToken'));
}

describe('the hover over an inspected token', () => {
  afterEach(closeAll);

  it('shows what the worker says of that step', async () => {
    const { document } = await showText('A king, "said" he');
    const inspection = await inspectWhole();
    const step = 5;
    const answer = await inspection.step(step);
    assert.ok(answer.ok);
    const [text] = await hoversAt(document, step);
    assert.ok(text, 'there is a hover');
    const [layer] = answer.value.layers;
    assert.ok(layer);
    assert.deepEqual(
      layer.fields.map(({ field }) => field),
      ['i', 'f', 'g', 'o', 'c', 'h'],
    );
    for (const { mean } of layer.fields) assert.ok(text.includes(formatValue(mean)), `mean ${mean} in\n${text}`);
    assert.ok(text.includes(formatValue(layer.normH)));
    assert.ok(text.includes(formatValue(layer.normC ?? NaN)));
    assert.equal(text.match(/data:image\/svg\+xml/g)?.length, 6, 'a picture a field');
    assert.ok(answer.value.surprise !== undefined && text.includes(formatValue(answer.value.surprise)));
  });

  it('is there for each open inspection of the text, and for none outside it', async () => {
    const { document } = await showText('first part\n\nsecond part', [[0, 10]]);
    await inspectWhole();
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await inspectWhole({ model: 'prose-rnn' });
    const texts = await hoversAt(document, 3);
    assert.deepEqual(
      texts.map((text) => ['prose-lstm', 'prose-rnn'].find((name) => text.includes(name))),
      ['prose-rnn', 'prose-lstm'],
    );
    assert.deepEqual(await hoversAt(document, 15), []);
  });

  it('pins its token in the view', async () => {
    const { registry } = await openComposition();
    await showText('pin this');
    const inspection = await inspectWhole();
    assert.equal(registry.active, inspection);
    await vscode.commands.executeCommand('lstmInspector.pinToken', { inspection: inspection.id, step: 2 });
    await vscode.commands.executeCommand('lstmInspector.pinToken', { inspection: -1, step: 2 });
    await vscode.commands.executeCommand('lstmInspector.pinToken', 'nonsense');
  });

  it('pins the first token of the text last inspected where a panel is in front', async () => {
    const { document } = await showText('pin from the walkthrough');
    const inspection = await inspectWhole();
    await until('the panel has its tab', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputWebview)),
    );
    while (vscode.window.activeTextEditor !== undefined)
      await vscode.commands.executeCommand('workbench.action.focusNextGroup');
    await vscode.commands.executeCommand('lstmInspector.pinAtCursor');
    await until('the token is pinned', () => inspection.state?.pins.length === 1);
    assert.deepEqual(inspection.state?.pins, [0]);
    assert.ok(
      vscode.window.visibleTextEditors.some((editor) => editor.document.uri.toString() === document.uri.toString()),
    );
  });

  it('is said to have no place without an inspection', async () => {
    const { messages } = await openComposition();
    const said: string[] = [];
    const handle = messages.said.on(({ message }) => said.push(message));
    for (const command of ['showHover', 'pinAtCursor', 'cancel'])
      await vscode.commands.executeCommand(`lstmInspector.${command}`);
    handle.dispose();
    assert.equal(said.length, 3);
    assert.match(said[0] ?? '', /No inspection is open/);
    assert.match(said[2] ?? '', /No text is being read/);
  });

  it('is off where the setting says so', async () => {
    const { document } = await showText('no hover');
    await inspectWhole();
    const configuration = vscode.workspace.getConfiguration('lstmInspector');
    await configuration.update('hover', false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await hoversAt(document, 2), []);
    await configuration.update('hover', undefined, vscode.ConfigurationTarget.Global);
    assert.equal((await hoversAt(document, 2)).length, 1);
  });
});

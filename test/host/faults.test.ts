import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Inspection } from '../../src/session/inspection';
import { closeAll, inspect, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

describe('when something is wrong', () => {
  let composition: Composition;
  let said: string[];
  let listening: { dispose(): void };

  before(async () => {
    composition = await openComposition();
  });
  beforeEach(() => {
    said = [];
    listening = composition.messages.said.on(({ message }) => void said.push(message));
  });
  afterEach(async () => {
    listening.dispose();
    // Whatever happened: nothing hangs, and the next run works.
    await showText('the next run');
    await inspectWhole();
    await closeAll();
  });

  const failureOf = async (inspection: Inspection) => {
    const result = await inspection.whenFinished();
    assert.ok(!result.ok, 'it failed');
    return result.error;
  };
  const oneSentence = (message: string | undefined): void => {
    assert.ok(message && message.length < 300 && !message.includes('\n') && !message.includes('    at '), message);
  };

  it('the worker killed in mid-run ends the reading with a sentence, and the same panel reads again', async () => {
    await showText('word '.repeat(3000), [[0, 15_000]]);
    const inspection = await inspect();
    await until('it reads', () => inspection.tokens.length > 0);
    await composition.link.kill();
    const { code, message } = await failureOf(inspection);
    assert.equal(code, 'worker-died');
    oneSentence(message);
    await until('it was said', () => said.includes(message));
    const again = await inspection.restart();
    assert.ok(again.ok);
  });

  it('the worker killed afterwards is not noticed: the next question reads the text again', async () => {
    await showText('asked later');
    const inspection = await inspectWhole();
    await composition.link.kill();
    const answer = await inspection.step(3);
    assert.ok(answer.ok);
    assert.equal(answer.value.token.text, 'e');
  });

  it('a bundled model that is missing is named', async () => {
    await showText('no model');
    const { code, message } = await failureOf(await inspect({ model: 'no-such-model' }));
    assert.equal(code, 'model-missing');
    oneSentence(message);
    assert.ok(message.includes('no-such-model'), message);
    await until('it was said', () => said.includes(message));
  });

  it('a damaged model file is refused with its name', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder, 'damaged.json');
    await vscode.workspace.fs.writeFile(
      uri,
      Buffer.from('{"modelTopology": {"class_name": "Sequential", "config": []'),
    );
    await showText('a model that is cut off');
    const inspection = await inspectWhole();
    const result = await inspection.restart(inspection.subject, { kind: 'file', path: uri.fsPath });
    assert.ok(!result.ok);
    oneSentence(result.error.message);
    assert.ok(result.error.message.includes('damaged.json'), result.error.message);
  });

  it('an empty document is said to be empty, and no panel opens', async () => {
    await showText('');
    assert.equal(await vscode.commands.executeCommand('lstmInspector.inspect', { model: 'prose-lstm' }), null);
    assert.equal(said.length, 1);
    oneSentence(said[0]);
    assert.equal(composition.registry.all.length, 0);
  });

  it('a text over the limit is read up to it, and says how much is left out', async () => {
    await showText('abcdefghi\n'.repeat(5000), [[0, 50_000]]);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text.length, composition.settings().maxCharacters);
    assert.ok(
      said.some((message) => message.includes('30000') || message.includes('30,000')),
      said.join('\n'),
    );
  });

  it('only unknown characters are read as such', async () => {
    await showText('\u{1F600}\u{1F601}\u4e2d');
    const inspection = await inspectWhole();
    assert.equal(inspection.tokens.length, 3);
  });

  it('one character is one step', async () => {
    await showText('x');
    const inspection = await inspectWhole();
    assert.equal(inspection.tokens.length, 1);
    const step = await inspection.step(0);
    assert.ok(step.ok && step.value.layers.length > 0);
  });

  it('a single line of 1 MB is read around the cursor', async () => {
    const editor = await showText('lorem ipsum '.repeat(87_382));
    editor.selection = new vscode.Selection(0, 500_000, 0, 500_000);
    const inspection = await inspectWhole();
    assert.equal(inspection.subject.text.length, composition.settings().maxCharacters);
    assert.ok((inspection.subject.ranges[0]?.start ?? 0) > 400_000);
    assert.ok(said.length > 0);
  });

  it('a million characters are cancelled in mid-run, and what was read can be asked about', async () => {
    const configuration = vscode.workspace.getConfiguration('lstmInspector');
    await configuration.update('maxCharacters', 1_000_000, vscode.ConfigurationTarget.Global);
    try {
      await showText('lorem ipsum\n'.repeat(83_000), [[0, 996_000]]);
      const inspection = await inspect();
      await until('it reads', () => inspection.status.kind === 'reading' && inspection.status.done > 0);
      assert.equal(inspection.tokens.length, 996_000);
      inspection.receive({ type: 'cancel' });
      assert.equal((await failureOf(inspection)).code, 'cancelled');
      const step = await inspection.step(0);
      assert.ok(step.ok && step.value.token.text === 'l');
    } finally {
      await configuration.update('maxCharacters', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

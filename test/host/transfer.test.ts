import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { closeAll, openComposition, until } from '../support/hostExtension';
import { writeMoodTransfer } from '../support/moodTransfer';

type Run = ReturnType<Composition['transferPanels']['show']>;

describe('transferring a model by a lab file', () => {
  let composition: Composition;
  let folder = '';
  before(async () => {
    composition = await openComposition();
    folder = mkdtempSync(path.join(tmpdir(), 'transfer-host-'));
  });
  afterEach(closeAll);
  after(() => rmSync(folder, { recursive: true, force: true }));

  const transfer = (file: string): Thenable<Run | null> =>
    vscode.commands.executeCommand('lstmInspector.transferLab', vscode.Uri.file(file));
  const labels = (): string[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

  it('opens the panel, goes through its stages, and leaves a model and its figures', async () => {
    const run = await transfer(writeMoodTransfer(folder, 'mood'));
    assert.ok(run);
    await until('its panel is there', () => labels().includes('Transfer: mood'));
    await until('it has ended', () => !run.isActive);
    assert.deepEqual(run.status, { kind: 'complete' });
    const types = run.events.map(({ type }) => type);
    assert.deepEqual([types[0], types.at(-1)], ['transfer-started', 'transfer-finished']);
    assert.deepEqual(
      ['model.json', 'transfer.json', 'transfer.jsonl'].filter(
        (name) => !existsSync(path.join(folder, 'mood', 'transfer', name)),
      ),
      [],
    );
    assert.equal(
      await vscode.commands.executeCommand('lstmInspector.openLabResults', vscode.Uri.file(run.order.settingsPath)),
      run,
      'the transfer is all that there is to open',
    );
  });

  it('opens the models before and after, linked, on the sentence of the page', async () => {
    const run = composition.transferPanels.show({
      settingsPath: path.join(folder, 'mood.lstm-lab.json'),
      outFolder: path.join(folder, 'mood', 'transfer'),
    });
    run.receive({ type: 'ready' });
    const before = composition.registry.all.length;
    await composition.engine.request('models', {});
    const { inspectWithEach } = await import('../../src/commands/lab/transferLab');
    await inspectWithEach(
      composition,
      'the film was dull',
      [
        { kind: 'bundled', name: 'sentiment-lstm' },
        { kind: 'file', path: path.join(folder, 'mood', 'transfer', 'model.json') },
      ],
      'mood',
    );
    assert.equal(composition.registry.all.length, before + 2);
    await until('both have read it', () =>
      composition.registry.all.slice(-2).every(({ status }) => status.kind === 'complete'),
    );
  });

  it('is written into a lab file that has none, commented and valid, as one step of undo', async () => {
    const file = path.join(folder, 'plain.lstm-lab.json');
    writeFileSync(
      file,
      '// mine\n{ "name": "plain", "task": "classify", "data": { "format": "table", "files": [{ "path": "mood.csv" }], "split": { "by": "line-modulo" } }, "tokens": { "level": "word" }, "model": { "cell": "lstm" } }\n',
    );
    const document = await vscode.workspace.openTextDocument(file);
    const { writeTransfer } = await import('../../src/commands/lab/addTransfer');
    await writeTransfer(document, 'sentiment-lstm');
    assert.ok(
      document.isDirty &&
        document.getText().startsWith('// mine\n') &&
        document.getText().includes('"source": "sentiment-lstm"'),
    );
    const shown = await vscode.commands.executeCommand<vscode.TextDocument | null>(
      'lstmInspector.addTransfer',
      document.uri,
    );
    assert.equal(shown?.uri.fsPath, file, 'where there is one it is shown, and none is added');
    assert.equal(document.getText().split('"transfer"').length, 2);
    const complaints = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    assert.deepEqual(complaints, []);
  });

  it('is cancelled, says so, writes no model, and goes on from what was finished', async () => {
    const run = await transfer(writeMoodTransfer(folder, 'long', { seeds: 100 }));
    assert.ok(run);
    const cancelIn = async (labels: number): Promise<void> => {
      await until(`it learns from ${labels} labels`, () =>
        run.events.some((event) => event.type === 'transfer-phase' && event.labels === labels),
      );
      run.act('cancel');
      await until('it has ended', () => !run.isActive);
      assert.equal(run.status.kind, 'cancelled');
    };
    await cancelIn(60);
    assert.deepEqual(readdirSync(path.join(folder, 'long', 'transfer')).sort(), [
      'transfer-progress.json',
      'transfer.jsonl',
    ]);
    const results = run.events.filter((event) => event.type === 'transfer-result' && event.labels === 20);
    run.act('start');
    await cancelIn(60);
    assert.deepEqual(
      run.events.filter((event) => event.type === 'transfer-result' && event.labels === 20 && event.seed === 0),
      results,
      'told again, not trained again: the seconds are the same',
    );
  });

  it('says in one line why a source cannot be transferred', async () => {
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => said.push(message));
    const run = await transfer(writeMoodTransfer(folder, 'wrong', { source: 'prose-lstm' }));
    assert.ok(run);
    await until('it has failed', () => run.status.kind === 'failed');
    await until('it is said', () => said.some((message) => message.includes('set "tokens.level" to "character"')));
    listening.dispose();
  });

  it('is shown again after a reload, from its log, and starts nothing', async () => {
    const order = {
      settingsPath: path.join(folder, 'mood.lstm-lab.json'),
      outFolder: path.join(folder, 'mood', 'transfer'),
    };
    const panel = vscode.window.createWebviewPanel('lstmInspector.transfer', 'restored', vscode.ViewColumn.Two);
    composition.transferPanels.revive(panel, order);
    assert.equal(panel.title, 'Transfer: mood');
    const { parseTransferLog } = await import('../../src/panel/transferLog');
    const log = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.file(path.join(order.outFolder, 'transfer.jsonl'))),
    );
    assert.equal(parseTransferLog(`${log}{"type":"transfer-cur`).at(-1)?.type, 'transfer-finished');
    assert.deepEqual(parseTransferLog('{"type":"transfer-curve"}\n'), []);
  });
});

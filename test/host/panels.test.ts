import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { viewType } from '../../src/panel/inspectorPanel';
import { type HostToDecay } from '../../src/protocol/decayMessages';
import { type Comparison } from '../../src/session/comparison';
import { hashText, storedSourceOf } from '../../src/session/subject';
import { closeAll, inspect, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

describe('the panels', () => {
  let composition: Composition;
  before(async () => {
    composition = await openComposition();
  });
  afterEach(closeAll);

  /** What VS Code does after a reload: a panel of our view type, and what its view kept. */
  const revive = async (kept: unknown): Promise<vscode.WebviewPanel> => {
    const panel = vscode.window.createWebviewPanel(viewType, 'restored', vscode.ViewColumn.Two);
    await composition.revive(panel, kept);
    return panel;
  };
  const state = {
    layer: 0,
    direction: 'forward',
    cursor: 3,
    pins: [1, 3],
    unit: 7,
    order: 'stored',
    zoom: null,
    ribbon: 'surprise',
  };

  it('are several at once, each with its own text and values', async () => {
    await showText('the first text');
    const first = await inspectWhole();
    await showText('a second one');
    const second = await inspectWhole();
    assert.deepEqual(composition.registry.all, [first, second]);
    assert.notEqual(first.id, second.id);
    const [a, b] = await Promise.all([first.step(1), second.step(1)]);
    assert.ok(a.ok && b.ok);
    assert.equal(a.value.token.text, 'h');
    assert.equal(b.value.token.text, ' ');
  });

  it('stop the work and forget the inspection when they are closed', async () => {
    await showText('x '.repeat(8000), [[0, 16_000]]);
    const inspection = await inspect();
    composition.panels.close(inspection);
    await until('it is forgotten', () => composition.registry.all.length === 0);
    assert.ok(!(await inspection.whenFinished()).ok || inspection.status.kind === 'complete');
    await showText('next');
    await inspectWhole();
  });

  it('restore text, model, pins and cursor of an untitled document', async () => {
    const { document } = await showText('kept over a reload');
    const inspection = await inspectWhole();
    const source = JSON.parse(JSON.stringify(storedSourceOf(inspection.subject, inspection.model))) as unknown;
    composition.panels.close(inspection);
    await revive({ source, state });
    const [restored] = composition.registry.all;
    assert.ok(restored && (await restored.whenFinished()).ok);
    assert.equal(restored.subject.text, 'kept over a reload');
    assert.deepEqual(restored.state, state);
    assert.equal(restored.stale, null);
    assert.equal(composition.documents.rangesOf(document, restored, 0).length, 1);
  });

  it('are stale when the text was changed or is gone', async () => {
    const { document } = await showText('something else now');
    const source = {
      uri: document.uri.toString(),
      ranges: [{ start: 0, end: 9 }],
      hash: hashText('as it was'),
      text: 'as it was',
      model: { kind: 'bundled', name: 'prose-lstm' },
    };
    await revive({ source, state: null });
    await revive({ source: { ...source, uri: 'file:///no/such/file.txt', text: undefined }, state: null });
    const [changed, gone] = composition.registry.all;
    assert.ok(changed && gone);
    assert.deepEqual([changed.stale, changed.subject.text], ['changed', 'as it was']);
    assert.equal(gone.stale, 'gone');
    await gone.whenFinished();
    assert.equal(gone.status.kind, 'failed', 'there is nothing to read, and that is said');
  });

  it('compare gradient decay on the chosen text, and are restored with the controls as they were', async () => {
    await showText('compare this text');
    const comparison = await vscode.commands.executeCommand<Comparison>('lstmInspector.compareGradientDecay');
    assert.ok(comparison.title.length > 0);
    const posted: HostToDecay[] = [];
    comparison.connect((message) => void posted.push(message));
    comparison.receive({ type: 'ready' });
    const [hydrate] = posted;
    assert.ok(hydrate?.type === 'hydrateDecay');
    assert.equal(hydrate.text, 'compare this text');
    const panel = vscode.window.createWebviewPanel('lstmInspector.decay', 'restored', vscode.ViewColumn.Two);
    const restored = await composition.decayPanels.revive(
      panel,
      JSON.parse(JSON.stringify({ source: hydrate.stored, params: { ...hydrate.params, seeds: 2 } })),
    );
    restored?.connect((message) => void posted.push(message));
    restored?.receive({ type: 'ready' });
    const last = posted.at(-1);
    assert.ok(last?.type === 'hydrateDecay' && last.params.seeds === 2 && last.text === 'compare this text');
  });

  it('make a report: one page with the view, the values and the findings inside', async () => {
    await showText('a short text for a report');
    const inspection = await inspectWhole();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const target = vscode.Uri.joinPath(folder, 'report.html');
    await vscode.commands.executeCommand('lstmInspector.makeReport', { inspection: inspection.id, target });
    const page = Buffer.from(await vscode.workspace.fs.readFile(target)).toString('utf8');
    assert.match(page, /^<!DOCTYPE html>/);
    assert.match(page, /default-src 'none'/);
    assert.ok(page.length > 100_000);
    assert.doesNotMatch(page, /<(script|link|img)[^>]*(src|href)="http/);
  });

  it('are closed when what they kept cannot be read', async () => {
    await revive({ nonsense: true });
    assert.equal(composition.registry.all.length, 0);
  });
});

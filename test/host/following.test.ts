import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type MessageActions } from '../../src/commands/messages';
import { type Inspection } from '../../src/session/inspection';
import { type DifferenceSession } from '../../src/session/differenceSession';
import { type HydrateDifference } from '../../src/protocol/differenceMessages';
import { type TraceDifference } from '../../src/trace/reading/difference';
import { closeAll, openComposition, showText, until } from '../support/hostExtension';

/** Asks a session as its page does. */
async function ask(
  session: DifferenceSession,
): Promise<{ readonly hydrate: HydrateDifference; readonly difference: TraceDifference }> {
  // The real page asks too, over the same wire: only the answer to this request counts.
  const id = 7007;
  const heard: { readonly type: string; readonly id?: number }[] = [];
  session.connect((message) => void heard.push(message));
  session.receive({ type: 'ready' });
  session.receive({
    type: 'request',
    id,
    kind: 'difference',
    params: { shown: { layer: 0, direction: 'forward', field: 'c' } },
  });
  await until('the difference is answered', () =>
    heard.some((message) => message.type === 'answer' && message.id === id),
  );
  const answer = heard.find((message) => message.type === 'answer' && message.id === id) as unknown as {
    readonly result: { readonly ok: boolean; readonly value: TraceDifference };
  };
  assert.ok(answer.result.ok, JSON.stringify(answer.result));
  return { hydrate: heard[0] as HydrateDifference, difference: answer.result.value };
}

describe('a model file that changes on disk', () => {
  let composition: Composition;
  let folder: vscode.Uri;
  let offers: { readonly message: string; readonly actions: MessageActions }[] = [];
  let listening: { dispose(): void };
  const modelUri = (): vscode.Uri => vscode.Uri.joinPath(folder, 'model.json');
  const shardUri = (): vscode.Uri => vscode.Uri.joinPath(folder, 'weights.bin');

  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'followed');
  });
  beforeEach(async () => {
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(composition.extensionUri, 'media', 'models', 'prose-lstm'),
      folder,
      { overwrite: true },
    );
    offers = [];
    listening = composition.messages.said.on((said) => void offers.push(said));
  });
  afterEach(async () => {
    listening.dispose();
    await closeAll();
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  /**
   * Half of the weights' bytes turned to smaller numbers, as another checkpoint has others; the topology file is
   * written last, as trainers do.
   */
  async function writeCheckpoint(factor: number): Promise<void> {
    const shards = (await vscode.workspace.fs.readDirectory(folder))
      .map(([name]) => name)
      .filter((name) => name.endsWith('.bin'));
    const uri = vscode.Uri.joinPath(folder, shards[0] ?? shardUri().path);
    const bytes = (await vscode.workspace.fs.readFile(uri)).slice();
    const half = new Uint16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2));
    // Weights are kept as halves or floats; flipping low bits of the fraction changes each a little in both.
    for (let at = 0; at < half.length; at += factor) half[at] = (half[at] ?? 0) ^ 0x0040;
    await vscode.workspace.fs.writeFile(uri, bytes);
    const topology = await vscode.workspace.fs.readFile(modelUri());
    await vscode.workspace.fs.writeFile(modelUri(), topology.slice(0, Math.floor(topology.length / 2)));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await vscode.workspace.fs.writeFile(modelUri(), topology);
  }

  async function inspect(): Promise<Inspection> {
    await showText('a text to follow');
    const inspection = await vscode.commands.executeCommand<Inspection | null>(
      'lstmInspector.inspectWithModelFile',
      modelUri(),
    );
    assert.ok(inspection && (await inspection.whenFinished()).ok);
    return inspection;
  }

  it('is offered once when it is whole again; the earlier trace stays, and the difference is shown', async () => {
    const before = await inspect();
    const was = await before.step(4);
    await writeCheckpoint(2);
    await until('the change is offered', () =>
      offers.some(({ message }) => message.includes('model.json has changed on disk')),
    );
    offers.find(({ message }) => message.includes('changed on disk'))?.actions['Read Again']?.();
    await until('the text is read again', () => composition.registry.all.length === 2);
    const now = composition.registry.all[1] as Inspection;
    assert.ok((await now.whenFinished()).ok);
    assert.equal(now.subject.text, before.subject.text);
    const [kept, fresh] = [await before.step(4), await now.step(4)];
    assert.ok(was.ok && kept.ok && fresh.ok);
    assert.deepEqual(kept.value.layers[0]?.fields, was.value.layers[0]?.fields, 'the earlier trace is as it was');
    assert.notDeepEqual(
      fresh.value.layers[0]?.fields,
      was.value.layers[0]?.fields,
      'the new one is of the new weights',
    );
    const [session] = composition.differences.all;
    assert.ok(session);
    assert.ok(session.isOf(before, now));
    const { hydrate, difference } = await ask(session);
    assert.equal(hydrate.state, 'ready');
    assert.match(hydrate.before, /read/);
    assert.equal(difference.tokens.map(({ text }) => text).join(''), 'a text to follow');
    assert.ok(difference.changes.length > 0 && difference.difference.some((value) => value !== 0));
    assert.equal(
      offers.filter(({ message }) => message.includes('changed on disk')).length,
      1,
      'half a file is no reason to ask',
    );
  });

  it('is read anew without a question once it is always followed, into the same panel', async () => {
    const before = await inspect();
    await writeCheckpoint(2);
    await until('the change is offered', () => offers.some(({ message }) => message.includes('changed on disk')));
    offers.find(({ message }) => message.includes('changed on disk'))?.actions['Always Follow']?.();
    await until('the text is read again', () => composition.registry.all.length === 2);
    const now = composition.registry.all[1] as Inspection;
    assert.ok((await now.whenFinished()).ok);
    const first = now.id;
    await writeCheckpoint(3);
    await until('it is read anew', () => now.id !== first);
    assert.ok((await now.whenFinished()).ok);
    assert.equal(composition.registry.all.length, 2);
    assert.equal(composition.differences.all.length, 1);
    assert.ok(composition.differences.all[0]?.isOf(before, now));
    assert.equal(offers.filter(({ message }) => message.includes('changed on disk')).length, 1);
  });

  it('is no longer watched when its inspections are closed', async () => {
    await inspect();
    await closeAll();
    await writeCheckpoint(2);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.ok(!offers.some(({ message }) => message.includes('changed on disk')));
  });

  it('is compared with another checkpoint on the same text, each with its own weights', async () => {
    const before = await inspect();
    const second = vscode.Uri.joinPath(folder, '..', 'second');
    await vscode.workspace.fs.copy(folder, second, { overwrite: true });
    try {
      const shard =
        (await vscode.workspace.fs.readDirectory(second)).map(([name]) => name).find((name) => name.endsWith('.bin')) ??
        '';
      const bytes = (await vscode.workspace.fs.readFile(vscode.Uri.joinPath(second, shard))).map((byte, at) =>
        at % 4 === 0 ? byte ^ 1 : byte,
      );
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(second, shard), bytes);
      const node = { kind: 'model', name: 'second', uri: vscode.Uri.joinPath(second, 'model.json') };
      const now = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', node);
      assert.ok(now && (await now.whenFinished()).ok);
      const session = await vscode.commands.executeCommand<DifferenceSession | null>('lstmInspector.showDifference', {
        before: before.id,
      });
      assert.ok(session);
      const { difference, hydrate } = await ask(session);
      assert.ok(difference.changes.length > 0 && hydrate.source === before.subject.title);
      session.receive({ type: 'hover', step: 3 });
      assert.equal(now.tokens.at(3)?.text, before.tokens.at(3)?.text, 'the views are linked by token');
    } finally {
      await vscode.workspace.fs.delete(second, { recursive: true });
    }
  });

  it('is like any two inspections of one text: their difference can be asked for', async () => {
    const before = await inspect();
    const now = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.compareModels', {
      model: 'prose-lstm',
    });
    assert.ok(now && (await now.whenFinished()).ok);
    const session = await vscode.commands.executeCommand<DifferenceSession | null>('lstmInspector.showDifference', {
      before: before.id,
    });
    assert.ok(session);
    assert.ok(session.isOf(before, now));
    const { difference } = await ask(session);
    assert.ok(
      difference.difference.every((value) => value === 0),
      'the same weights give no difference',
    );
  });
});

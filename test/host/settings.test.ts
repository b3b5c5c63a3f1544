import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { WorkerLink } from '../../src/link/workerLink';
import { type Inspection } from '../../src/session/inspection';
import { unpackFrame } from '../../src/trace/reading/frame';
import { closeAll, inspect, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

describe('the settings', () => {
  let composition: Composition;
  const changed = new Set<string>();

  before(async () => {
    composition = await openComposition();
  });
  afterEach(async () => {
    for (const key of changed) await set(key, undefined);
    changed.clear();
    await closeAll();
  });

  async function set(key: string, value: unknown): Promise<void> {
    changed.add(key);
    await vscode.workspace.getConfiguration('lstmInspector').update(key, value, vscode.ConfigurationTarget.Global);
  }

  /** Runs "Inspect LSTM" as the palette does, and takes what the pick offers first where there is one. */
  async function inspectWithFirst(): Promise<Inspection | null> {
    let isDone = false;
    const inspection = Promise.resolve(
      vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect'),
    ).finally(() => (isDone = true));
    while (!isDone) {
      await Promise.race([inspection, new Promise((resolve) => setTimeout(resolve, 300))]);
      if (!isDone) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    return inspection;
  }

  it('defaultModel is what the pick offers first until another model was used', async () => {
    await composition.memory.update('lastModel', undefined);
    await set('defaultModel', 'prose-gru');
    await showText('which model is first');
    assert.deepEqual((await inspectWithFirst())?.model, { kind: 'bundled', name: 'prose-gru' });
    await set('defaultModel', 'prose-rnn');
    await showText('the last one is first now');
    assert.deepEqual((await inspectWithFirst())?.model, { kind: 'bundled', name: 'prose-gru' });
  });

  it('skipModelPick reads with the last model at once', async () => {
    await composition.memory.update('lastModel', { kind: 'bundled', name: 'prose-rnn' });
    await set('skipModelPick', true);
    await showText('nothing is asked');
    // Nobody answers a pick here.
    const inspection = await vscode.commands.executeCommand<Inspection | null>('lstmInspector.inspect');
    assert.deepEqual(inspection?.model, { kind: 'bundled', name: 'prose-rnn' });
  });

  it('maxCharacters is read up to, and the button of the message leads to it', async () => {
    await set('maxCharacters', 12);
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    await showText('twelve of so many');
    const inspection = await inspectWhole();
    listening.dispose();
    assert.equal(inspection.subject.text, 'twelve of so');
    assert.ok(
      said.some((message) => /first 12 characters are read; 5 are left out/.test(message)),
      said.join('\n'),
    );
  });

  it('memoryMb is kept to: what has no room is computed again, and is the same', async () => {
    await showText('The king said that no man should leave. '.repeat(450), [[0, 18_000]]);
    const beginningOf = async (inspection: Inspection): Promise<readonly Float32Array[]> => {
      const answer = await inspection.ask('range', {
        layer: 0,
        direction: 'forward',
        fields: ['f', 'c', 'h'],
        from: 0,
        to: 64,
      });
      assert.ok(answer.ok);
      return unpackFrame(answer.value as ArrayBuffer).planes;
    };
    const usual = await beginningOf(await inspectWhole());
    // 18,000 steps of six fields of 128 numbers are 53 MB.
    await set('memoryMb', 16);
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    const asked: unknown[] = [];
    const { link } = composition;
    link.request = (kind, params, listeners) => {
      if (kind === 'read') asked.push((params as { memoryMb?: number }).memoryMb);
      return WorkerLink.prototype.request.call(link, kind, params as never, listeners) as never;
    };
    const inspection = await inspectWhole();
    Reflect.deleteProperty(link, 'request');
    assert.deepEqual(asked, [16], 'the worker is told');
    assert.deepEqual(await beginningOf(inspection), usual);
    assert.ok((await inspection.step(17_999)).ok);
  });

  it('threads: 1 keeps a wide LSTM to one thread, 0 lets a second one start, and the numbers are the same', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const values = { data: Float32Array.from({ length: 400 }, (_, k) => Math.sin(k)), width: 4 };
    const lines: string[] = [];
    const { info } = composition.log;
    composition.log.info = (line: string) => {
      lines.push(line);
      info.call(composition.log, line);
    };
    const read = async (threads: number): Promise<readonly Float32Array[]> => {
      await set('threads', threads);
      // 384 units are whole panels in every build of the kernels. A model that is open keeps its threads: each is read
      // from a file of its own.
      const uri = vscode.Uri.joinPath(folder, `wide-${threads}.safetensors`);
      await vscode.workspace.fs.writeFile(uri, wideLstm(384, 4));
      const inspection = composition.panels.create(
        { title: 'wide', text: '', ranges: [], borders: [], isStored: false, values },
        { kind: 'file', path: uri.fsPath },
      );
      const result = await inspection.whenFinished();
      assert.ok(result.ok, result.ok ? '' : result.error.message);
      const answer = await inspection.ask('range', {
        layer: 0,
        direction: 'forward',
        fields: ['f', 'c', 'h'],
        from: 0,
        to: 100,
      });
      assert.ok(answer.ok);
      composition.panels.close(inspection);
      await vscode.workspace.fs.delete(uri);
      return unpackFrame(answer.value as ArrayBuffer).planes;
    };
    const isTold = (): boolean => lines.some((line) => line.startsWith('A second thread computes'));
    const alone = await read(1);
    assert.ok(!isTold(), lines.join('\n'));
    assert.deepEqual(await read(0), alone);
    // One core has no use for a second thread.
    if (availableParallelism() > 1) await until('a second thread computes', isTold);
    composition.log.info = info;
  });

  it('hover turns the hover off and on, while the panel stays', async () => {
    const { document } = await showText('hover here');
    const inspection = await inspectWhole();
    const countHovers = async (): Promise<number> =>
      (
        await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          document.positionAt(2),
        )
      ).length;
    assert.equal(await countHovers(), 1);
    await set('hover', false);
    assert.equal(await countHovers(), 0);
    await set('hover', true);
    assert.equal(await countHovers(), 1);
    assert.ok(composition.registry.all.includes(inspection));
  });

  it('that make no sense count as not set', async () => {
    await set('maxCharacters', 'many');
    await set('memoryMb', -5);
    assert.equal(composition.settings().maxCharacters, 20_000);
    assert.equal(composition.settings().memoryMb, 16);
    await showText('it goes on');
    const inspection = await inspect();
    await until('it is read', () => inspection.status.kind === 'complete');
  });
});

/** A PyTorch LSTM of H units over D numbers, as a .safetensors file. */
function wideLstm(H: number, D: number): Uint8Array {
  const shapes = { weight_ih_l0: [4 * H, D], weight_hh_l0: [4 * H, H], bias_ih_l0: [4 * H], bias_hh_l0: [4 * H] };
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const begin = end;
      end += 4 * shape.reduce((product, size) => product * size, 1);
      return [`lstm.${name}`, { dtype: 'F32', shape, data_offsets: [begin, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const weights = Float32Array.from({ length: end / 4 }, (_, k) => Math.sin(k * k) / 16);
  return Buffer.concat([length, json, Buffer.from(weights.buffer)]);
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Composition } from '../../src/composition';
import { type LabEvent } from '../../src/protocol/workerRequests';
import { closeAll, inspectWhole, openComposition, showText } from '../support/hostExtension';
import { moodSpace, writeMoodLab } from '../support/moodLab';
import { engineProcesses, isRunning } from '../support/processTable';

/**
 * How often the engine is ended; LSTM_INSPECTOR_KILLS in the environment asks for more kills, and a fifth as many
 * aborts.
 */
const kills = Number(process.env['LSTM_INSPECTOR_KILLS'] ?? 10);
const aborts = Math.ceil(kills / 5);

describe('the engine of the extension host', function () {
  this.timeout(20_000 + 4000 * kills);
  let composition: Composition;

  before(async () => {
    composition = await openComposition();
  });
  afterEach(closeAll);

  /** The one process that the engine of inspections runs in, none of the lab being open. */
  const engine = (): number => {
    const [pid, ...more] = engineProcesses();
    assert.ok(pid !== undefined && more.length === 0, `processes ${[pid, ...more].join(', ')}`);
    return pid;
  };

  /** Ends the engine's process, and waits until the extension host has heard of it. */
  async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const listening = composition.link.onDied(() => {
        listening.dispose();
        resolve();
      });
    });
    process.kill(pid, signal);
    await heard;
  }

  it('runs in a process of its own', async () => {
    await composition.labLink.kill();
    await showText('which process reads this');
    await inspectWhole();
    const pid = engine();
    assert.notEqual(pid, process.pid);
    assert.ok(isRunning(pid));
  });

  for (const [signal, count] of [
    ['SIGKILL', kills],
    ['SIGABRT', aborts],
  ] as const)
    it(`is ended ${count} times by ${signal}, at rest and at work, and the next run works each time`, async () => {
      await composition.labLink.kill();
      await showText('word '.repeat(400), [[0, 2000]]);
      const inspection = await inspectWhole();
      for (let k = 0; k < count; k++) {
        const pid = engine();
        const reading = k % 2 === 0 ? undefined : inspection.restart();
        await new Promise((resolve) => setTimeout(resolve, k % 20));
        await end(pid, signal);
        await reading;
        const again = await inspection.restart();
        assert.ok(again.ok, again.ok ? '' : again.error.message);
        assert.notEqual(engine(), pid);
        const step = await inspection.step(1999);
        assert.ok(step.ok && step.value.step === 1999);
      }
    });

  it('goes on with a training whose process was ended', async () => {
    await composition.link.kill();
    const folder = mkdtempSync(path.join(tmpdir(), 'lab-killed-'));
    try {
      const settingsPath = writeMoodLab(folder, 'mood', { method: 'random', space: moodSpace }, 30);
      const params = { settingsPath, outFolder: path.join(folder, 'mood'), training: 99 };
      let epochs = 0;
      const onLab = (event: LabEvent): void => {
        if (event.type === 'validated' && ++epochs === 3) process.kill(engine(), 'SIGKILL');
      };
      const killed = await composition.labLink.request('train', params, { onLab });
      assert.ok(!killed.ok && killed.error.code === 'worker-died', JSON.stringify(killed));
      let first: LabEvent | undefined;
      const left = await composition.labLink.request('train', params, { onLab: (event) => (first ??= event) });
      assert.ok(left.ok, JSON.stringify(left));
      assert.ok(first?.type === 'started' && first.firstStep > 1, JSON.stringify(first));
    } finally {
      await composition.labLink.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

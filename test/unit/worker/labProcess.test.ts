import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { openJournalFile } from '../../../src/lab/search/journalFile';
import { isInterrupted } from '../../../src/lab/search/trial';
import { processOrThread } from '../../../src/link/processOrThread';
import { WorkerLink } from '../../../src/link/workerLink';
import { type LabEvent } from '../../../src/protocol/workerRequests';
import { moodSpace, writeMoodLab } from '../../support/moodLab';
import { engineProcesses } from '../../support/processTable';
import { smallClassifier, SmallDomains, smallHyperparameters, smallTransfer } from '../../support/smallTransfer';
import { useWasmBackend } from '../../support/tfjsBackend';

const root = path.resolve(__dirname, '../../..');
const pathOf = (script: string): string => path.join(root, 'dist', script);
const isBuilt = existsSync(pathOf('process.js'));

/** What ships, in its own process, which is ended from outside in the midst of work. */
describe(`the lab in a process that is killed${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, function () {
  this.timeout(240_000);
  let folder = '';
  let link: WorkerLink;

  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'lab-process-'));
    const start = processOrThread({ processPath: pathOf('process.js'), log: silentLog });
    link = new WorkerLink({
      workerPath: pathOf('worker.js'),
      workerData: { wideVectors: true },
      log: silentLog,
      start,
    });
  });
  after(() => {
    if (folder === '') return;
    link.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const place = (...names: string[]): string => path.join(folder, ...names);

  /** Asks for work of the lab and ends the process by `signal` once, when an event is the one that is waited for. */
  async function askUntilKilled(
    kind: 'train' | 'search' | 'transfer',
    params: { readonly settingsPath: string; readonly outFolder: string },
    { signal, isTime }: { readonly signal: NodeJS.Signals; readonly isTime: (event: LabEvent) => boolean },
  ): Promise<void> {
    let isKilled = false;
    const onLab = (event: LabEvent): void => {
      if (isKilled || !isTime(event)) return;
      isKilled = true;
      const [pid] = engineProcesses();
      assert.ok(pid !== undefined);
      process.kill(pid, signal);
    };
    const killed = await link.request(kind, { ...params, training: 1, search: 1 }, { onLab });
    assert.ok(!killed.ok && killed.error.code === 'worker-died', JSON.stringify(killed));
  }

  it('goes on with a training from its last epoch, to the bytes of one that was not ended', async () => {
    const settingsPath = writeMoodLab(folder, 'mood', { method: 'random', space: moodSpace }, 60);
    const params = { settingsPath, outFolder: place('killed'), training: 1 };
    for (const signal of ['SIGKILL', 'SIGABRT'] as const) {
      let epochs = 0;
      const isTime = (event: LabEvent): boolean => event.type === 'validated' && ++epochs === 3;
      await askUntilKilled('train', params, { signal, isTime });
      assert.deepEqual(
        ['checkpoint.bin', 'model.json'].map((name) => existsSync(place('killed', name))),
        [true, false],
      );
    }
    let first: LabEvent | undefined;
    const left = await link.request('train', params, { onLab: (event) => (first ??= event) });
    assert.ok(left.ok, JSON.stringify(left));
    assert.ok(first?.type === 'started' && first.firstStep > 1 && first.history.length >= 4, JSON.stringify(first));
    const whole = await link.request('train', { ...params, outFolder: place('whole') });
    assert.ok(whole.ok, JSON.stringify(whole));
    assert.ok(readFileSync(place('killed', 'weights.bin')).equals(readFileSync(place('whole', 'weights.bin'))));
  });

  it('goes on with a search, trials side by side, and tries again what was under way', async () => {
    const settingsPath = writeMoodLab(
      folder,
      'grid',
      { method: 'grid', gridPoints: 2, trials: 4, parallel: 2, pruning: false, space: moodSpace },
      10,
    );
    const params = { settingsPath, outFolder: place('search'), search: 1 };
    const isTime = (event: LabEvent): boolean => event.type === 'trial-reported' && event.number === 2;
    await askUntilKilled('search', params, { signal: 'SIGKILL', isTime });
    assert.deepEqual(await link.request('search', params), { ok: true, value: null });
    const study = openJournalFile(place('search', 'study.journal.log'), 'reader').refresh().study('study.journal.log');
    assert.ok(study);
    const complete = study.trials.filter(({ state }) => state === 'complete');
    assert.equal(new Set(complete.map(({ parameters }) => JSON.stringify(parameters))).size, 4);
    const others = study.trials.filter(({ state }) => state !== 'complete');
    assert.ok(others.length > 0 && others.every(isInterrupted), JSON.stringify(others));
  });

  it('goes on with a transfer, to the bytes of one that was not ended', async () => {
    await useWasmBackend();
    const domains = await SmallDomains.create();
    try {
      const settingsPath = domains.writeLab('phones', {
        ...smallClassifier,
        hyperparameters: { ...smallHyperparameters, epochs: 2 },
        data: domains.dataOf('phones'),
        transfer: {
          ...smallTransfer,
          fineTune: { epochs: 1 },
          baseline: { learning_rates: [0.03], epochs: 1 },
        },
      });
      const params = { settingsPath, outFolder: domains.place('killed') };
      const isTime = (event: LabEvent): boolean => event.type === 'transfer-phase' && event.seed === 1;
      await askUntilKilled('transfer', params, { signal: 'SIGKILL', isTime });
      assert.deepEqual(
        ['model.json', 'transfer.jsonl'].map((name) => existsSync(domains.place('killed', name))),
        [false, true],
      );
      const told: LabEvent[] = [];
      const left = await link.request('transfer', params, { onLab: (event) => void told.push(event) });
      assert.ok(left.ok, JSON.stringify(left));
      assert.match(JSON.stringify(told[0]), /\d+ trainings of an interrupted transfer are kept/);
      assert.ok((await link.request('transfer', { settingsPath, outFolder: domains.place('whole') })).ok);
      const [killed, whole] = ['killed', 'whole'].map((name) => readFileSync(domains.place(name, 'weights.bin')));
      assert.ok(killed && whole && killed.equals(whole));
    } finally {
      domains.dispose();
    }
  });
});

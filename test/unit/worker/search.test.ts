import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { isInterrupted } from '../../../src/lab/search/trial';
import { openJournalFile } from '../../../src/lab/search/journalFile';
import { parseLabSettings } from '../../../src/lab/training/labSettings';
import { WorkerLink } from '../../../src/link/workerLink';
import { type SearchEvent } from '../../../src/trace/lab/searchEvents';
import { moodSpace, writeMoodLab } from '../../support/moodLab';

const root = path.resolve(__dirname, '../../..');
const workerPath = path.join(root, 'dist/worker.js');

/** The real worker thread on a small classifier. */
describe('a search in the worker', function () {
  let folder = '';
  let link: WorkerLink;

  before(function () {
    if (!existsSync(workerPath)) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'search-'));
    link = new WorkerLink({ workerPath, log: silentLog });
  });
  after(() => {
    link.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const writeLab = (name: string, search: object, epochs = 3): string => writeMoodLab(folder, name, search, epochs);

  const studyOf = (name: string) => {
    const study = openJournalFile(path.join(folder, name, 'study.journal.log'), 'reader')
      .refresh()
      .study('study.journal.log');
    assert.ok(study);
    return study;
  };

  it('trains trials side by side in threads, with the inside of each and a model that can be trained again', async () => {
    const settingsPath = writeLab('side', {
      method: 'random',
      trials: 6,
      parallel: 2,
      pruning: false,
      space: moodSpace,
    });
    const events: SearchEvent[] = [];
    let most = 0;
    const under = new Set<number>();
    const onLab = (event: unknown): void => {
      const told = event as SearchEvent;
      events.push(told);
      if (told.type === 'trial-started') under.add(told.number);
      if (told.type === 'trial-ended') under.delete(told.number);
      most = Math.max(most, under.size);
    };
    const outFolder = path.join(folder, 'side');
    const result = await link.request('search', { search: 1, settingsPath, outFolder }, { onLab });
    assert.deepEqual(result, { ok: true, value: null });
    assert.equal(most, 2);
    const { trials } = studyOf('side');
    assert.deepEqual(
      trials.map(({ state }) => state),
      new Array(6).fill('complete'),
    );
    for (const { number, attributes, intermediate, parameters } of trials) {
      assert.equal(intermediate.size, 3);
      assert.ok(Number(attributes['gradient_half_life']) > 0);
      assert.ok(Number(attributes['saturated_forget_gates']) >= 0 && Number(attributes['saturated_forget_gates']) <= 1);
      assert.equal(attributes['lstm_inspector_model'], `study.journal.trials/${number}`);
      const kept = path.join(outFolder, 'study.journal.trials', String(number));
      const settings = parseLabSettings(readFileSync(path.join(kept, 'side.lstm-lab.json'), 'utf8'), 'kept');
      assert.equal(settings.hyperparameters.units, parameters['units']);
      const opened = await link.request('openModel', { model: { kind: 'file', path: path.join(kept, 'model.json') } });
      assert.ok(opened.ok, JSON.stringify(opened));
    }
  });

  it('gives the same values in threads and alone', async () => {
    for (const [name, parallel] of [
      ['alone', 1],
      ['threads', 2],
    ] as const) {
      const settingsPath = writeLab(name, {
        method: 'hand-tuned',
        trials: 2,
        parallel,
        listed: [
          { learning_rate: 0.01, units: 3 },
          { learning_rate: 0.02, units: 5 },
        ],
        space: moodSpace,
      });
      await link.request('search', { search: 2, settingsPath, outFolder: path.join(folder, name) });
    }
    const valuesOf = (name: string) =>
      studyOf(name).trials.map(({ value, attributes }) => [
        value,
        attributes['gradient_half_life'],
        attributes['saturated_forget_gates'],
      ]);
    assert.deepEqual(valuesOf('threads'), valuesOf('alone'));
  });

  for (const parallel of [1, 2]) {
    it(`cancels one trial of ${parallel} at a time and goes on`, async () => {
      const name = `cancel${parallel}`;
      const settingsPath = writeLab(
        name,
        { method: 'grid', gridPoints: 2, trials: 4, parallel, pruning: false, space: moodSpace },
        20,
      );
      const onLab = (event: unknown): void => {
        const told = event as SearchEvent;
        if (told.type === 'trial-reported' && told.number === 0 && told.step === 1)
          void link.request('cancelTrial', { search: 3, trial: 0 });
      };
      await link.request('search', { search: 3, settingsPath, outFolder: path.join(folder, name) }, { onLab });
      const { trials } = studyOf(name);
      assert.deepEqual(
        trials.map(({ state }) => state),
        ['fail', 'complete', 'complete', 'complete'],
      );
      assert.equal(trials[0]?.attributes['message'], 'Cancelled.');
    });
  }

  it('goes on where a killed thread left it, and tries its grid point again', async () => {
    const settingsPath = writeLab(
      'killed',
      { method: 'grid', gridPoints: 2, trials: 4, parallel: 1, pruning: false, space: moodSpace },
      10,
    );
    const order = { search: 4, settingsPath, outFolder: path.join(folder, 'killed') };
    let kills = 0;
    const onLab = (event: unknown): void => {
      const told = event as SearchEvent;
      if (told.type === 'trial-reported' && told.number === 1 && kills++ === 0) void link.kill();
    };
    const killed = await link.request('search', order, { onLab });
    assert.equal(killed.ok, false);
    assert.deepEqual(await link.request('search', order), { ok: true, value: null });
    const { trials } = studyOf('killed');
    const complete = trials
      .filter(({ state }) => state === 'complete')
      .map(({ parameters }) => JSON.stringify(parameters));
    assert.equal(new Set(complete).size, 4);
    assert.deepEqual(
      trials.filter(({ state }) => state !== 'complete').map((trial) => [trial.number, isInterrupted(trial)]),
      [[1, true]],
    );
  });

  it('refuses a second search of a journal that it is searching', async () => {
    const settingsPath = writeLab('twice', { method: 'random', trials: 2, parallel: 1, space: moodSpace }, 10);
    const outFolder = path.join(folder, 'twice');
    const answers = await Promise.all(
      [5, 6].map((search) => link.request('search', { search, settingsPath, outFolder })),
    );
    // Either may read its settings first; that one searches.
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.message]));
    assert.equal(refused.length, 1, refused.join(' '));
    assert.ok(/A search in study\.journal\.log is under way .* already/.test(refused[0] ?? ''), refused[0]);
  });

  it('tells a study and its surrogate, of a lab file and of a journal alone, and once only', async () => {
    const settingsPath = path.join(folder, 'side.lstm-lab.json');
    const outFolder = path.join(folder, 'side');
    const told = await link.request('study', { settingsPath, outFolder });
    assert.ok(told.ok && told.value !== null);
    const { value: report } = told;
    assert.deepEqual(
      [report.method, report.objective, report.goal, report.count, report.direction],
      ['random', 'validation_accuracy', 6, 6, 'maximize'],
    );
    assert.deepEqual(report.parameters, [
      { name: 'learning_rate', low: 0.001, high: 0.1, log: true, isWhole: false },
      { name: 'units', low: 2, high: 8, log: false, isWhole: true },
    ]);
    assert.ok(
      report.trials.every(({ modelPath, isOurs }) => modelPath !== undefined && existsSync(modelPath) && isOurs),
    );
    assert.deepEqual(await link.request('study', { settingsPath, outFolder, known: report.revision }), {
      ok: true,
      value: null,
    });
    const journal = await link.request('study', { journalPath: report.journal });
    assert.ok(journal.ok);
    assert.deepEqual(journal.value?.trials, report.trials);
    const surrogate = await link.request('surrogate', { journalPath: report.journal, parameter: 'units' });
    assert.ok(surrogate.ok && surrogate.value !== null);
    const { values, mean, low, high, improvement } = surrogate.value;
    assert.equal(values.length, mean.length);
    assert.ok(mean.every((middle, k) => (low[k] as number) <= middle && middle <= (high[k] as number)));
    assert.ok(improvement.every((each) => each >= 0));
    const importance = await link.request('importance', { journalPath: report.journal });
    assert.ok(importance.ok && importance.value !== null);
    const sum = Object.values(importance.value.importance).reduce((total, share) => total + share, 0);
    assert.ok(sum === 0 || Math.abs(sum - 1) < 1e-9, `${sum}`);
  });
});

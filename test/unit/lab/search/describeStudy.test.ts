import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeStudy, describeSurrogate } from '../../../../src/lab/search/describeStudy';
import { readJournalFile } from '../../../../src/lab/search/journalFile';
import { type JournalStudy } from '../../../../src/lab/search/journal/journalReplay';

describe('the report of a study', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'report-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The first study of a journal of these lines. */
  function read(lines: readonly (object | string)[]): { readonly study: JournalStudy; readonly journal: string } {
    const journal = path.join(folder, 'a.log');
    writeFileSync(
      journal,
      `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`,
    );
    const replay = readJournalFile(journal)();
    const study = replay.study(replay.studyNames[0] ?? '');
    assert.ok(study);
    return { study, journal };
  }

  const begin = [
    { op_code: 0, worker_id: 'w', study_name: 's', directions: [1] },
    { op_code: 4, worker_id: 'w', study_id: 0, datetime_start: '2026-01-01T00:00:00.000000' },
  ];
  const parameter = (name: string, distribution: object, internal: number) => ({
    op_code: 5,
    worker_id: 'w',
    trial_id: 0,
    param_name: name,
    param_value_internal: internal,
    distribution: JSON.stringify(distribution),
  });
  const attribute = (name: string, value: unknown) => ({
    op_code: 8,
    worker_id: 'w',
    trial_id: 0,
    user_attr: { [name]: value },
  });

  it('names only models that lie under the folder of the journal', () => {
    mkdirSync(path.join(folder, 'in'));
    writeFileSync(path.join(folder, 'in', 'model.json'), '{}');
    const pathFor = (named: unknown): string | undefined => {
      const { study, journal } = read([...begin, attribute('lstm_inspector_model', named)]);
      return describeStudy(study, { journal, workerId: 'w' }).trials[0]?.modelPath;
    };
    assert.equal(pathFor('in'), path.join(folder, 'in', 'model.json'));
    for (const named of ['../elsewhere', '/etc', path.join('..', path.basename(folder), '..'), 'absent', 7, null])
      assert.equal(pathFor(named), undefined, String(named));
  });

  it('passes over distributions that no value can have', () => {
    const { study, journal } = read([
      ...begin,
      parameter('a', { name: 'FloatDistribution', attributes: { low: 1, high: 0, log: false, step: null } }, 1),
      parameter('b', { name: 'FloatDistribution', attributes: { low: -1, high: 1, log: true, step: null } }, 1),
      parameter('c', { name: 'FloatDistribution', attributes: { low: 0, high: 1, log: false, step: null } }, 0.5),
    ]);
    assert.deepEqual(
      describeStudy(study, { journal, workerId: 'w' }).parameters.map(({ name }) => name),
      ['c'],
    );
  });

  it('shows choices that are no plain values, and bare NaN of Python, without failing', () => {
    const { study, journal } = read([
      ...begin,
      parameter('layers', { name: 'CategoricalDistribution', attributes: { choices: [[32, 32], 'one', null] } }, 0),
      '{"op_code": 7, "worker_id": "w", "trial_id": 0, "step": 1, "intermediate_value": NaN}',
      {
        op_code: 6,
        worker_id: 'w',
        trial_id: 0,
        state: 3,
        values: null,
        datetime_complete: '2026-01-01T00:00:01.000000',
      },
    ]);
    const report = describeStudy(study, { journal, workerId: 'w' });
    assert.deepEqual(report.trials[0]?.parameters, { layers: '[32,32]' });
    assert.equal(report.trials[0]?.state, 'fail');
    assert.equal(report.best, undefined);
    assert.equal(describeSurrogate(study, 'layers'), null);
  });

  it('has a surrogate that goes through the trials of a real study, and a next point inside the space', () => {
    const journal = path.resolve(__dirname, '../../../../docs/studies/tpe.journal.log');
    const study = readJournalFile(journal)().study('tpe.journal.log');
    assert.ok(study);
    const before = readFileSync(journal);
    for (const [name, distribution] of Object.entries(study.space)) {
      const surrogate = describeSurrogate(study, name);
      assert.ok(surrogate);
      assert.equal(surrogate.trials, 20, 'the complete ones');
      const next = surrogate.next[name];
      if (distribution.kind === 'categorical') assert.ok(distribution.choices.includes(next ?? null));
      else assert.ok(Number(next) >= distribution.low && Number(next) <= distribution.high, `${name} ${next}`);
      assert.ok(
        surrogate.mean.every((value) => value > 0.2 && value < 1.1),
        `${name}: ${surrogate.mean.join(' ')}`,
      );
    }
    assert.equal(describeSurrogate(study, 'absent'), null);
    assert.deepEqual(readFileSync(journal), before, 'nothing is written');
  });
});

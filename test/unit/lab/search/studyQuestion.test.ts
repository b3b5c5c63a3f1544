import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { JournalReplay } from '../../../../src/lab/search/journal/journalReplay';
import { openJournalFile } from '../../../../src/lab/search/journalFile';
import { createGridSampler } from '../../../../src/lab/search/samplers/gridSampler';
import { randomSampler } from '../../../../src/lab/search/samplers/randomSampler';
import { runSearch, type TrialRunner } from '../../../../src/lab/search/runSearch';
import { Study } from '../../../../src/lab/search/study';
import {
  chooseStudy,
  packQuestion,
  questionAttribute,
  type StudyQuestion,
  whyOther,
} from '../../../../src/lab/search/studyQuestion';
import { optimizers, studyOf, unit, writeTrials } from './journalStudies';

const question: StudyQuestion = { objective: 'validation_loss', direction: 'minimize', space: { x: unit } };
const square: TrialRunner = ({ parameters: { x } }) => Promise.resolve({ value: Number(x) ** 2, attributes: {} });

describe('a study in a journal', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'question-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const journal = () => openJournalFile(path.join(folder, 'study.log'), 'w');
  const open = (asked: StudyQuestion, name: string): Study =>
    new Study({
      journal: journal(),
      name,
      space: asked.space,
      direction: asked.direction,
      attributes: { [questionAttribute]: packQuestion(asked) },
      workerId: 'w',
      isGone: () => false,
      clock: () => '2026-01-02T03:04:05.000006',
    });
  const run = (study: Study, trials: number, sampler = randomSampler) =>
    runSearch(
      { study, sampler, seed: 1, trials, isPruning: false, runners: [square] },
      { signal: new AbortController().signal, now: () => 0, tell: () => undefined },
    );

  it('goes on where the search asks the same, and makes room where objective or space changed', async () => {
    const accuracy: StudyQuestion = { ...question, objective: 'validation_accuracy', direction: 'maximize' };
    const wider: StudyQuestion = { ...question, space: { x: { ...unit, high: 2 } } };
    const asked = [question, accuracy, wider, { ...question, space: { x: unit, o: optimizers } }, question, wider];
    const names: string[] = [];
    for (const each of asked) {
      const { name } = chooseStudy(journal().refresh(), 'study.log', each);
      names.push(name);
      await run(open(each, name), 2);
    }
    assert.deepEqual(names, ['study.log', 'study.log 2', 'study.log 3', 'study.log 4', 'study.log', 'study.log 3']);
    const replay = journal().refresh();
    assert.ok(replay.studyNames.every((name) => replay.study(name)?.trials.length === 2));
  });

  it('says why it cannot answer another question', () => {
    const small = studyOf([{ parameters: { x: [0.5, unit] }, values: [1] }], [1]);
    const large = studyOf([{ parameters: { x: [0.5, unit] }, values: [1] }], [2]);
    const two = studyOf([], [1, 1]);
    assert.equal(whyOther(undefined, question), null);
    assert.equal(whyOther(small, question), null);
    assert.match(whyOther(large, question) ?? '', /large objective, and validation_loss is to be small/);
    assert.match(whyOther(two, question) ?? '', /2 objectives/);
    const log = { kind: 'float', low: 0.1, high: 1, log: true } as const;
    assert.match(whyOther(small, { ...question, space: { x: log } }) ?? '', /other choices of "x"/);
    assert.equal(whyOther(small, { ...question, space: { x: { ...unit, high: 7 } } }), null, "Optuna's own may widen");
  });

  it('of an earlier version of this program is told by its trials', () => {
    const old = studyOf(
      [{ parameters: { x: [0.5, unit] }, values: [1], attributes: { lstm_inspector_worker: 'w' } }],
      [1],
    );
    assert.equal(whyOther(old, question), null);
    assert.match(whyOther(old, { ...question, space: { x: { ...unit, high: 7 } } }) ?? '', /other values of "x"/);
    assert.match(whyOther(old, { ...question, space: { x: unit, o: optimizers } }) ?? '', /without "o"/);
  });

  it('runs trials that were enqueued first, counts them when they have ended, and fills in what they leave open', async () => {
    const both: StudyQuestion = { ...question, space: { x: unit, o: optimizers } };
    await open(both, 'study').open();
    const enqueue = (fixed: object): object => ({
      op_code: 4,
      worker_id: 'p',
      study_id: 0,
      datetime_start: null,
      state: 4,
      system_attrs: { fixed_params: fixed },
    });
    await journal().append(() => [
      enqueue({ x: 0.25, o: 'Adam' }),
      enqueue({ x: 0.5 }),
      enqueue({ x: 'much' }),
      enqueue({ x: 1.5, o: 'SGD', other: 3 }),
      enqueue({ o: 'SGD' }),
    ]);
    await run(open(both, 'study'), 3);
    const { trials } = open(both, 'study').soFar();
    assert.deepEqual(
      trials.map(({ state }) => state),
      ['complete', 'complete', 'fail', 'complete', 'waiting'],
    );
    assert.deepEqual(trials[0]?.parameters, { x: 0.25, o: 'Adam' });
    assert.equal(trials[1]?.parameters['x'], 0.5);
    assert.ok(['SGD', 'Adam'].includes(String(trials[1].parameters['o'])));
    assert.match(String(trials[2]?.attributes['message']), /"x" "much"; a number is needed/);
    assert.deepEqual(trials[3]?.parameters, { x: 1.5, o: 'SGD' }, 'as Optuna has it');
  });

  it('runs what was enqueued though the sampler has nothing left', async () => {
    await open(question, 'study').open();
    await run(open(question, 'study'), 2, createGridSampler(2));
    await journal().append(() => [
      { op_code: 4, worker_id: 'p', study_id: 0, datetime_start: null, state: 4, system_attrs: { fixed_params: {} } },
    ]);
    await run(open(question, 'study'), 9, createGridSampler(2));
    const { trials } = open(question, 'study').soFar();
    assert.deepEqual(
      trials.map(({ state }) => state),
      ['complete', 'complete', 'complete'],
    );
  });

  it('is one of several, all of which are named', () => {
    const replay = new JournalReplay();
    for (const name of ['first', 'second', 'third'])
      replay.apply({ op_code: 0, worker_id: 'w', study_name: name, directions: [1] });
    replay.apply({ op_code: 1, worker_id: 'w', study_id: 0 });
    for (const line of writeTrials([{ parameters: { x: [1, unit] }, values: [1] }]).slice(1))
      replay.apply({ ...line, study_id: 2 });
    assert.deepEqual(replay.studyNames, ['second', 'third']);
    assert.equal(replay.study('third')?.trials.length, 1);
  });
});

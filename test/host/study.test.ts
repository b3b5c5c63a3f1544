import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type HostToLab } from '../../src/protocol/labMessages';
import { type SearchRun } from '../../src/session/searchWork';
import { type StudyReport } from '../../src/trace/lab/studyReport';
import { closeAll, openComposition, until } from '../support/hostExtension';
import { moodSpace, writeMoodLab } from '../support/moodLab';

const root = path.resolve(__dirname, '../..');

describe('searching a lab file', () => {
  let composition: Composition;
  let folder = '';
  before(async () => {
    composition = await openComposition();
    folder = mkdtempSync(path.join(tmpdir(), 'study-host-'));
  });
  afterEach(closeAll);
  after(() => rmSync(folder, { recursive: true, force: true }));

  const search = (file: string): Thenable<SearchRun | null> =>
    vscode.commands.executeCommand('lstmInspector.searchLab', vscode.Uri.file(file));

  /** What the page is told when it asks for the study. */
  async function reportOf(run: SearchRun): Promise<StudyReport | null> {
    // The real page asks too, over the same wire: only the answer to this request counts.
    const id = 7007;
    const answers: HostToLab[] = [];
    const mine = (message: HostToLab): boolean => message.type === 'answer' && message.id === id;
    run.connect((message) => answers.push(message));
    run.receive({ type: 'ready' });
    run.receive({ type: 'request', id, kind: 'study', params: { journalPath: '/etc/passwd' } });
    await until('the study is told', () => answers.some(mine));
    const answer = answers.find(mine);
    assert.ok(answer?.type === 'answer' && answer.result.ok, JSON.stringify(answer));
    return answer.result.value as StudyReport | null;
  }

  it('opens the panel, runs the trials, keeps the study, and goes on with it later', async () => {
    const file = writeMoodLab(folder, 'mood', { method: 'tpe', trials: 3, space: moodSpace });
    const run = await search(file);
    assert.ok(run);
    await until('its panel is there', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Study: mood')),
    );
    await until('it has ended', () => !run.isActive);
    assert.deepEqual(run.status, { kind: 'complete' });
    const report = await reportOf(run);
    assert.equal(report?.count, 3);
    assert.equal(
      report.journal,
      path.join(folder, 'mood', 'study.journal.log'),
      'what the page names is not what is read',
    );
    writeMoodLab(folder, 'mood', { method: 'tpe', trials: 5, space: moodSpace });
    const again = await search(file);
    assert.equal(again, run);
    await until('it has ended again', () => !run.isActive);
    assert.equal((await reportOf(run))?.count, 5);
    assert.equal(
      await vscode.commands.executeCommand('lstmInspector.openLabResults', vscode.Uri.file(file)),
      run,
      'the study is all that there is to open',
    );
  });

  it('is cancelled and says so, and the study stays', async () => {
    const file = writeMoodLab(folder, 'long', { method: 'random', trials: 50, space: moodSpace }, 30);
    const run = await search(file);
    assert.ok(run);
    await until('a trial has begun', () => run.events.some(({ type }) => type === 'trial-started'));
    run.act('cancel');
    await until('it has ended', () => !run.isActive);
    assert.equal(run.status.kind, 'cancelled');
    // The search is answered at once; the trial that was under way is ended in the journal a moment later.
    await until('the trial has ended in the journal', async () => {
      const report = await reportOf(run);
      return report?.trials.every(({ state }) => state !== 'running') === true;
    });
  });

  it('says what is wrong with a lab file', async () => {
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => said.push(message));
    const run = await search(writeMoodLab(folder, 'wrong', { method: 'tpe', space: { speed: { low: 0, high: 1 } } }));
    assert.ok(run);
    await until('it has failed', () => run.status.kind === 'failed');
    await until('it is said', () => said.some((message) => message.includes('speed')));
    listening.dispose();
  });

  it('opens a journal without running anything', async () => {
    const journal = path.join(folder, 'theirs.journal.log');
    copyFileSync(path.join(root, 'docs/studies/tpe.journal.log'), journal);
    const run = await vscode.commands.executeCommand<SearchRun | null>(
      'lstmInspector.openStudy',
      vscode.Uri.file(journal),
    );
    assert.ok(run);
    assert.equal(run.status.kind, 'idle');
    const report = await reportOf(run);
    assert.deepEqual([report?.count, report?.best, report?.parameters.length], [30, 25, 6]);
  });

  it('is shown again after a reload, from the journal, and starts nothing', async () => {
    const panel = vscode.window.createWebviewPanel('lstmInspector.study', 'restored', vscode.ViewColumn.Two);
    composition.studyPanels.revive(panel, {
      settingsPath: path.join(folder, 'mood.lstm-lab.json'),
      outFolder: path.join(folder, 'mood'),
    });
    assert.equal(panel.title, 'Study: mood');
    const broken = vscode.window.createWebviewPanel('lstmInspector.study', 'broken', vscode.ViewColumn.Two);
    composition.studyPanels.revive(broken, { nonsense: 1 });
    await until(
      'a panel without a lab file is closed',
      () => !vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'broken')),
    );
  });
});

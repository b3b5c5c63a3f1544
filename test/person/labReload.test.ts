import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Frame } from 'playwright-core';
import { moodSpace, writeMoodLab } from '../support/moodLab';
import { writeMoodTransfer } from '../support/moodTransfer';
import { openWorkbench, type Workbench } from '../support/workbench';

/** What a person may do in the middle: cancel by VS Code's own notification, and load the window again. */
describe('lab work that is cancelled, or cut short by a reload, as a person', () => {
  let workbench: Workbench;
  const place = (...names: string[]): string => path.join(workbench.workspace, ...names);
  const prepare = (workspace: string): void => {
    writeMoodTransfer(workspace, 'moved', { seeds: 100 });
    writeMoodLab(workspace, 'mood', { method: 'random', trials: 200, pruning: false, space: moodSpace }, 5000);
  };
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', prepare });
    await workbench.openFile('mood.lstm-lab.json');
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  /** Clicks a lens of the lab file, whose tab lies left of the panels. */
  async function clickLens(title: string): Promise<void> {
    await workbench.page.locator('.tab', { hasText: 'mood.lstm-lab.json' }).first().click();
    await workbench.page.locator('.codelens-decoration a', { hasText: title }).first().click({ timeout: 30_000 });
  }

  async function cancelNotification(title: string): Promise<void> {
    const toast = workbench.page.locator('.notification-toast', { hasText: title }).first();
    await toast.waitFor({ timeout: 30_000 });
    await workbench.screenshot(`cancel-${title.split(' ')[0]}`);
    await toast.locator('.monaco-button', { hasText: 'Cancel' }).first().click();
  }

  const says = (frame: Frame, words: string): Promise<unknown> =>
    frame.waitForFunction(
      (text) => new RegExp(text).test(document.querySelector('.subtitle')?.textContent ?? ''),
      words,
      { timeout: 30_000 },
    );

  /** The step at which the page says that the training went on. */
  const stepOf = async (frame: Frame): Promise<number> =>
    Number(/Went on at step (\d+)/.exec(await frame.locator('.subtitle').innerText())?.[1]);

  let wentOn = 0;

  it('ends a training by the notification, which goes on from its last epoch', async () => {
    await clickLens('Train');
    const frame = await workbench.findFrame('.lab .lab-charts');
    await says(frame, 'Epoch 1');
    await cancelNotification('Training mood.lstm-lab.json');
    await says(frame, 'Cancelled');
    assert.ok(existsSync(place('mood', 'checkpoint.bin')) && !existsSync(place('mood', 'model.json')));
    await frame.getByText('Go On Training').click();
    await says(frame, 'Went on at step');
    wentOn = await stepOf(frame);
    // Some epochs further, so that it has kept a later state.
    await frame.waitForFunction(
      (from) => Number(/step (\d+) of/.exec(document.querySelector('.subtitle')?.textContent ?? '')?.[1]) > from + 30,
      wentOn,
      { timeout: 60_000 },
    );
  });

  it('finds an interrupted training after the window was loaded again, and goes on with it', async () => {
    await workbench.reloadWindow();
    await workbench.page.locator('.tab', { hasText: 'Training: mood' }).first().click({ timeout: 30_000 });
    const frame = await workbench.findFrame('.lab .lab-charts', 60_000);
    await says(frame, 'Interrupted at epoch');
    await workbench.screenshot('reload-training');
    await frame.getByText('Go On Training').click();
    await says(frame, 'Went on at step');
    const wentOnAgain = await stepOf(frame);
    assert.ok(wentOnAgain > wentOn, `not from the beginning: first at ${wentOn}, then at ${wentOnAgain}`);
    await cancelNotification('Training mood.lstm-lab.json');
    await says(frame, 'Cancelled');
  });

  it('ends a search by the notification, and shows its study after the window was loaded again', async () => {
    await clickLens('Search');
    const frame = await workbench.findFrame('.study .trial-table tbody tr', 60_000);
    await cancelNotification('Searching mood.lstm-lab.json');
    await frame.waitForFunction(
      () =>
        document.querySelectorAll('.study-history [data-state=running]').length === 0 &&
        document.querySelectorAll('.trial-table tbody tr').length > 0,
    );
    const rows = await frame.locator('.trial-table tbody tr').count();
    await workbench.reloadWindow();
    await workbench.page.locator('.tab', { hasText: 'Study: mood' }).first().click({ timeout: 30_000 });
    const again = await workbench.findFrame('.study .trial-table tbody tr', 60_000);
    await again.waitForFunction((count) => document.querySelectorAll('.trial-table tbody tr').length === count, rows);
    await workbench.screenshot('reload-study');
  });

  it('ends a transfer by the notification, which goes on with what is not finished', async () => {
    await workbench.openFile('moved.lstm-lab.json');
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Transfer' }).first().click({ timeout: 30_000 });
    const frame = await workbench.findFrame('.transfer-layers', 60_000);
    await says(frame, 'Seed ([2-9]|\\d\\d) of');
    await cancelNotification('Transferring moved');
    await says(frame, 'Cancelled');
    assert.deepEqual(readdirSync(place('moved', 'transfer')).sort(), ['transfer-progress.json', 'transfer.jsonl']);
    await frame.getByText('Go On Transferring').click();
    await frame
      .getByText('trainings of an interrupted transfer are kept', { exact: false })
      .waitFor({ timeout: 30_000 });
    await cancelNotification('Transferring moved');
    await says(frame, 'Cancelled');
  });
});

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Frame, type Locator } from 'playwright-core';
import { openTextModel, safetensorsOf } from '../support/files/torchFile';
import { weatherColumns, weatherCsv } from '../support/weatherTable';
import { openWorkbench, type ThemeName, type Workbench } from '../support/workbench';

const fixtures = path.resolve(__dirname, '../fixtures/models');
const themes = ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const satisfies readonly ThemeName[];
const sentence = 'The film was good the film was bad';

/** Models of one's own, with what lies beside them, and numbers to read. */
function prepare(workspace: string): void {
  for (const [from, to] of [
    ['keras3-text.keras', 'reviews.keras'],
    ['lstm-bidirectional.pt', 'weather.pt'],
  ] as const)
    copyFileSync(path.join(fixtures, from), path.join(workspace, to));
  writeFileSync(
    path.join(workspace, 'words.json'),
    JSON.stringify({ '<unk>': 1, the: 2, film: 3, was: 4, good: 5, bad: 6 }),
  );
  writeFileSync(path.join(workspace, 'notes.safetensors'), safetensorsOf(openTextModel));
  writeFileSync(path.join(workspace, 'broken.onnx'), 'this is no model');
  writeFileSync(path.join(workspace, 'film.txt'), `${sentence}\n`);
  writeFileSync(path.join(workspace, 'weather.csv'), weatherCsv(48));
}

describe("a model of one's own, as a person", () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', prepare });
  });
  after(async () => (workbench as Workbench | undefined)?.dispose());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await workbench.screenshot(`failed-model-${this.currentTest.title.slice(0, 12)}`);
  });

  const explorerRow = (name: string): Locator =>
    workbench.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  const treeRow = (text: string): Locator =>
    workbench.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  const question = (title: string): Locator =>
    workbench.page.locator(`.quick-input-widget input[placeholder*="${title}"]`);
  const answer = async (title: string): Promise<void> => {
    const { page } = workbench;
    await question(title).waitFor({ timeout: 20_000 });
    await page
      .locator('.quick-input-widget .quick-input-list .monaco-list-row.focused')
      .first()
      .waitFor({ timeout: 20_000 });
    await page.keyboard.press('Enter');
    await question(title).waitFor({ state: 'hidden', timeout: 20_000 });
  };
  const inspectFromExplorer = (name: string): Promise<void> =>
    workbench.chooseFromExplorer(name, 'Inspect with Model File...');
  const framesWith = async (selector: string, count: number): Promise<Frame[]> => {
    const end = Date.now() + 30_000;
    for (;;) {
      const found: Frame[] = [];
      for (const frame of workbench.page.frames()) {
        if ((await frame.$(selector).catch(() => null)) !== null) found.push(frame);
      }
      if (found.length >= count) return found;
      if (Date.now() > end) throw new Error(`${found.length} of ${count} web views have "${selector}".`);
      await workbench.page.waitForTimeout(100);
    }
  };

  it('inspects a sentence with a .keras file that was clicked with the right button, and is asked what the file does not say', async () => {
    const { page, workspace } = workbench;
    await workbench.openFile('film.txt');
    await inspectFromExplorer('reviews.keras');
    await answer('Which file lists the tokens');
    await workbench.screenshot('person-model-question');
    await answer('What is a token?');
    await answer('lower-cased');
    await answer('not in the list');
    await page.locator('.quick-input-widget', { hasText: 'Steps that the model was trained on' }).waitFor();
    await page.keyboard.press('Enter');
    const frame = await workbench.findFrame('.inspector .heatmaps .track', 60_000);
    await frame.locator('.subtitle', { hasText: 'reviews.keras' }).waitFor();
    assert.match(await frame.locator('.subtitle').innerText(), /8 tokens/);
    const settings = JSON.parse(readFileSync(path.join(workspace, 'reviews.keras.inspector.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.equal(settings['vocabulary'], 'words.json');
  });

  it('compares it with a bundled model, side by side, the views linked by token', async () => {
    const { page } = workbench;
    await workbench.runCommand('LSTM Inspector: Compare with Another Model');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'sentiment-lstm' }).first().click();
    const frames = await framesWith('.inspector .heatmaps .track', 2);
    assert.equal(frames.length, 2);
    const [own, bundled] = frames as [Frame, Frame];
    await page.waitForTimeout(300);
    const ribbon = await own.locator('canvas[aria-label^="The text"]').boundingBox();
    assert.ok(ribbon);
    const columnPx = Math.min(64, ribbon.width / 8); // Eight tokens are shown whole.
    await page.mouse.click(ribbon.x + columnPx * 3.5, ribbon.y + 10);
    await bundled.locator('.dock-words', { hasText: 'good' }).waitFor({ timeout: 10_000 });
    for (const theme of themes) {
      await workbench.setTheme(theme);
      await page.waitForTimeout(500);
      await workbench.screenshot(`person-model-compare-${theme}`);
    }
  });

  it('shows the overview on a click on the file', async () => {
    const { page } = workbench;
    await explorerRow('reviews.keras').click();
    await workbench.findFrame('.overview .gate-card', 60_000);
    await page.waitForTimeout(500);
    await workbench.screenshot('person-model-overview');
  });

  it('lists its models, with layers, vocabulary, and what cannot be read', async () => {
    const { page } = workbench;
    await page
      .locator('.activitybar .action-item', { hasText: '' })
      .filter({ has: page.locator('[aria-label^="LSTM Inspector"]') })
      .first()
      .click();
    await treeRow('In this workspace').click();
    await treeRow('reviews.keras').waitFor({ timeout: 30_000 });
    assert.match(await treeRow('reviews.keras').innerText(), /LSTM 2 \+ GRU 3, \d words/);
    assert.match(await treeRow('weather.pt').innerText(), /reads numbers/);
    await treeRow('Not readable').click();
    await treeRow('broken.onnx').waitFor({ timeout: 20_000 });
    await treeRow('reviews.keras').click();
    await treeRow('(GRU)').waitFor({ timeout: 20_000 });
    await treeRow('Opened before').click();
    await workbench.screenshot('person-model-tree');
    await treeRow('reviews.keras').click({ button: 'right' });
    for (const title of ['Inspect', 'Overview', 'Compare', 'Settings', 'Reveal'])
      await page.locator('.monaco-menu .action-item', { hasText: title }).first().waitFor();
    await workbench.screenshot('person-model-tree-menu');
    await page.keyboard.press('Escape');
  });

  it('reads a table of numbers with a PyTorch file, and draws the column that is chosen', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+Shift+E');
    await workbench.openFile('weather.csv');
    await inspectFromExplorer('weather.pt');
    await answer('A PyTorch file names its tensors');
    await workbench.findFrame('[data-track=column]:not([hidden])', 60_000);
    const [frame] = await framesWith('[data-track=column]:not([hidden])', 1);
    assert.ok(frame);
    const options = frame.getByRole('button', { name: 'View options' });
    if (await options.isVisible()) await options.click();
    await frame.getByLabel('Input column').selectOption('1');
    await frame.getByLabel('Input column').press('Escape');
    await frame.locator('.column-name', { hasText: weatherColumns[1] }).waitFor();
    await workbench.screenshot('person-model-numbers');
  });

  it('reads the numbers again when the window is loaded again, and keeps the column', async () => {
    const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
    await workbench.runCommand('Developer: Reload Window');
    await loaded;
    const frame = await workbench.findFrame('[data-track=column]:not([hidden])', 60_000);
    await frame.locator('.column-name', { hasText: weatherColumns[1] }).waitFor({ timeout: 20_000 });
    assert.match(await frame.locator('.subtitle').innerText(), /48 rows/);
  });

  it('confirms what is what in a PyTorch file of text, with shapes', async () => {
    const { page, workspace } = workbench;
    await workbench.openFile('film.txt');
    await inspectFromExplorer('notes.safetensors');
    await question('A PyTorch file names its tensors').waitFor({ timeout: 20_000 });
    const box = page.locator('.quick-input-widget');
    const lines = await box.locator('.monaco-list-row').allInnerTexts();
    assert.ok(
      lines.some((line) => line.includes('encoder [7, 3]')) && lines.some((line) => line.includes('fc1 [5, 4]')),
      lines.join('\n'),
    );
    await workbench.screenshot('person-model-torch');
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
    assert.ok(!existsSync(path.join(workspace, 'notes.safetensors.inspector.json')), 'dismissed, nothing is written');
  });
});

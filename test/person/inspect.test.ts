import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Frame, type Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { formatValue } from '../../src/trace/reading/showValue';
import { fields, type Field, traceMeans } from '../support/traceMeans';
import { openWorkbench, type ThemeName, type Workbench } from '../support/workbench';

/** Whether a printed number is this value, up to one unit of its last digit (float32 sums in another order). */
function prints(shown: string, value: number, format: (value: number) => string): boolean {
  return (
    shown === format(value) ||
    Math.abs(Number(shown.replace('\u2212', '-')) - value) <= 1.01e-4 * Math.max(1, Math.abs(value))
  );
}

async function chooseModel(page: Page, name: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
}

async function waitForPicture(frame: Frame, label: string): Promise<void> {
  const canvas = frame.locator(`canvas[aria-label^="${label}"]`);
  await canvas.waitFor({ timeout: 20_000 });
  const countColours = (element: HTMLCanvasElement | SVGElement): number => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels =
      (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ??
      new Uint8ClampedArray();
    return new Set(new Uint32Array(pixels.buffer)).size;
  };
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await canvas.evaluate(countColours)) > 20) return;
    await frame.waitForTimeout(50);
  }
  assert.fail(`The picture "${label}" stayed empty.`);
}

/** Moves the mouse over a character of a line in the editor. */
async function pointAtCharacter(page: Page, text: string, at: number): Promise<void> {
  const span = page.locator('.editor-instance .view-line > span', { hasText: text.slice(0, 8) }).first();
  const box = await span.evaluate((element, wanted) => {
    const walker = element.ownerDocument.createTreeWalker(element, 4);
    let left = wanted;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { length } = node.textContent ?? '';
      if (left < length) {
        const range = element.ownerDocument.createRange();
        range.setStart(node, left);
        range.setEnd(node, left + 1);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
      left -= length;
    }
    return null;
  }, at);
  assert.ok(box);
  await page.mouse.move(box.x - 60, box.y + 200);
  await page.mouse.move(box.x, box.y, { steps: 4 });
}

describe('as a person', () => {
  let workbench: Workbench;
  let frame: Frame;
  let line: string;
  let truth: Record<Field, number[]>;
  const step = 9;

  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', settings: { 'editor.wordWrap': 'on' } });
    line = readFileSync(path.join(workbench.workspace, 'sample.txt'), 'utf8').split('\n')[0] ?? '';
    truth = traceMeans(line);
  });
  after(() => workbench.dispose());

  it('opens a file, selects a line, runs Inspect LSTM, chooses a model and sees every gate and state', async () => {
    const { page } = workbench;
    await workbench.openFile('sample.txt');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+End');
    await workbench.runCommand('Inspect LSTM');
    await chooseModel(page, 'prose-lstm');
    frame = await workbench.findFrame('canvas[aria-label^="forget gate"]');
    for (const name of ['forget gate', 'input gate', 'candidate', 'output gate', 'cell state', 'hidden state'])
      await waitForPicture(frame, name);
    await workbench.screenshot('person-inspect-dark');
  });

  it('hovers a token in the editor and reads the numbers that trace prints', async () => {
    const { page } = workbench;
    const hover = page.locator('.monaco-hover', { hasText: `step ${step},` });
    // Pointed at anew until it is there: the lines move while the panel beside them comes.
    for (let attempt = 0; attempt < 5 && !(await hover.isVisible()); attempt++) {
      await pointAtCharacter(page, line, step);
      await hover.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    assert.ok(await hover.isVisible(), 'no hover at the token');
    await workbench.screenshot('person-hover-editor-dark');
    const rows = await hover
      .locator('table tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? '')),
      );
    assert.equal(rows.length, 6);
    for (const [name, , mean] of rows) {
      const field = name?.slice(-1) as Field;
      assert.ok(
        prints(mean ?? '', truth[field][step] ?? NaN, formatValue),
        `${field}: ${mean}, trace ${truth[field][step]}`,
      );
    }
    await page.keyboard.press('Escape');
  });

  it('hovers the same token in the view, sees it marked in the editor, and reads the same numbers', async () => {
    const { page } = workbench;
    const ribbon = await frame.locator('canvas[aria-label^="The text"]').boundingBox();
    assert.ok(ribbon);
    const pane = frame.locator('.token-card .token-step').first();
    for (let x = 4; x < ribbon.width; x += 4) {
      await page.mouse.move(ribbon.x + x, ribbon.y + ribbon.height / 2);
      // The view takes the place of the mouse once a frame.
      await frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      if ((await pane.count()) > 0 && (await pane.textContent()) === `step ${step}`) break;
    }
    assert.equal(await pane.textContent(), `step ${step}`);
    for (const field of fields) {
      const row = frame
        .locator('table.statistics tbody tr')
        .filter({ has: frame.locator('.letter', { hasText: new RegExp(`^${field}$`) }) });
      await eventually(async () => {
        const mean = (await row.locator('.mean').first().textContent()) ?? '';
        assert.ok(
          prints(mean, truth[field][step] ?? NaN, formatValue),
          `${field}: ${mean}, trace ${truth[field][step]}`,
        );
      });
    }
    await page
      .locator('.editor-instance [class*="TextEditorDecorationType"]')
      .first()
      .waitFor({ state: 'attached', timeout: 10_000 });
    await workbench.screenshot('person-hover-view-dark');
  });

  it("finds the token that the editor's cursor is on in the view", async () => {
    const { page } = workbench;
    await pointAtCharacter(page, line, 0);
    await page.mouse.down();
    await page.mouse.up();
    await page.keyboard.press('Control+Home');
    for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowRight');
    await frame.locator('.dock-words', { hasText: 'step 4' }).waitFor({ timeout: 10_000 });
  });

  it('closes a forget gate by keyboard, and is told what is lost', async () => {
    await frame.locator('.plots').press('e');
    await frame.locator('.edit-dialog').waitFor({ timeout: 30_000 });
    await frame.getByText('Set to 0', { exact: true }).press('Enter');
    await frame.locator('.edit-chip-name', { hasText: /^f.*=0$/ }).waitFor({ timeout: 30_000 });
    await frame.locator('.edit-effect', { hasText: /moves by|before, .* now/ }).waitFor({ timeout: 30_000 });
    await workbench.screenshot('whatif');
  });

  it('restores the panel, with its edits, when the window is loaded again', async () => {
    const loaded = workbench.page.waitForEvent('load', { timeout: 60_000 });
    await workbench.runCommand('Developer: Reload Window');
    await loaded;
    frame = await workbench.findFrame('canvas[aria-label^="forget gate"]', 60_000);
    await waitForPicture(frame, 'forget gate');
    await frame.locator('.dock-words', { hasText: 'step 4' }).waitFor({ timeout: 10_000 });
    await frame.locator('.edit-effect', { hasText: /moves by|before, .* now/ }).waitFor({ timeout: 30_000 });
    await frame.locator('.edit-chip-remove').click();
    await frame.locator('.edit-chip').waitFor({ state: 'detached', timeout: 30_000 });
    await waitForPicture(frame, 'forget gate');
  });

  it("colours the editor's text by sensitivity, in every theme, and the status bar says on what scale", async () => {
    const { page } = workbench;
    await workbench.runCommand('LSTM Inspector: Show or Hide Sensitivity in the Editor');
    await pointAtCharacter(page, line, step);
    const legend = page.locator('.statusbar-item', { hasText: `after step ${step}:` });
    await legend.waitFor({ timeout: 20_000 });
    assert.match(await legend.innerText(), /scale per token/);
    const coloursOfTokens = (): Promise<string[]> =>
      page
        .locator('.editor-instance .view-overlays [class*="TextEditorDecorationType"]')
        .evaluateAll((marks) => [...new Set(marks.map((mark) => getComputedStyle(mark).backgroundColor))]);
    for (const theme of [
      'light',
      'high-contrast',
      'high-contrast-light',
      'dark',
    ] as const satisfies readonly ThemeName[]) {
      await workbench.setTheme(theme);
      await pointAtCharacter(page, line, step);
      await eventually(async () => {
        const colours = await coloursOfTokens();
        assert.ok(colours.length >= 3, `${theme}: ${colours.join(' ')}`);
      });
      await workbench.screenshot(`person-sensitivity-${theme}`);
    }
    await legend.click();
    await legend.waitFor({ state: 'hidden', timeout: 10_000 });
  });

  it('looks right in the four themes', async () => {
    for (const theme of [
      'light',
      'high-contrast',
      'high-contrast-light',
      'dark',
    ] as const satisfies readonly ThemeName[]) {
      await workbench.setTheme(theme);
      await waitForPicture(frame, 'forget gate');
      await workbench.screenshot(`person-inspect-${theme}`);
    }
  });
});

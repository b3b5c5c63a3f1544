import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { assertTidy } from './support/pageChecks';
import { themeNames, type ThemeName } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { startWorker, WorkerHost } from './support/workerHost';

const sample = readFileSync(path.resolve(__dirname, '../../media/samples/sample.txt'), 'utf8');
const review = 'The plot is thin, but the acting saves it.';

/** Panels beside an editor with the explorer open, in windows of 1280x720, 1366x768, 1600x1000 and 1920x1080. */
const panels = [
  { width: 466, height: 628, heatmapPx: 50 },
  { width: 509, height: 676, heatmapPx: 56 },
  { width: 626, height: 908, heatmapPx: 80 },
  { width: 786, height: 988, heatmapPx: 90 },
] as const;
const languageRows = ['ribbon', 'predictions', 'surprise', 'f', 'i', 'g', 'o', 'c', 'h', 'gradient'];
const classifierRows = languageRows.filter((row) => row !== 'surprise');

interface Box {
  readonly top: number;
  readonly bottom: number;
}

describe('the layout of the inspector beside an editor', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  before(async () => {
    link = startWorker();
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  async function show(
    model: string,
    text: string,
    size: { width: number; height: number },
    theme: ThemeName = themeNames[0],
  ) {
    const host = await WorkerHost.read(link, model, text);
    const view = await bench.open({ theme, ...size, onMessage: host.onMessage });
    await view.page.waitForSelector('[data-track=gradient]:not([hidden])');
    await view.page.waitForTimeout(300);
    return view;
  }

  async function boxOf({ page }: ViewPage, selector: string): Promise<Box> {
    const box = await page.locator(selector).boundingBox();
    assert.ok(box !== null, `${selector} is not there`);
    return { top: box.y, bottom: box.y + box.height };
  }

  /** Every row in its order, whole, and above the dock. */
  async function assertRows(view: ViewPage, rows: readonly string[]): Promise<void> {
    let above = (await boxOf(view, '.story')).bottom;
    const end = (await boxOf(view, '.dock-bar')).top;
    for (const row of rows) {
      const { top, bottom } = await boxOf(view, `[data-track=${row}] .plot canvas`);
      assert.ok(top >= above - 1, `${row} begins at ${top}, what is above it ends at ${above}`);
      assert.ok(bottom <= end + 1, `${row} ends at ${bottom}, the dock begins at ${end}`);
      above = bottom;
    }
  }

  for (const { heatmapPx, ...size } of panels) {
    it(`shows everything of a language model without scrolling at ${size.width} x ${size.height}`, async () => {
      const view = await show('prose-lstm', sample, size);
      await assertRows(view, languageRows);
      const toolbar = await boxOf(view, '.toolbar');
      assert.ok(toolbar.bottom - toolbar.top <= 30);
      const dock = await boxOf(view, '.side');
      assert.ok(dock.bottom - dock.top <= 27 && dock.bottom <= size.height + 1);
      const heatmap = await boxOf(view, '[data-track=c] .plot canvas');
      assert.ok(heatmap.bottom - heatmap.top >= heatmapPx, `${heatmap.bottom - heatmap.top} of ${heatmapPx}`);
      assert.match(
        await view.page.locator('.story').innerText(),
        /^After \u201c.+\u201d it expects \u201c.+\u201d \d+ %/,
      );
      await assertTidy(view.page);
      assert.deepEqual(view.complaints, []);
      await view.close();
    });

    it(`shows everything of a classifier without scrolling at ${size.width} x ${size.height}`, async () => {
      const view = await show('sentiment-lstm', review, size);
      await assertRows(view, classifierRows);
      assert.match(await view.page.locator('.story').innerText(), /^Answer: (negative|positive) \d+ %$/);
      await assertTidy(view.page);
      await view.close();
    });
  }

  it('keeps the order of the rows in a panel of 320 pixels, which scrolls', async () => {
    const view = await show('prose-lstm', sample, { width: 320, height: 500 });
    let above = 0;
    for (const row of languageRows) {
      const { top, bottom } = await boxOf(view, `[data-track=${row}] .plot canvas`);
      assert.ok(top >= above - 1, row);
      above = bottom;
    }
    await view.close();
  });

  it('shows a short text whole: eleven words are eleven columns', async () => {
    const view = await show('sentiment-lstm', review, panels[0]);
    const ticks = await view.page.locator('.track-axis .tick text').allTextContents();
    assert.equal(ticks[0], '0');
    assert.equal(ticks.at(-1), '10');
    await view.close();
  });

  it('opens the dock when a cell is chosen, and folds and drags it', async () => {
    const view = await show('prose-lstm', sample, panels[3]);
    const { page } = view;
    const canvas = page.locator('[data-track=c] .plot canvas');
    await canvas.click({ position: { x: 100, y: 30 } });
    await page.locator('.unit-heading').waitFor();
    await page.waitForTimeout(200);
    const open = await boxOf(view, '.side');
    assert.ok(open.bottom - open.top > 150);
    await page.locator('.dock-bar').press('Enter');
    await page.waitForTimeout(200);
    const folded = await boxOf(view, '.side');
    assert.ok(folded.bottom - folded.top <= 27);
    const bar = await page.locator('.dock-bar').boundingBox();
    assert.ok(bar !== null);
    await page.mouse.move(bar.x + 200, bar.y + 10);
    await page.mouse.down();
    await page.mouse.move(bar.x + 200, bar.y - 200, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(200);
    const dragged = await boxOf(view, '.side');
    assert.ok(Math.abs(dragged.bottom - dragged.top - 210) < 12, String(dragged.bottom - dragged.top));
    await view.close();
  });

  it('zooms the rows with Alt and the wheel, so that every unit can be pointed at', async () => {
    const view = await show('prose-lstm', sample, panels[0]);
    const { page } = view;
    const box = await page.locator('[data-track=c] .plot canvas').boundingBox();
    assert.ok(box !== null);
    const seen = new Set<string>();
    const sweep = async (): Promise<void> => {
      for (let y = 1; y < 40; y++) {
        await page.mouse.move(box.x + 50, box.y + y);
        const text = await page.locator('.tooltip').innerText();
        seen.add(/unit (\d+)/.exec(text)?.[1] ?? '');
      }
    };
    await sweep();
    const before = seen.size;
    seen.clear();
    await page.keyboard.down('Alt');
    for (let k = 0; k < 8; k++) await page.mouse.wheel(0, -240);
    await page.keyboard.up('Alt');
    await page.waitForTimeout(200);
    await sweep();
    assert.ok(before > 30 && seen.size < 10, `${before} units under 40 pixels, then ${seen.size}`);
    await view.close();
  });

  for (const theme of themeNames) {
    it(`is drawn in ${theme} for a person to look at`, async () => {
      for (const { width, height } of [panels[0], panels[3]]) {
        const size = { width, height };
        const view = await show('prose-lstm', sample, size, theme);
        await view.page.screenshot({ path: path.join(screenshotFolder, `layout-${theme}-${size.width}.png`) });
        assert.deepEqual(view.complaints, []);
        await view.close();
      }
    });
  }
});

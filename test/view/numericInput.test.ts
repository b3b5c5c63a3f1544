import assert from 'node:assert/strict';
import path from 'node:path';
import { parseValues } from '../../src/data/parseValues';
import { type WorkerLink } from '../../src/link/workerLink';
import { formatValue } from '../../webview/views/fieldNames';
import { weatherAt, weatherColumns, weatherCsv } from '../support/weatherTable';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench } from './support/viewPage';
import { startWorker, WorkerHost } from './support/workerHost';

const model = { kind: 'file', path: path.resolve(__dirname, '../fixtures/models/lstm-bidirectional.pt') } as const;

describe('the inspector over rows of numbers', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let host: WorkerHost;
  before(async () => {
    bench = await ViewBench.start();
    link = startWorker();
    const table = parseValues(new TextEncoder().encode(weatherCsv(60)), 'weather.csv');
    host = await WorkerHost.readWith(link, model, { kind: 'values', ...table });
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`draws a chosen column over them in ${theme} at ${width} pixels`, async () => {
        const view = await bench.open({ theme, width, onMessage: host.onMessage });
        const { page } = view;
        const name = page.locator('[data-track=column] .column-name');
        await page
          .locator('[data-track=column] .column-range', { hasText: `${formatValue(4)} to ${formatValue(20)}` })
          .waitFor();
        assert.equal(await name.textContent(), weatherColumns[0]);
        assert.match(await page.locator('.subtitle').innerText(), /60 rows/);
        const options = page.getByRole('button', { name: 'View options' });
        if (await options.isVisible()) await options.click();
        await page.getByLabel('Colour steps by').waitFor();
        assert.match(await page.getByLabel('Pace').innerText(), /^2 steps a second/);
        assert.equal(await page.getByLabel('Colour text by').count(), 0);
        await page.getByLabel('Input column').press('ArrowDown');
        await page.getByLabel('Input column').press('Escape');
        await page.locator('[data-track=column] .column-name', { hasText: weatherColumns[1] }).waitFor();
        const dock = page.locator('.dock-bar');
        if (await dock.isVisible()) await dock.press('Enter');
        const line = await page.locator('[data-track=column] .plot canvas').boundingBox();
        assert.ok(line);
        // Sixty rows are shown whole where that leaves each at least eight pixels.
        const columnPx = line.width / 60 >= 8 ? Math.min(28, line.width / 60) : 28;
        await page.mouse.move(line.x + columnPx * 4.5, line.y + 20);
        await page
          .locator('.tooltip', { hasText: `row 4, 2024-01-05\n${weatherColumns[1]}: ${formatValue(weatherAt(4, 1))}` })
          .waitFor();
        await page.screenshot({ path: path.join(screenshotFolder, `numeric-${theme}-${width}.png`), fullPage: true });
        const rows = await page.locator('table.inputs tbody tr').allInnerTexts();
        assert.deepEqual(
          rows.map((row) => row.split('\t')),
          [1, 0, 2].map((column) => [weatherColumns[column], formatValue(weatherAt(4, column))]),
        );
        await page.mouse.move(1, 1);
        await page.waitForTimeout(200);
        await assertTidy(page);
        await assertNothingSerious(page);
        assert.deepEqual(view.complaints, []);
        await view.close();
      });
    }
  }
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { useBackend } from '../support/tfjsBackend';
import { FakeHost, type FakeHostOptions } from './support/fakeHost';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { seededReading, type SeededReading } from './support/seededTrace';
import { themeNames, type ThemeName } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

const sentence =
  'The cell remembers "what was said" long before, while a plain network\nforgets it (in 1997 already). ';

function hostOf({ trace, predictions, formula }: SeededReading, options: FakeHostOptions = {}): FakeHost {
  return new FakeHost(trace, { predictions, answers: { formula }, ...options });
}

describe('the inspector', () => {
  let bench: ViewBench;
  let reading: SeededReading;

  before(async () => {
    await useBackend('cpu');
    reading = seededReading(sentence.repeat(4), { units: 64 });
    bench = await ViewBench.start();
  });
  after(() => bench.stop());

  async function show(host: FakeHost, theme: ThemeName = 'light-modern', width = 1600): Promise<ViewPage> {
    const opened = await bench.open({ theme, width, onMessage: host.onMessage });
    await opened.page.waitForSelector('.heatmaps canvas');
    return opened;
  }

  async function settle({ page }: ViewPage): Promise<void> {
    await page.waitForTimeout(400);
  }

  for (const theme of themeNames) {
    for (const width of theme === 'dark-modern' ? [1600, 700, 320] : [1600, 320]) {
      it(`paints every gate and state in ${theme} at ${width} pixels`, async () => {
        const host = hostOf(reading);
        const view = await show(host, theme, width);
        await settle(view);
        const plots = view.page.locator('.plots');
        const box = await view.page.locator('[data-track=c] .plot canvas').boundingBox();
        assert.ok(box !== null);
        for (const [x, y] of [
          [5.5 * 12, 30],
          [14.5 * 12, 30],
        ] as const)
          await view.page.mouse.click(box.x + x, box.y + y);
        await plots.press('ArrowRight');
        await view.page.mouse.move(box.x + 100, box.y + 50);
        await settle(view);
        assert.deepEqual(view.complaints, []);
        assert.deepEqual(host.of('broken'), []);
        assert.deepEqual(
          await view.page.$$eval('[data-track]', (tracks) => tracks.map((track) => track.getAttribute('data-track'))),
          ['column', 'ribbon', 'predictions', 'surprise', 'unit', 'f', 'i', 'g', 'o', 'c', 'h', 'gradient', 'sources'],
        );
        await view.page.screenshot({
          path: path.join(screenshotFolder, `inspector-${theme}-${width}.png`),
          fullPage: true,
        });
        await view.page.mouse.move(1, 1);
        await settle(view);
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        await view.close();
      });
    }
  }
});

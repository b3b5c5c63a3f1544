import assert from 'node:assert/strict';
import path from 'node:path';
import { useBackend } from '../support/tfjsBackend';
import { FakeHost } from './support/fakeHost';
import { seededTrace } from './support/seededTrace';
import { themeNames, type ThemeName } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { type Trace } from '../../src/trace/trace';

const sentence = 'The cell remembers "what was said" long before, while a plain network\nforgets it (in 1997 already). ';

describe('the inspector', () => {
  let bench: ViewBench;
  let trace: Trace;

  before(async () => {
    await useBackend('cpu');
    trace = seededTrace(sentence.repeat(4), { units: 64 });
    bench = await ViewBench.start();
  });
  after(() => bench.stop());

  async function show(host: FakeHost, theme: ThemeName = 'light-modern', width = 1600): Promise<ViewPage> {
    const opened = await bench.open({ theme, width, onMessage: host.onMessage });
    await opened.page.waitForSelector('canvas');
    return opened;
  }

  async function settle({ page }: ViewPage): Promise<void> {
    await page.waitForTimeout(400);
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`paints every gate and state in ${theme} at ${width} pixels`, async () => {
        const host = new FakeHost(trace);
        const view = await show(host, theme, width);
        await settle(view);
        await view.page.screenshot({ path: path.join(screenshotFolder, `inspector-${theme}-${width}.png`), fullPage: true });
        assert.deepEqual(view.complaints, []);
        assert.deepEqual(host.of('broken'), []);
        assert.deepEqual(await view.page.$$eval('[data-track]', (tracks) => tracks.map((track) => track.getAttribute('data-track'))), ['ribbon', 'f', 'i', 'g', 'o', 'c', 'h']);
        await view.close();
      });
    }
  }
});

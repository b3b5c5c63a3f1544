import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type HydrateDecay } from '../../src/protocol/decayMessages';
import { type DecayParams } from '../../src/protocol/requestParams';
import { type DecayComparison } from '../../src/trace/reading/decay';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench } from './support/viewPage';
import { ask, startWorker } from './support/workerHost';

const text = readFileSync(path.resolve(__dirname, '../../media/samples/sample.txt'), 'utf8').slice(0, 500);
const params: DecayParams = {
  models: ['prose-rnn', 'prose-gru', 'prose-lstm'].map((name) => ({ kind: 'bundled', name })),
  untrainedTwins: true,
  input: { kind: 'text', text },
  seeds: 3,
};
const hydrate: HydrateDecay = {
  type: 'hydrateDecay',
  source: 'sample.txt',
  text,
  params,
  curves: 'h',
  comparison: null,
  stale: null,
  strings: {},
  stored: { ranges: [], hash: '', model: { kind: 'bundled', name: 'prose-lstm' } },
};

describe('the comparison of trained networks and their untrained twins', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let comparison: DecayComparison;
  before(async () => {
    link = startWorker();
    comparison = await ask(link, 'decay', params);
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  for (const theme of themeNames) {
    it(`draws all six with their table and sentences in ${theme}`, async () => {
      const onMessage = (raw: unknown, send: (message: unknown) => Promise<void>): void => {
        const message = raw as { readonly type: string; readonly id?: number };
        if (message.type === 'ready') void send(hydrate);
        if (message.type === 'request')
          void send({ type: 'answer', id: message.id, result: { ok: true, value: comparison } });
      };
      const view = await bench.open({ theme, width: 1600, height: 1000, page: 'decay', onMessage });
      await view.page.waitForFunction(() => document.querySelector('.decay-headline')?.textContent !== '');
      assert.equal(await view.page.locator('.decay-headline').innerText(), comparison.headline);
      assert.equal(await view.page.locator('.decay-table').isVisible(), false, 'one click away');
      await view.page.screenshot({ path: path.join(screenshotFolder, `decay-trained-${theme}.png`) });
      await view.page.locator('.decay-more summary').click();
      const rows = await view.page.locator('.decay-table tbody th').allInnerTexts();
      assert.equal(comparison.entries.length, 6);
      for (const { name } of comparison.entries)
        assert.ok(
          rows.some((row) => row.startsWith(name)),
          `${name} has no row in ${rows.join()}`,
        );
      assert.deepEqual(await view.page.locator('.decay-sentences p').allInnerTexts(), [...comparison.sentences]);
      await view.page.screenshot({
        path: path.join(screenshotFolder, `decay-trained-${theme}-full.png`),
        fullPage: true,
      });
      await assertTidy(view.page);
      await assertNothingSerious(view.page);
      assert.deepEqual(view.complaints, []);
      await view.close();
    });
  }
});

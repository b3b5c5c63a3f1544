import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type HydrateLab, type LabStatus } from '../../src/protocol/labMessages';
import { type TransferEvent } from '../../src/trace/lab/transferEvents';
import { smallClassifier, SmallDomains, smallTransfer } from '../support/smallTransfer';
import { useWasmBackend } from '../support/tfjsBackend';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

type Posted = {
  readonly type: string;
  readonly action?: string;
  readonly what?: string;
  readonly params?: { readonly text?: string };
  readonly suggestedName?: string;
  readonly data?: string;
};

/** A log of a real run may be named, to look at its pictures; else a small one is run. */
async function eventsToShow(): Promise<readonly TransferEvent[]> {
  const log = process.env['TRANSFER_LOG'];
  if (log !== undefined)
    return readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TransferEvent);
  await useWasmBackend();
  const domains = await SmallDomains.create();
  try {
    const settings = domains.writeLab('phones', {
      ...smallClassifier,
      data: domains.dataOf('phones'),
      transfer: { ...smallTransfer, pseudoLabels: { confidence: 0.6 } },
    });
    return JSON.parse(JSON.stringify(await domains.transfer(settings, 'phones'))) as readonly TransferEvent[];
  } finally {
    domains.dispose();
  }
}

describe('the page of a transfer', function () {
  this.timeout(120_000);
  let bench: ViewBench;
  let events: readonly TransferEvent[] = [];
  const posted: Posted[] = [];
  before(async () => {
    [bench, events] = await Promise.all([ViewBench.start(), eventsToShow()]);
  });
  after(() => bench.stop());
  beforeEach(() => posted.splice(0));

  async function show(options: {
    readonly theme?: (typeof themeNames)[number];
    readonly width?: number;
    readonly told?: readonly TransferEvent[];
    readonly status?: LabStatus;
  }): Promise<ViewPage> {
    const { theme = 'dark-modern', width = 1600, told = events, status = { kind: 'complete' } } = options;
    const hydrate: HydrateLab<TransferEvent> = {
      type: 'hydrateLab',
      source: 'phones.lstm-lab.json',
      status,
      events: told,
      strings: {},
      stored: { settingsPath: '/a/phones.lstm-lab.json', outFolder: '/a/phones' },
    };
    const view = await bench.open({
      theme,
      width,
      page: 'transfer',
      onMessage: (raw, send) => {
        posted.push(raw as Posted);
        if ((raw as Posted).type === 'ready') void send(hydrate);
      },
    });
    await view.page.waitForSelector('.toolbar .title');
    return view;
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`shows layers, vocabulary, figures, gates and curves in ${theme} at ${width} pixels`, async () => {
        const view = await show({ theme, width });
        await view.page.waitForSelector('.transfer-moved canvas');
        await view.page.screenshot({
          path: path.join(screenshotFolder, `transfer-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        const text = await view.page.locator('main').innerText();
        for (const word of [
          'frozen',
          'fine-tuned',
          'from scratch',
          'kept:',
          'added:',
          'unknown:',
          'Weights moved most',
        ])
          assert.ok(text.includes(word), `"${word}" is not on the page`);
        await view.close();
      });
    }
  }

  it('fills while it runs: the stage of now is marked, progress moves, and Cancel asks for the end', async () => {
    const until = events.findIndex((event) => event.type === 'transfer-phase' && event.stage === 'unfrozen') + 2;
    const view = await show({ told: events.slice(0, until), status: { kind: 'running' } });
    await view.page.waitForSelector('.transfer-now');
    assert.match(
      await view.page.locator('.subtitle').innerText(),
      /^Seed 1 of \d, \d+ labels: fine-tuned \(unfrozen\)/,
    );
    const scaleOf = () =>
      view.page
        .locator('.progress-bar')
        .evaluate((bar) => Number(/scaleX\(([\d.]+)\)/.exec((bar as HTMLElement).style.transform)?.[1]));
    const before = await scaleOf();
    for (const event of events.slice(until, until + 12)) await view.send({ type: 'labEvent', event });
    await view.page.waitForFunction(
      (least) =>
        Number(
          /scaleX\(([\d.]+)\)/.exec(document.querySelector<HTMLElement>('.progress-bar')?.style.transform ?? '')?.[1],
        ) > least,
      before,
    );
    assert.ok((await view.page.locator('.lab-charts path[stroke-width]').count()) > 4);
    await view.page.screenshot({ path: path.join(screenshotFolder, 'transfer-running.png'), fullPage: true });
    await view.page.getByText('Cancel', { exact: true }).click();
    await view.page.waitForFunction(() => true);
    assert.deepEqual(
      posted.findLast(({ type }) => type === 'lab'),
      { type: 'lab', action: 'cancel' },
    );
    await view.close();
  });

  it('says a failure in one line, and what is empty before the first run', async () => {
    const failed = await show({
      told: [],
      status: {
        kind: 'failed',
        failure: { code: 'model-unsupported', message: 'x cannot be trained on: it has no recurrent layer.' },
      },
    });
    assert.match(await failed.page.locator('.notice').innerText(), /it has no recurrent layer/);
    await failed.close();
    const idle = await show({ told: [], status: { kind: 'idle' } });
    assert.match(await idle.page.locator('.transfer-empty').innerText(), /Nothing was transferred yet/);
    await assertTidy(idle.page);
    await idle.page.getByText('Transfer', { exact: true }).click();
    assert.deepEqual(
      posted.findLast(({ type }) => type === 'lab'),
      { type: 'lab', action: 'start' },
    );
    await idle.close();
  });

  it('is moved over by keyboard and speaks the unit, the gate and the token', async () => {
    const view = await show({});
    await view.page.locator('.transfer-moved').focus();
    await view.page.keyboard.press('ArrowRight');
    await view.page.waitForFunction(() =>
      /^Unit \d+, .* gate/.test(document.getElementById('live')?.textContent ?? ''),
    );
    for (let k = 0; k < 4; k++) await view.page.keyboard.press('ArrowRight');
    await view.page.waitForFunction(() =>
      /^Unit \d+ at .* after minus before/.test(document.getElementById('live')?.textContent ?? ''),
    );
    await view.close();
  });

  it('opens the models before and after in the inspector, and saves the figures', async () => {
    const view = await show({});
    await view.page.getByText('Inspect Before and After', { exact: true }).click();
    await view.page.getByText('CSV', { exact: true }).click();
    while (!posted.some(({ type }) => type === 'save')) await view.page.waitForTimeout(20);
    const asked = posted.find(({ what }) => what === 'compare');
    assert.ok((asked?.params?.text ?? '').length > 5);
    const rows = Buffer.from(posted.find(({ type }) => type === 'save')?.data ?? '', 'base64')
      .toString('utf8')
      .trim()
      .split('\n');
    assert.equal(rows.length, 1 + events.filter(({ type }) => type === 'transfer-result').length);
    await view.close();
  });
});

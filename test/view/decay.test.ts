import assert from 'node:assert/strict';
import path from 'node:path';
import { type HydrateDecay } from '../../src/protocol/decayMessages';
import { type DecayParams } from '../../src/protocol/requestParams';
import { compareDecay } from '../../src/engine/decay/decay';
import { type DecayComparison } from '../../src/trace/reading/decay';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

const first: DecayParams = {
  cells: [
    { cell: 'rnn', units: 16 },
    { cell: 'lstm', units: 16, forgetBias: 1 },
  ],
  steps: 51,
  inputs: 8,
  seeds: 3,
};

/** Answers with the engine's own comparison of untrained cells on noise. */
function compute(params: DecayParams): DecayComparison {
  const work = compareDecay({
    networks: (params.cells ?? []).map((spec) => ({ kind: 'cell', spec })),
    inputName: 'noise x ~ N(0, 1)',
    steps: params.steps ?? 51,
    inputs: params.inputs ?? 8,
    seeds: params.seeds ?? 1,
    loss: { at: 'last' },
    ...(params.clipNorm !== undefined && { clipNorm: params.clipNorm }),
    ...(params.equal !== undefined && { equal: params.equal }),
  });
  for (let next = work.next(); ; next = work.next()) if (next.done === true) return next.value;
}

const hydrate: HydrateDecay = {
  type: 'hydrateDecay',
  source: 'Noise',
  text: '',
  params: first,
  curves: 'all',
  comparison: null,
  stale: null,
  strings: {},
  stored: { ranges: [], hash: '', model: { kind: 'bundled', name: 'prose-lstm' } },
};

type Posted = {
  readonly type: string;
  readonly id?: number;
  readonly params?: DecayParams;
  readonly suggestedName?: string;
  readonly data?: string;
};

describe('the page that compares gradient decay', () => {
  let bench: ViewBench;
  const posted: Posted[] = [];
  before(async () => {
    bench = await ViewBench.start();
  });
  after(() => bench.stop());
  beforeEach(() => posted.splice(0));

  async function show(theme: (typeof themeNames)[number], width: number): Promise<ViewPage> {
    const view = await bench.open({
      theme,
      width,
      page: 'decay',
      onMessage: (raw, send) => {
        const message = raw as Posted;
        posted.push(message);
        if (message.type === 'ready') void send(hydrate);
        if (message.type === 'request')
          void send({ type: 'answer', id: message.id, result: { ok: true, value: compute(message.params ?? {}) } });
      },
    });
    await view.page.locator('.decay-more summary').click();
    await view.page.waitForSelector('.decay-table td');
    await view.page.evaluate(() => scrollTo(0, 0)); // the click has scrolled a narrow page
    return view;
  }

  async function halfLifeOfLstm(view: ViewPage): Promise<number> {
    return view.page.evaluate(() => {
      const row = [...document.querySelectorAll('.decay-table tbody tr')].find(
        (candidate) => candidate.querySelector('th')?.textContent.includes('LSTM') === true,
      );
      return parseFloat(row?.querySelectorAll('td')[1]?.textContent ?? '');
    });
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`shows curves, table and settings in ${theme} at ${width} pixels`, async () => {
        const view = await show(theme, width);
        assert.ok((await view.page.$$('.decay-chart path[stroke-width]')).length >= 4);
        await view.page.screenshot({
          path: path.join(screenshotFolder, `decay-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        const settings = await view.page.locator('.decay-settings').innerText();
        for (const word of ['noise', '51 steps', '3 seeds', 'forget bias 1', 'no clipping'])
          assert.ok(settings.includes(word), `${word} is not on the picture: ${settings}`);
        await view.close();
      });
    }
  }

  it('computes again when the forget bias moves from 1 to 0, and the LSTM then forgets faster', async () => {
    const view = await show('light-modern', 1600);
    const before = await halfLifeOfLstm(view);
    const slider = view.page.getByRole('slider', { name: 'Forget bias (LSTM)' });
    for (let step = 0; step < 10; step++) await slider.press('ArrowLeft');
    await view.page.waitForFunction(() =>
      /forget bias 0(?![.\d])/.test(document.querySelector('.decay-settings')?.textContent ?? ''),
    );
    const after = await halfLifeOfLstm(view);
    assert.ok(after < before, `half-life ${before} before, ${after} after`);
    const change = await view.page.locator('.decay-difference').innerText();
    assert.match(change, /^LSTM, forget bias 0: learning reaches \d+ steps? back; before the change .* it reached /);
    assert.equal(await view.page.locator('.decay-chart path[stroke-opacity="0.35"]').count(), 1, 'the LSTM as it was');
    assert.equal(posted.findLast(({ type }) => type === 'decayState')?.params?.cells?.[1]?.forgetBias, 0);
    await view.page.screenshot({ path: path.join(screenshotFolder, 'decay-forget-bias-0.png') });
    await view.close();
  });

  it('keeps its axis while a slider is held, and fits it again when it is let go', async () => {
    const view = await show('light-modern', 1600);
    const ticks = (): Promise<string[]> => view.page.locator('.decay-chart .tick').allTextContents();
    const before = await ticks();
    const slider = view.page.getByRole('slider', { name: 'Forget bias (LSTM)' });
    const settled = (bias: string): Promise<unknown> =>
      view.page.waitForFunction(
        (words) => document.querySelector('.decay-settings')?.textContent.includes(words) === true,
        `LSTM, forget bias ${bias}:`,
      );
    await slider.evaluate((input: HTMLInputElement) => {
      input.value = '-2';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await settled('-2');
    assert.deepEqual(await ticks(), before);
    await slider.evaluate((input: HTMLInputElement) => input.dispatchEvent(new Event('change', { bubbles: true })));
    await view.page.waitForFunction(
      (kept) =>
        [...document.querySelectorAll('.decay-chart .tick')].map(({ textContent }) => textContent).join() !== kept,
      before.join(),
    );
    await view.close();
  });

  it('shows what it had when its tab comes back, and asks for nothing', async () => {
    const asked: unknown[] = [];
    const view = await bench.open({
      theme: 'dark-modern',
      width: 1000,
      page: 'decay',
      onMessage: (raw, send) => {
        const message = raw as Posted;
        if (message.type === 'ready') void send({ ...hydrate, comparison: compute(first) });
        if (message.type === 'request') asked.push(message);
      },
    });
    await view.page.waitForFunction(() => document.querySelectorAll('.decay-chart path[stroke-width]').length >= 4);
    assert.match(await view.page.locator('.decay-headline').innerText(), /^Before any training, learning reaches /);
    assert.deepEqual(asked, []);
    await view.close();
  });

  it('can be read and moved over by keyboard, and speaks the lag', async () => {
    const view = await show('dark-modern', 1600);
    await view.page.locator('.decay-chart').focus();
    for (let step = 0; step < 4; step++) await view.page.keyboard.press('ArrowRight');
    await view.page.waitForFunction(() => document.getElementById('live')?.textContent.startsWith('Lag 3:'));
    assert.match(await view.page.locator('.decay-table thead').innerText(), /at lag 3/);
    await view.close();
  });

  it('saves the picture with its settings, and the numbers', async () => {
    const view = await show('light-modern', 1600);
    for (const name of ['SVG', 'CSV', 'PNG']) await view.page.getByText(name, { exact: true }).click();
    while (posted.filter(({ type }) => type === 'save').length < 3) await view.page.waitForTimeout(50);
    const saved = new Map(
      posted
        .filter(({ type }) => type === 'save')
        .map(({ suggestedName, data }) => [suggestedName, Buffer.from(data ?? '', 'base64')]),
    );
    const svg = saved.get('gradient-decay.svg')?.toString('utf8') ?? '';
    assert.match(svg, /<svg xmlns/);
    assert.match(svg, /forget bias 1/);
    const rows = (saved.get('gradient-decay.csv')?.toString('utf8') ?? '').trim().split('\n');
    assert.equal(rows.length, 52);
    assert.deepEqual([...(saved.get('gradient-decay.png')?.subarray(1, 4) ?? [])], [...Buffer.from('PNG')]);
    await view.close();
  });
});

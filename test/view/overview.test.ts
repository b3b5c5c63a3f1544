import assert from 'node:assert/strict';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type ModelReference } from '../../src/protocol/modelReference';
import { type HostToOverview, type OverviewToHost } from '../../src/protocol/overviewMessages';
import { OverviewSession } from '../../src/session/overviewSession';
import { eventually } from '../support/eventually';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { ask, startWorker } from './support/workerHost';

const bundled: ModelReference = { kind: 'bundled', name: 'prose-lstm' };
const fixture = (name: string): ModelReference => ({
  kind: 'file',
  path: path.resolve(__dirname, '../fixtures/models', name),
});

describe('the overview of a model', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let posted: OverviewToHost[] = [];
  before(async () => {
    [bench, link] = [await ViewBench.start(), startWorker()];
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });
  beforeEach(() => (posted = []));

  /** The page with the extension's own session and worker behind it. */
  async function show(
    model: ModelReference,
    { theme = 'dark-modern' as (typeof themeNames)[number], width = 1600 } = {},
  ): Promise<ViewPage & { session: OverviewSession }> {
    const name = model.kind === 'file' ? path.basename(model.path) : model.name;
    const session = new OverviewSession({
      engine: link,
      name,
      model: () => Promise.resolve(model),
      isBundled: model.kind === 'bundled',
      strings: {},
    });
    const view = await bench.open({
      theme,
      width,
      page: 'overview',
      onMessage: (raw, send) => {
        const message = raw as OverviewToHost;
        posted.push(message);
        if (message.type === 'ready')
          session.connect((answer: HostToOverview) => void send(answer).catch(() => undefined));
        session.receive(message);
      },
    });
    return { ...view, session };
  }

  const countColours = (view: ViewPage, label: string): Promise<number> =>
    view.page
      .locator(`canvas[aria-label^="${label}"]`)
      .first()
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const data =
          (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ??
          new Uint8ClampedArray();
        return new Set(new Uint32Array(data.buffer)).size;
      });

  async function waitForPictures(view: ViewPage, label: string): Promise<void> {
    // Once only: the browser complains of a canvas that is read again and again.
    await view.page.waitForSelector('.weight-legend:not([hidden])', { timeout: 20_000 });
    assert.ok((await countColours(view, label)) >= 10, `${label} stays empty`);
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`is legible in ${theme} at ${width} pixels`, async () => {
        const view = await show(bundled, { theme, width });
        await view.page.waitForSelector('.gate-card', { timeout: 20_000 });
        await waitForPictures(view, 'Weights U o');
        await view.page.screenshot({
          path: path.join(screenshotFolder, `overview-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        await view.close();
      });
    }
  }

  it('shows the figures that the worker gives, gate by gate', async () => {
    const view = await show(bundled);
    await view.page.waitForSelector('.gate-card', { timeout: 20_000 });
    const { cells } = await ask(link, 'overview', { model: bundled });
    const cards = await view.page.locator('.gate-card').allInnerTexts();
    assert.equal(cards.length, 4);
    const forget = cells[0]?.gates[1];
    assert.ok(
      cards[1]?.includes('forget gate') &&
        cards[1].includes((forget?.recurrent?.spectralRadius ?? NaN).toFixed(3).slice(0, 4)),
      cards[1],
    );
    assert.ok((await view.page.locator('.bias-histogram').innerText()).includes('forget gate'));
    assert.equal(await view.page.locator('.bias-plot rect').count(), 24);
    await view.close();
  });

  it('reads a weight under the mouse: the one that the worker gives', async () => {
    const view = await show(fixture('lstm-bidirectional.onnx'));
    await view.page.waitForSelector('.gate-card', { timeout: 20_000 });
    await waitForPictures(view, 'Weights W f');
    const maps = await ask(link, 'weightMaps', { model: fixture('lstm-bidirectional.onnx'), index: 0, most: 512 });
    const map = maps.find(({ gate, block }) => gate === 'f' && block === 'kernel');
    assert.ok(map);
    const canvas = view.page.locator('canvas[aria-label^="Weights W f"]').first();
    const box = await canvas.boundingBox();
    assert.ok(box);
    await canvas.hover({ position: { x: box.width * (1.5 / map.columns), y: box.height * (2.5 / map.rows) } });
    const text = await view.page.locator('.gate-card').nth(1).locator('.weight-reading').innerText();
    assert.ok(text.startsWith('W f, unit 2, input 1: '), text);
    assert.ok(
      Math.abs(Number((text.split(': ')[1] ?? '').replace('\u2212', '-')) - (map.values[2 * map.columns + 1] ?? NaN)) <
        0.005,
      text,
    );
    await view.page.screenshot({
      path: path.join(screenshotFolder, 'overview-onnx-bidirectional.png'),
      fullPage: true,
    });
    assert.ok((await view.page.locator('.cell-section').count()) >= 2);
    assert.ok((await view.page.locator('.cell-section').first().innerText()).includes('order i o f g'));
    await view.close();
  });

  it('asks VS Code to inspect and to set the vocabulary, the latter only of a file', async () => {
    const file = await show(fixture('keras3-text.keras'), { theme: 'light-modern' });
    await file.page.waitForSelector('.gate-card', { timeout: 20_000 });
    await file.page.locator('vscode-button', { hasText: 'Inspect a Sentence' }).click();
    await file.page.locator('vscode-button', { hasText: 'Set Vocabulary' }).click();
    await eventually(() =>
      assert.deepEqual(
        posted.flatMap((message) => (message.type === 'do' ? [message.action] : [])),
        ['inspect', 'settings'],
      ),
    );
    await file.page.screenshot({ path: path.join(screenshotFolder, 'overview-keras.png'), fullPage: true });
    await file.close();
    const own = await show(bundled);
    await own.page.waitForSelector('.gate-card', { timeout: 20_000 });
    assert.equal(await own.page.locator('vscode-button', { hasText: 'Set Vocabulary' }).count(), 0);
    await own.close();
  });

  it('says in one line why a file cannot be shown, in every theme', async () => {
    for (const theme of themeNames) {
      const view = await show(fixture('keras-text.expected.json'), { theme, width: 320 });
      await view.page.waitForSelector('.notice-error:not([hidden])');
      assert.ok((await view.page.locator('.notice-error').innerText()).includes('keras-text.expected.json'));
      assert.equal(await view.page.locator('vscode-button', { hasText: 'Inspect' }).count(), 0);
      await view.page.screenshot({ path: path.join(screenshotFolder, `overview-refused-${theme}.png`) });
      await assertTidy(view.page);
      await assertNothingSerious(view.page);
      await view.close();
    }
  });

  it('asks again when the file has changed', async () => {
    const view = await show(fixture('rnn.onnx'));
    await view.page.waitForSelector('.gate-card', { timeout: 20_000 });
    const asked = (): number =>
      posted.filter((message) => message.type === 'request' && message.kind === 'overview').length;
    assert.equal(asked(), 1);
    // The sections of before the change, which stay until the new answer is there, are told apart from those that come.
    await view.page
      .locator('.cell-section')
      .evaluateAll((sections) => sections.forEach((section) => section.classList.add('of-before')));
    view.session.refresh();
    await eventually(() => assert.equal(asked(), 2));
    await view.page.waitForSelector('.cell-section.of-before', { state: 'detached' });
    await waitForPictures(view, 'Weights U');
    await view.page.screenshot({ path: path.join(screenshotFolder, 'overview-rnn.png'), fullPage: true });
    await view.close();
  });
});

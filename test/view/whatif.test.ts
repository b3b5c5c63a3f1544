import assert from 'node:assert/strict';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type ViewState, type ViewToHost } from '../../src/protocol/viewMessages';
import { Inspection } from '../../src/session/inspection';
import { type Subject } from '../../src/session/subject';
import { type Field } from '../../src/trace/reading/cellKind';
import { unpackFrame } from '../../src/trace/reading/frame';
import { eventually } from '../support/eventually';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames, type ThemeName } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { startWorker } from './support/workerHost';

const text = 'She said "I do not like it" and went on to the garden, where the queen was waiting for her.';

/** Gates and states set by hand in the inspector, with the session and the worker of the extension behind it. */
describe('what if, in the inspector', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let nextId = 1;
  before(async () => {
    link = startWorker();
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  interface Opened {
    readonly view: ViewPage;
    readonly inspection: Inspection;
  }

  async function open(
    model: string,
    options: {
      readonly text?: string;
      readonly state?: ViewState;
      readonly theme?: ThemeName;
      readonly width?: number;
    } = {},
  ): Promise<Opened> {
    const subject: Subject = { title: 'tea.txt', text: options.text ?? text, ranges: [], borders: [], isStored: false };
    const inspection = new Inspection({
      ...{ engine: link, subject, model: { kind: 'bundled', name: model }, limits: {}, strings: {} },
      ...{ nextId: () => nextId++, state: options.state ?? null },
    });
    let isConnected = false;
    const { theme = 'light-modern', width = 1600 } = options;
    const view = await bench.open({
      ...{ theme, width, height: 1000 },
      onMessage: (raw, send) => {
        if (!isConnected) inspection.connect((message) => void send(message));
        isConnected = true;
        inspection.receive(raw as ViewToHost);
      },
    });
    await view.page.waitForSelector('.heatmaps canvas');
    return { view, inspection };
  }

  const close = async ({ view, inspection }: Opened): Promise<void> => {
    assert.deepEqual(view.complaints, []);
    inspection.dispose();
    await view.close();
  };
  const effect = ({ page }: ViewPage) => page.locator('.edit-effect');
  const chips = ({ page }: ViewPage): Promise<string[]> => page.locator('.edit-chip-name').allInnerTexts();

  /** How the names of the chips are struck through. */
  const lineOf = ({ page }: ViewPage): Promise<string[]> =>
    page
      .locator('.edit-chip-name')
      .evaluateAll((names) => names.map((name) => getComputedStyle(name).textDecorationLine));

  /** The values of a field as the session's reading has them now. */
  async function valuesOf(inspection: Inspection, step: number, field: Field): Promise<readonly number[]> {
    const where = { layer: 0, direction: 'forward', fields: [field], from: step, to: step + 1 };
    const answer = await inspection.ask('range', where);
    if (!answer.ok) throw new Error(answer.error.message);
    return Array.from(unpackFrame(answer.value as ArrayBuffer).planes[0] ?? []);
  }

  it('closes a forget gate by mouse, says what is lost, undoes it and does it again', async () => {
    const opened = await open('prose-lstm');
    const { view, inspection } = opened;
    const { page } = view;
    const box = await page.locator('[data-track=f] .plot canvas').boundingBox();
    assert.ok(box !== null);
    await page.mouse.click(box.x + 20.5 * (box.width / text.length), box.y + 10, { button: 'right' });
    const dialog = page.locator('.edit-dialog');
    await dialog.waitFor();
    await page.screenshot({ path: path.join(screenshotFolder, 'whatif-form.png') });
    await dialog.getByLabel('Of', { exact: true }).selectOption('all');
    await dialog.getByText('Set to 0', { exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual(await chips(view), ['f@20..=0']);
    assert.deepEqual(await lineOf(view), ['none']);
    await effect(view)
      .filter({ hasText: /moves by [\d.]+ nats a token \(KL\), most after .* Taking out one of 10 units/ })
      .waitFor({ timeout: 30_000 });
    await eventually(async () => assert.ok((await valuesOf(inspection, 30, 'f')).every((value) => value === 0)));
    assert.ok((await valuesOf(inspection, 19, 'f')).some((value) => value > 0.1));
    await page.screenshot({ path: path.join(screenshotFolder, 'whatif-after.png') });
    await page.locator('.plots').press('Control+z');
    await page.locator('.edit-chip').waitFor({ state: 'detached' });
    await eventually(async () => assert.ok((await valuesOf(inspection, 30, 'f')).some((value) => value > 0.1)));
    await page.locator('.plots').press('Control+y');
    await page.locator('.edit-chip').waitFor();
    await eventually(async () => assert.ok((await valuesOf(inspection, 30, 'f')).every((value) => value === 0)));
    await close(opened);
  });

  it('works by keyboard alone: E, a choice, Enter; B shows the reading before', async () => {
    const opened = await open('prose-lstm');
    const { view, inspection } = opened;
    const plots = view.page.locator('.plots');
    for (let k = 0; k < 6; k++) await plots.press('ArrowRight');
    await plots.press('ArrowDown');
    await plots.press('e');
    await view.page.locator('.edit-dialog').waitFor();
    await view.page.keyboard.press('Escape');
    await view.page.locator('.edit-dialog').waitFor({ state: 'hidden' });
    await plots.press('e');
    await view.page.locator('.edit-dialog').waitFor();
    await view.page.getByText('Take the unit out').focus();
    await view.page.keyboard.press('Enter');
    await view.page.locator('.edit-chip').waitFor();
    const [chip] = await chips(view);
    assert.match(chip ?? '', /^h\[\d+\]=0$/);
    const unit = Number(/\d+/.exec(chip ?? '')?.[0]);
    await eventually(async () => assert.equal((await valuesOf(inspection, 12, 'h'))[unit], 0));
    await plots.press('b');
    await effect(view).filter({ hasText: 'The reading as it is' }).waitFor({ timeout: 30_000 });
    await eventually(async () => assert.notEqual((await valuesOf(inspection, 12, 'h'))[unit], 0));
    await close(opened);
  });

  it('switches edits off and on, takes them away, and reads a dragged value while it is dragged', async () => {
    const opened = await open('sentiment-lstm', { text: 'The plot is thin, but the acting saves it.' });
    const { view, inspection } = opened;
    const { page } = view;
    await page.locator('.plots').press('Home');
    await page.locator('.plots').press('e');
    const slider = page.locator('.edit-slider');
    await slider.waitFor();
    for (const value of ['0.2', '0.4', '0.6'])
      await slider.evaluate((input, to) => {
        (input as HTMLInputElement).value = to;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, value);
    await eventually(async () => assert.deepEqual(await chips(view), ['f@0..=0.6']));
    await eventually(async () => {
      for (const value of await valuesOf(inspection, 5, 'f')) assert.ok(Math.abs(value - 0.6) < 1e-6);
    });
    await page.keyboard.press('Escape');
    await effect(view)
      .filter({ hasText: /(negative|positive): [\d.]+ % before, [\d.]+ % now\./ })
      .waitFor({ timeout: 30_000 });
    await page.locator('.edit-chip-name').click();
    await page.locator('.edit-chip.is-off').waitFor();
    assert.deepEqual(await lineOf(view), ['line-through']);
    await eventually(async () => {
      assert.ok((await valuesOf(inspection, 5, 'f')).some((value) => Math.abs(value - 0.6) > 0.01));
    });
    await page.locator('.edit-chip-name').click();
    await page.locator('.edit-chip:not(.is-off)').waitFor();
    await page.locator('.edit-chip-remove').click();
    await page.locator('.edit-chip').waitFor({ state: 'detached' });
    // A drag is undone as one.
    for (const count of [1, 1, 1, 0]) {
      await page.locator('.plots').press('Control+z');
      await page.waitForFunction((wanted) => document.querySelectorAll('.edit-chip').length === wanted, count);
    }
    await close(opened);
  });

  it('lists the keys on a question mark', async () => {
    const opened = await open('sentiment-lstm', { text: 'A fine film.' });
    const { page } = opened.view;
    const help = page.locator('.keys-help');
    await page.locator('.plots').press('?');
    await help.waitFor();
    await help.getByText('change a gate or a state').waitFor();
    await page.screenshot({ path: path.join(screenshotFolder, 'keys.png') });
    await assertNothingSerious(page);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.locator('.plots').press('ArrowRight');
    await close(opened);
  });

  const stored = (edits: ViewState['edits']): ViewState => ({
    ...{
      layer: 0,
      direction: 'forward',
      cursor: 3,
      pins: [],
      unit: null,
      order: 'cluster',
      zoom: null,
      ribbon: 'auto',
    },
    ...(edits && { edits }),
  });

  it('finds the edits of a panel that is restored', async () => {
    const opened = await open('prose-lstm', { state: stored([{ text: 'i@5..=0' }, { text: 'o=1', isOff: true }]) });
    const { view, inspection } = opened;
    assert.deepEqual(await chips(view), ['i@5..=0', 'o=1']);
    assert.equal(await view.page.locator('.edit-chip.is-off').count(), 1);
    await effect(view).filter({ hasText: 'moves by' }).waitFor({ timeout: 30_000 });
    assert.ok((await valuesOf(inspection, 9, 'i')).every((value) => value === 0));
    await view.page.getByRole('tab', { name: 'Why' }).click();
    await view.page.getByText('These shares are of the reading without its edits.').waitFor({ timeout: 60_000 });
    await close(opened);
  });

  it('keeps edits that this text cannot have, out of force, and says why', async () => {
    const opened = await open('prose-lstm', { state: stored([{ text: 'f[27]@5000..=0' }, { text: 'i=0' }]) });
    const { view, inspection } = opened;
    await view.page
      .locator('.edit-problem')
      .filter({ hasText: /The edits are off\. Edit f\[27\]@5000/ })
      .waitFor();
    assert.equal(await view.page.locator('.edit-chip.is-off').count(), 2);
    assert.ok((await valuesOf(inspection, 9, 'f')).some((value) => value > 0.1));
    await close(opened);
  });

  for (const theme of themeNames)
    for (const width of [466, 1600])
      it(`is legible in ${theme} at ${width} pixels, with the form and with edits in force`, async () => {
        const opened = await open('prose-lstm', {
          state: stored([{ text: 'f[27]@9..=0' }, { text: 'o[3]=1' }]),
          theme,
          width,
        });
        const { page } = opened.view;
        await effect(opened.view).filter({ hasText: 'moves by' }).waitFor({ timeout: 30_000 });
        await page.screenshot({ path: path.join(screenshotFolder, `whatif-${theme}-${width}.png`) });
        await assertTidy(page);
        await assertNothingSerious(page);
        await page.locator('.plots').press('e');
        await page.locator('.edit-dialog').waitFor();
        await page.screenshot({ path: path.join(screenshotFolder, `whatif-form-${theme}-${width}.png`) });
        await assertNothingSerious(page);
        await close(opened);
      });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type WhyReport } from '../../src/trace/reading/shares';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { ask, startWorker, WorkerHost } from './support/workerHost';

const text = 'The plot is thin, but the acting saves it.';

/** A number as the view writes it, to the two places that both spellings have. */
const near = (shown: string, value: number): void => {
  const read = Number(shown.replace('\u2212', '-'));
  assert.ok(Math.abs(read - value) < 0.006, `${shown} is not ${value}`);
};

describe('the tab Why', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let view: ViewPage;
  let report: WhyReport;
  before(async () => {
    link = startWorker();
    const host = await WorkerHost.read(link, 'sentiment-lstm', text);
    report = await ask(link, 'explain', { inspection: 1 });
    bench = await ViewBench.start();
    view = await bench.open({ theme: 'light-modern', width: 1600, height: 1000, onMessage: host.onMessage });
    await view.page.waitForSelector('[data-track=gradient]:not([hidden])');
    await view.page.getByRole('tab', { name: 'Why' }).click();
    await view.page.waitForSelector('.waterfall-line.is-token');
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  const figures = (): Promise<string[]> => view.page.locator('.is-token .waterfall-figure').allInnerTexts();
  const edited = (words: RegExp): Promise<unknown> =>
    view.page.locator('.why-edited', { hasText: words }).waitFor({ state: 'visible' });
  /** Waits until so many words have a line. */
  const words = (count: number): Promise<unknown> =>
    view.page.waitForFunction(
      (wanted) => document.querySelectorAll('.waterfall-line.is-token').length === wanted,
      count,
    );

  it('shows the shares that the worker gives, from the start to the answer, and the proof beneath', async () => {
    const shown = await figures();
    assert.equal(shown.length, report.tokens.length);
    shown.forEach((figure, k) => near(figure, report.methods[0]?.shares[k] ?? NaN));
    near(await view.page.locator('.is-answer .waterfall-figure').innerText(), report.quantity.value);
    assert.equal(await view.page.locator('.proof-verdict').innerText(), report.methods[0]?.verdict);
    assert.equal(await view.page.locator('.proof-curve').count(), 2);
    await assertTidy(view.page);
    await assertNothingSerious(view.page);
  });

  it('covers a word, keeps a phrase and undoes both by the keyboard alone', async () => {
    await view.page.locator('.waterfall').focus();
    for (let k = 0; k < 4; k++) await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Delete');
    await edited(/without \u201cthin\u201d/);
    await words(report.tokens.length - 1);
    const steps = report.tokens.map((_, k) => k).filter((k) => k !== 3);
    const covered = await ask(link, 'explain', { inspection: 1, steps });
    (await figures()).forEach((figure, k) => near(figure, covered.methods[0]?.shares[k] ?? NaN));
    const undo = view.page.getByRole('button', { name: /^Undo/ });
    await undo.focus();
    await view.page.keyboard.press('Enter');
    await words(report.tokens.length);
  });

  it('tells what a brushed phrase gives by itself and only with the rest', async () => {
    await view.page.locator('.waterfall').focus();
    await view.page.keyboard.press('End');
    for (let k = 0; k < 4; k++) await view.page.keyboard.press('Shift+ArrowUp');
    await view.page.locator('.why-phrase', { hasText: /the acting saves it/ }).waitFor();
    const phrase = { from: 6, to: 10 };
    const asked = await ask(link, 'explain', { inspection: 1, phrase });
    const said = await view.page.locator('.why-phrase').innerText();
    near(/gives (\S+) by itself/.exec(said)?.[1] ?? '', asked.methods[0]?.phrase?.own ?? NaN);
    near(/and (\S+) only together/.exec(said)?.[1] ?? '', asked.methods[0]?.phrase?.together ?? NaN);
    await view.page.getByRole('button', { name: /^Keep only/ }).click();
    await words(5);
    await view.page.getByRole('button', { name: /^Undo/ }).click();
    await words(report.tokens.length);
  });

  it('sets a second method beside the first, each with its proof', async () => {
    await view.page.getByLabel('Beside it').selectOption('leave-one-out');
    await view.page.waitForFunction(() => document.querySelectorAll('.proof').length === 2);
    assert.equal((await figures()).length, 2 * report.tokens.length);
    await view.page.screenshot({ path: path.join(screenshotFolder, 'why-two.png') });
    await assertTidy(view.page);
    await assertNothingSerious(view.page);
    assert.deepEqual(view.complaints, []);
  });
});

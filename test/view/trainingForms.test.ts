import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type LabToHost } from '../../src/protocol/labMessages';
import { type LabRun } from '../../src/session/labRun';
import { type TrainingEvent } from '../../src/trace/lab/trainingEvents';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { createTrainingRun } from './support/trainingRun';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { startWorker } from './support/workerHost';

/** 100 classes of ten sentences each, which share their words with the class beside them. */
const hundred = {
  name: 'hundred',
  task: 'classify',
  data: {
    format: 'table',
    files: [{ path: 'hundred.tsv' }],
    textColumn: 'text',
    labelColumn: 'label',
    split: { by: 'stratified', validation: 0.2, test: 0.3 },
  },
  tokens: { level: 'word', vocabularySize: 500, length: 8 },
  model: { cell: 'gru' },
  hyperparameters: { units: 16, embedding_dim: 16, batch_size: 20, epochs: 8, learning_rate: 0.02 },
};
const tale = {
  name: 'tale',
  task: 'next-token',
  data: { format: 'text', files: [{ path: 'tale.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model: { cell: 'lstm', input: 'one-hot' },
  hyperparameters: { units: 12, batch_size: 4, sequence_length: 20, epochs: 3, learning_rate: 0.02 },
  training: { keepEpochs: true },
};

describe('the page of a training of another form', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let folder = '';
  const done: LabToHost[] = [];

  before(async () => {
    link = startWorker();
    folder = mkdtempSync(path.join(tmpdir(), 'forms-'));
    const rows = Array.from(
      { length: 1000 },
      (_, at) =>
        `the subject is topic${at % 100} or topic${(at % 100) + (at % 7 === 0 ? 1 : 0)} in note ${at}\tsubject-${at % 100}`,
    );
    writeFileSync(path.join(folder, 'hundred.tsv'), `text\tlabel\n${rows.join('\n')}\n`);
    writeFileSync(
      path.join(folder, 'tale.txt'),
      'The miller had three sons, and they had a mill, a donkey and a cat. '.repeat(60),
    );
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    link.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function show(run: LabRun<TrainingEvent>, theme: (typeof themeNames)[number], width: number): Promise<ViewPage> {
    return bench.open({
      theme,
      width,
      height: 1000,
      page: 'training',
      onMessage: (raw, send) => {
        const message = raw as LabToHost;
        if (message.type === 'ready') run.connect((answer) => void send(answer));
        const rest = run.receive(message);
        if (rest !== null) done.push(rest);
      },
    });
  }

  describe('100 classes', () => {
    let run: LabRun<TrainingEvent>;
    before(async () => {
      run = createTrainingRun(link, folder, hundred);
      const result = await run.start();
      assert.ok(result.ok, JSON.stringify(result));
    });
    after(() => run.dispose());

    for (const [theme, width] of [
      ['light-modern', 1600],
      ['dark-modern', 320],
      ['hc-light', 320],
      ['hc-dark', 1600],
    ] as const) {
      it(`has a matrix whose cells and names can be told in ${theme} at ${width} pixels`, async () => {
        const { page, close, complaints } = await show(run, theme, width);
        const grid = page.locator('.lab-confusion');
        await grid.waitFor();
        const cells = await page.locator('.lab-confusion-cells').boundingBox();
        assert.ok(cells !== null && cells.width / 100 >= 8, 'no cell is narrower than 8 pixels');
        await grid.scrollIntoViewIfNeeded();
        await page.screenshot({ path: path.join(screenshotFolder, `hundred-${theme}-${width}.png`) });
        await assertTidy(page);
        await assertNothingSerious(page);
        await grid.focus();
        for (let k = 0; k < 61; k++) await page.keyboard.press('ArrowDown');
        for (let k = 0; k < 40; k++) await page.keyboard.press('ArrowRight');
        assert.match(
          await page.locator('section[aria-label="Confusion matrix"] .lab-readout').innerText(),
          /^subject-\d+ answered as subject-\d+: \d+ of 3 \(/,
        );
        const seen = await page.evaluate(() => {
          const box = document.querySelector('.lab-confusion')?.getBoundingClientRect();
          const canvas = document.querySelector('.lab-confusion-cells')?.getBoundingClientRect();
          if (box === undefined || canvas === undefined) return null;
          const cellPx = canvas.width / 100;
          return {
            x: canvas.left + 40.5 * cellPx - box.left,
            y: canvas.top + 60.5 * cellPx - box.top,
            width: box.width,
            height: box.height,
          };
        });
        assert.ok(
          seen !== null && seen.x > 60 && seen.x < seen.width && seen.y > 60 && seen.y < seen.height,
          `the chosen cell is in sight: ${JSON.stringify(seen)}`,
        );
        await page.screenshot({ path: path.join(screenshotFolder, `hundred-chosen-${theme}-${width}.png`) });
        assert.deepEqual(complaints, []);
        await close();
      });
    }

    it('shows the mistakes of the cell that is clicked, and opens one', async () => {
      const finished = run.events.find((event) => event.type === 'finished');
      const [worst] = finished?.mistakes ?? [];
      assert.ok(finished !== undefined && worst !== undefined, 'it errs');
      const place = { row: finished.labels.indexOf(worst.label), column: finished.labels.indexOf(worst.answer) };
      const { page, close } = await show(run, 'light-modern', 1600);
      const cells = page.locator('.lab-confusion-cells');
      const cellPx = ((await cells.boundingBox())?.width ?? 0) / 100;
      await cells.click({ position: { x: (place.column + 0.5) * cellPx, y: (place.row + 0.5) * cellPx } });
      const pane = page.locator('section[aria-label="Worst mistakes"]');
      await pane.getByText(`Label "${worst.label}", answer "${worst.answer}".`, { exact: false }).waitFor();
      const kept = (finished.mistakes ?? []).filter(
        ({ label, answer }) => label === worst.label && answer === worst.answer,
      );
      assert.equal(await pane.locator('.lab-mistake').count(), kept.length);
      await pane.locator('.lab-mistake').first().click();
      await page.waitForFunction(() => true);
      assert.deepEqual(done.at(-1), { type: 'do', what: 'inspect', params: { text: worst.text } });
      await close();
    });
  });

  describe('a language model', () => {
    let run: LabRun<TrainingEvent>;
    before(async () => {
      run = createTrainingRun(link, folder, tale);
      const result = await run.start();
      assert.ok(result.ok, JSON.stringify(result));
    });
    after(() => run.dispose());

    for (const theme of themeNames) {
      for (const width of [1600, 320]) {
        it(`has curves, epochs and its perplexity instead of a matrix in ${theme} at ${width} pixels`, async () => {
          const { page, close, complaints } = await show(run, theme, width);
          const pane = page.locator('section[aria-label="How well it foretells"]');
          await pane.waitFor();
          const finished = run.events.find((event) => event.type === 'finished');
          assert.ok((await pane.innerText()).includes(Math.exp(finished?.test.loss ?? NaN).toFixed(2)));
          assert.equal(await page.locator('section[aria-label="Confusion matrix"]').isVisible(), false);
          assert.equal(await page.locator('section[aria-label="Worst mistakes"]').isVisible(), false);
          await page.locator('.lab-cells canvas').waitFor();
          await page.waitForFunction(
            () => document.querySelectorAll('.lab-pane .line-chart path[stroke-opacity="0.35"]').length === 4,
          );
          await page.screenshot({
            path: path.join(screenshotFolder, `language-${theme}-${width}.png`),
            fullPage: true,
          });
          await assertTidy(page);
          await assertNothingSerious(page);
          assert.deepEqual(complaints, []);
          await close();
        });
      }
    }

    it('opens a text, and the sentence of an epoch, in the inspector', async () => {
      const { page, close } = await show(run, 'dark-modern', 1200);
      await page.getByRole('textbox', { name: 'Text to inspect' }).fill('three sons');
      await page.getByText('Inspect This Text').click();
      await page.getByRole('textbox', { name: 'Sentence to watch' }).fill('a donkey');
      await page.getByText('Inspect at This Epoch').click();
      await page.waitForFunction(() => true);
      assert.deepEqual(
        done.slice(-2).map((each) => each.type === 'do' && each.params),
        [{ text: 'three sons' }, { text: 'a donkey', epoch: 'epoch-0003' }],
      );
      await close();
    });
  });
});

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type WorkerLink } from '../../src/link/workerLink';
import { type LabToHost } from '../../src/protocol/labMessages';
import { type LabRun } from '../../src/session/labRun';
import { type TrainingEvent } from '../../src/trace/lab/trainingEvents';
import { eventually } from '../support/eventually';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { createTrainingRun } from './support/trainingRun';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { startWorker } from './support/workerHost';

const lab = {
  name: 'reviews',
  task: 'classify',
  data: {
    format: 'table',
    files: [{ path: 'reviews.csv' }],
    textColumn: 'text',
    labelColumn: 'label',
    split: { by: 'stratified', validation: 0.2, test: 0.2 },
  },
  tokens: { level: 'word', vocabularySize: 500, length: 40 },
  model: { cell: 'lstm' },
  hyperparameters: { units: 12, embedding_dim: 12, batch_size: 8, epochs: 6, learning_rate: 0.02 },
  training: { keepEpochs: true },
};

describe('the page of a training', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let folder: string;
  let run: LabRun<TrainingEvent>;
  const done: LabToHost[] = [];
  const asked: string[] = [];

  before(async function () {
    this.timeout(120_000);
    link = startWorker();
    folder = mkdtempSync(path.join(tmpdir(), 'lab-'));
    cpSync(path.resolve(__dirname, '../fixtures/lab/reviews.csv'), path.join(folder, 'reviews.csv'));
    run = createTrainingRun(link, folder, lab, (kind) => asked.push(kind));
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    run.dispose();
    link.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => void done.splice(0));

  function show(theme: (typeof themeNames)[number], width: number): Promise<ViewPage> {
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

  it('describes the data before anything is trained, and starts the training on demand', async () => {
    const view = await show('light-modern', 1600);
    await view.page.getByText('No duplicates.', { exact: false }).waitFor();
    assert.match(
      await view.page.locator('.lab-side').innerText(),
      /48 training, 16 validation and 16 test examples[\s\S]*happy[\s\S]*40 \(50\.0 %\)/,
    );
    await view.page.screenshot({ path: path.join(screenshotFolder, 'training-before.png') });
    await assertTidy(view.page);
    await view.page.getByText('Train', { exact: true }).click();
    await view.page.getByText('Confusion matrix, test part').waitFor({ timeout: 90_000 });
    await view.page.locator('.subtitle').getByText('Complete').waitFor({ timeout: 90_000 });
    assert.match(
      await view.page.locator('.subtitle').innerText(),
      /^Complete: 36 steps in \d+ s; best at step \d+\. Test: [\d.]+ % of 16 right/,
    );
    assert.deepEqual(view.complaints, []);
    await view.page.getByText('Save as .h5').click();
    await eventually(() => assert.deepEqual(done.at(-1), { type: 'do', what: 'exportH5', params: {} }));
    await view.close();
    const h5 = await link.request('exportH5', { folder: run.order.outFolder });
    assert.ok(
      h5.ok && Buffer.from(h5.value.subarray(0, 8)).equals(Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')),
      'written by the reader thread',
    );
  });

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`shows curves, epochs, matrix and mistakes in ${theme} at ${width} pixels`, async () => {
        const view = await show(theme, width);
        await view.page.getByText('Its answer:', { exact: false }).waitFor();
        assert.ok((await view.page.$$('.lab-charts path[stroke-width]')).length >= 6);
        await view.page.waitForTimeout(300);
        await view.page.screenshot({
          path: path.join(screenshotFolder, `training-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        await view.close();
      });
    }
  }

  it('tells another answer of the first epoch than of the last, on one scale', async () => {
    const view = await show('dark-modern', 1200);
    const sentence = view.page.getByRole('textbox', { name: 'Sentence to watch' });
    await sentence.fill('The soup was warm and lovely.');
    await view.page.waitForFunction(
      () => document.querySelectorAll('.lab-pane .line-chart path[stroke-opacity="0.35"]').length === 7,
    );
    const answer = async (): Promise<string> =>
      view.page.locator('section[aria-label="Epochs"] .lab-readout').innerText();
    const last = await answer();
    const slider = view.page.getByRole('slider', { name: 'Epoch' });
    await slider.press('Home');
    await view.page.waitForFunction(
      () => document.querySelector('.lab-slider .slider-value')?.textContent === 'before training',
    );
    await eventually(async () => assert.notEqual(await answer(), last));
    await view.page.getByText('Inspect at This Epoch').click();
    await eventually(() =>
      assert.deepEqual(done.at(-1), {
        type: 'do',
        what: 'inspect',
        params: { text: 'The soup was warm and lovely.', epoch: 'epoch-0000' },
      }),
    );
    await view.close();
  });

  it('can be moved over by keyboard, and opens a mistake', async () => {
    const view = await show('hc-dark', 1200);
    await view.page.locator('.lab-charts .line-chart').first().focus();
    await view.page.keyboard.press('ArrowLeft');
    await view.page.waitForFunction(() => document.getElementById('live')?.textContent.startsWith('Epoch 5.0:'));
    await view.page.locator('.lab-confusion').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await view.page.keyboard.press(key);
    await view.page.waitForFunction(() =>
      document.getElementById('live')?.textContent.startsWith('happy answered as unhappy:'),
    );
    const mistake = view.page.locator('.lab-mistake').first();
    const text = (await mistake.locator('.lab-mistake-text').innerText()).trim();
    await mistake.press('Enter');
    await eventually(() => assert.deepEqual(done.at(-1), { type: 'do', what: 'inspect', params: { text } }));
    await view.close();
  });

  it('pauses, goes on, and stops early with the best so far', async () => {
    writeFileSync(
      run.order.settingsPath,
      JSON.stringify({ ...lab, seed: 2, training: {}, hyperparameters: { ...lab.hyperparameters, epochs: 3000 } }),
    );
    const view = await show('light-modern', 1200);
    await view.page.getByText('Train Again').click();
    await view.page.getByText('left.', { exact: false }).first().waitFor({ timeout: 30_000 });
    await view.page.getByText('Pause', { exact: true }).click();
    await view.page.getByText('Paused at step', { exact: false }).waitFor();
    await view.page.screenshot({ path: path.join(screenshotFolder, 'training-paused.png'), fullPage: true });
    await view.page.getByText('Go On', { exact: true }).click();
    await view.page.getByText('Stop and Keep the Best').click();
    await view.page.getByText('Stopped:', { exact: false }).waitFor({ timeout: 30_000 });
    await view.page.getByText('Go On Training').waitFor();
    assert.equal(run.status.kind, 'complete');
    await view.close();
  });

  it('says in one line what is wrong with the data', async () => {
    writeFileSync(path.join(folder, 'reviews.csv'), 'text,label\nGood soup,happy\n"Bad soup,unhappy\n');
    const view = await show('light-modern', 1200);
    await view.page.getByText('Go On Training').click();
    await view.page.getByRole('alert').getByText('line 3').waitFor({ timeout: 30_000 });
    assert.match(
      await view.page.getByRole('alert').innerText(),
      /reviews\.csv, line 3: a quote in the row that begins here never closes/,
    );
    await view.close();
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { type HydrateLab } from '../../src/protocol/labMessages';
import { describeStudy, describeSurrogate } from '../../src/lab/search/describeStudy';
import { importanceOf } from '../../src/lab/search/importance';
import { readJournalFile } from '../../src/lab/search/journalFile';
import { type SearchEvent } from '../../src/trace/lab/searchEvents';
import { eventually } from '../support/eventually';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

const studies = path.resolve(__dirname, '../../docs/studies');
const journal = path.join(studies, 'tpe.journal.log');

/** The real study of docs/search.md, through the code that the worker answers with. */
function readStudy() {
  const study = readJournalFile(journal)().study('tpe.journal.log');
  assert.ok(study);
  return study;
}

const hydrate = (kind: HydrateLab['status']['kind']): HydrateLab<SearchEvent> => ({
  type: 'hydrateLab',
  source: 'tpe.lstm-lab.json',
  status: { kind } as HydrateLab['status'],
  events: [],
  strings: {},
  stored: { settingsPath: '/lab/tpe.lstm-lab.json', outFolder: '/lab/tpe' },
});

interface Posted {
  readonly type: string;
  readonly id?: number;
  readonly kind?: string;
  readonly action?: string;
  readonly what?: string;
  readonly params?: { readonly parameter?: string; readonly known?: string; readonly trial?: number };
}

describe('the page of a study', () => {
  let bench: ViewBench;
  const posted: Posted[] = [];
  before(async () => {
    bench = await ViewBench.start();
  });
  after(() => bench.stop());
  beforeEach(() => posted.splice(0));

  function answer({ kind, params }: Posted, isEmpty: boolean, isRunning: boolean): unknown {
    if (isEmpty) return null;
    const study = readStudy();
    if (kind === 'surrogate') return describeSurrogate(study, params?.parameter ?? '');
    if (kind === 'importance') return importanceOf(study);
    if (params?.known === '1') return null;
    const report = describeStudy(study, { journal, workerId: 'us' });
    const trials = report.trials.map((trial, k) => ({
      ...trial,
      ...(trial.state === 'complete' && trial.number !== 3 ? { modelPath: `/lab/${trial.number}/model.json` } : {}),
      ...(isRunning && k === report.trials.length - 1 ? { state: 'running' as const, isOurs: true } : {}),
    }));
    return {
      ...report,
      studies: [{ name: report.name, count: report.count }],
      trials,
      revision: '1',
      method: 'tpe',
      objective: 'validation_accuracy',
      goal: 40,
    };
  }

  async function show(
    theme: (typeof themeNames)[number],
    width: number,
    of: { readonly isEmpty?: boolean; readonly status?: HydrateLab['status']['kind'] } = {},
  ): Promise<ViewPage> {
    const { isEmpty = false, status = 'idle' } = of;
    const view = await bench.open({
      theme,
      width,
      page: 'study',
      onMessage: (raw, send) => {
        const message = raw as Posted;
        posted.push(message);
        if (message.type === 'ready') void send(hydrate(status));
        if (message.type === 'request')
          void send({
            type: 'answer',
            id: message.id,
            result: { ok: true, value: answer(message, isEmpty, status === 'running') },
          });
      },
    });
    await view.page.waitForSelector(isEmpty ? '.study-empty:not([hidden])' : '.surrogate-mean');
    return view;
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`shows history, importance, slice, parallel coordinates and table in ${theme} at ${width} pixels`, async () => {
        const view = await show(theme, width);
        const shown = await view.page.evaluate(() => ({
          lines: document.querySelectorAll('.trial-line').length,
          marks: document.querySelectorAll('.study-history [data-state]').length,
          bars: document.querySelectorAll('.importance li').length,
          rows: document.querySelectorAll('.trial-table tbody tr').length,
        }));
        assert.deepEqual(shown, { lines: 30, marks: 30, bars: 6, rows: 30 });
        await view.page.screenshot({
          path: path.join(screenshotFolder, `study-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        await view.close();
      });
    }
  }

  it('chooses trials by a range on an axis with the keyboard, in the lines and in the table', async () => {
    const view = await show('dark-modern', 1600);
    await view.page.focus('.axis-brush[data-axis=dropout_rate]');
    await view.page.keyboard.press('ArrowDown');
    const report = describeStudy(readStudy(), { journal, workerId: 'us' });
    const inside = report.trials.filter(({ parameters }) => Number(parameters['dropout_rate']) <= 0.2 * 0.8);
    assert.ok(inside.length > 0 && inside.length < 30);
    assert.equal(await view.page.locator('.trial-table tbody tr').count(), inside.length);
    assert.equal(await view.page.locator('.trial-line[stroke-opacity="0.85"]').count(), inside.length);
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.trial-table tbody tr').count(), 30);
    await view.close();
  });

  it('brushes with the mouse and clears with a button', async () => {
    const view = await show('light-modern', 1600);
    const axis = await view.page.locator('.axis-brush[data-axis=""] .overlay').boundingBox();
    assert.ok(axis);
    const middle = axis.x + axis.width / 2;
    await view.page.mouse.move(middle, axis.y + 5);
    await view.page.mouse.down();
    await view.page.mouse.move(middle, axis.y + axis.height * 0.2, { steps: 4 });
    await view.page.mouse.up();
    const rows = await view.page.locator('.trial-table tbody tr').count();
    assert.ok(rows > 0 && rows < 30, `${rows}`);
    await view.page.getByText('Clear ranges').click();
    assert.equal(await view.page.locator('.trial-table tbody tr').count(), 30);
    await view.close();
  });

  it('sorts the table by a column, both ways, and keeps the focus on the button', async () => {
    const view = await show('dark-modern', 1600);
    const firstOf = (): Promise<string | null> =>
      view.page.locator('.trial-table tbody tr').first().locator('td').nth(1).textContent();
    const button = view.page.locator('.sort-button', { hasText: 'validation accuracy' }).first();
    await button.focus();
    await view.page.keyboard.press('Enter');
    const best = await firstOf();
    await view.page.keyboard.press('Enter');
    const worst = await firstOf();
    assert.ok(Number(best) > Number(worst), `${best} ${worst}`);
    await view.close();
  });

  it('cuts the surrogate along another hyperparameter, choices too', async () => {
    const view = await show('dark-modern', 1600);
    await view.page.evaluate(() => {
      const select = document.querySelector('.study-section select') as HTMLSelectElement;
      select.value = 'optimizer';
      select.dispatchEvent(new Event('change'));
    });
    await view.page.waitForFunction(
      () =>
        document.querySelector('.study-slice')?.textContent.includes('RMSprop') === true &&
        document.querySelector('.next-point') !== null,
    );
    assert.ok(posted.some(({ kind, params }) => kind === 'surrogate' && params?.parameter === 'optimizer'));
    await view.close();
  });

  it('begins, stops, inspects a model and cancels one trial', async () => {
    const idle = await show('dark-modern', 1600);
    await idle.page.getByText('Continue').click();
    await idle.page.getByText('Inspect', { exact: true }).first().click();
    await eventually(() =>
      assert.ok(posted.some(({ what, params }) => what === 'inspectTrial' && typeof params?.trial === 'number')),
    );
    assert.deepEqual(
      posted.filter(({ type }) => type === 'lab').map(({ action }) => action),
      ['start'],
    );
    await idle.close();
    const running = await show('dark-modern', 1600, { status: 'running' });
    await running.page.getByText('Cancel', { exact: true }).click();
    await running.page.getByText('Stop', { exact: true }).click();
    await eventually(() =>
      assert.deepEqual(
        posted.filter(({ type }) => type === 'lab').map(({ action }) => action),
        ['start', 'cancel'],
      ),
    );
    assert.deepEqual(
      posted.filter(({ what }) => what === 'cancelTrial').map(({ params }) => params?.trial),
      [29],
    );
    await running.close();
  });

  it('says what to do where there is no study yet', async () => {
    const view = await show('light-modern', 320, { isEmpty: true });
    assert.match(await view.page.locator('.study-empty').innerText(), /no trials yet/);
    await assertNothingSerious(view.page);
    await view.close();
  });
});

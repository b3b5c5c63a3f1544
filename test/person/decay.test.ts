import assert from 'node:assert/strict';
import { type Frame, type Locator } from 'playwright-core';
import { openWorkbench, type ThemeName, type Workbench } from '../support/workbench';

/** A row of the table: what the gradient is of, and the fitted half-life in steps. */
interface TableRow {
  readonly network: string;
  readonly of: string;
  readonly halfLife: number;
}

const readRows = (frame: Frame): Promise<TableRow[]> =>
  frame.locator('.decay-table tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const [network = '', of = ''] = [...row.querySelectorAll('th span span')].map(
        ({ textContent }) => textContent ?? '',
      );
      return { network, of, halfLife: parseFloat(row.querySelectorAll('td')[1]?.textContent ?? '') };
    }),
  );

async function halfLifeOf(frame: Frame, network: string): Promise<number> {
  const rows = await readRows(frame);
  const row = rows.find((candidate) => candidate.network === network && candidate.of === 'dL/dh');
  assert.ok(row && Number.isFinite(row.halfLife), `${network} among ${JSON.stringify(rows)}`);
  return row.halfLife;
}

/** Takes the thumb with the mouse and draws it to the left until the value beside the slider reads so. */
async function dragLeftTo(workbench: Workbench, slider: Locator, wanted: string): Promise<void> {
  const { mouse } = workbench.page;
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  assert.ok(box);
  const share = await slider.evaluate(
    (input) =>
      (Number((input as HTMLInputElement).value) - Number((input as HTMLInputElement).min)) /
      (Number((input as HTMLInputElement).max) - Number((input as HTMLInputElement).min)),
  );
  const thumbPx = 16;
  const y = box.y + box.height / 2;
  let x = box.x + thumbPx / 2 + share * (box.width - thumbPx);
  await mouse.move(x, y);
  await mouse.down();
  while (x > box.x && (await slider.getAttribute('aria-valuetext')) !== wanted) await mouse.move((x -= 1), y);
  await mouse.up();
  assert.equal(await slider.getAttribute('aria-valuetext'), wanted);
}

/** Whether the whole element can be seen without scrolling. */
const isInSight = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= (element.ownerDocument.defaultView?.innerHeight ?? 0);
  });

describe('comparing gradient decay, as a person', () => {
  let workbench: Workbench;
  let frame: Frame;
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', settings: { 'editor.wordWrap': 'on' } });
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  it('selects a text, runs Compare Gradient Decay from the palette, and sees the curves of three networks, then of six', async () => {
    const { page } = workbench;
    await workbench.openFile('sample.txt');
    await page.keyboard.press('Control+A');
    await workbench.runCommand('LSTM Inspector: Compare Gradient Decay');
    frame = await workbench.findFrame('.decay-table tbody tr', 60_000);
    const trained = new Set((await readRows(frame)).map(({ network }) => network));
    assert.deepEqual([...trained], ['prose-rnn', 'prose-gru', 'prose-lstm']);
    assert.match(await frame.locator('.decay-headline').innerText(), /^Learning reaches \d+ .*the LSTM/);
    await workbench.screenshot('person-decay-first-dark');
    await frame.locator('vscode-checkbox[label="the same, untrained"]').click();
    await frame.locator('.decay-settings', { hasText: /forget bias 1/ }).waitFor({ timeout: 60_000 });
    const names = new Set((await readRows(frame)).map(({ network }) => network));
    for (const name of ['prose-rnn', 'prose-gru', 'prose-lstm']) {
      assert.ok(names.has(name) && names.has(`${name} (untrained)`), [...names].join(', '));
    }
    assert.ok((await frame.locator('.decay-chart path[stroke-width]').count()) >= 6);
    assert.match(await frame.locator('.decay-settings').innerText(), /forget bias 1\b/);
    assert.ok(((await frame.locator('.decay-sentences').textContent()) ?? '').includes('prose-lstm'));
    assert.ok(
      (await halfLifeOf(frame, 'prose-lstm')) > (await halfLifeOf(frame, 'prose-rnn')),
      'the trained LSTM reaches further back',
    );
    await workbench.screenshot('person-decay-bias-1-dark');
  });

  it('moves the forget bias from 1 to 0 and sees the half-life of the LSTM fall to that of the RNN', async () => {
    const [lstm, rnn] = ['prose-lstm (untrained)', 'prose-rnn (untrained)'] as const;
    const before = { lstm: await halfLifeOf(frame, lstm), rnn: await halfLifeOf(frame, rnn) };
    await dragLeftTo(workbench, frame.getByRole('slider', { name: 'Forget bias (LSTM)' }), '0.0');
    await frame.locator('.decay-settings', { hasText: /forget bias 0(?![.\d])/ }).waitFor({ timeout: 30_000 });
    const after = { lstm: await halfLifeOf(frame, lstm), rnn: await halfLifeOf(frame, rnn) };
    assert.ok(await isInSight(frame.locator('.decay-chart')), 'the curves are seen while the slider is moved');
    await workbench.screenshot('person-decay-bias-0-dark');
    assert.equal(after.rnn, before.rnn, 'the RNN has no forget bias');
    assert.ok(before.lstm > before.rnn, JSON.stringify(before));
    assert.ok(after.lstm < before.lstm && after.lstm <= after.rnn, JSON.stringify({ before, after }));
  });

  it('looks right in the four themes', async () => {
    for (const theme of [
      'light',
      'high-contrast',
      'high-contrast-light',
      'dark',
    ] as const satisfies readonly ThemeName[]) {
      await workbench.setTheme(theme);
      assert.ok((await frame.locator('.decay-chart path[stroke-width]').count()) >= 6);
      await workbench.screenshot(`person-decay-${theme}`);
    }
  });
});

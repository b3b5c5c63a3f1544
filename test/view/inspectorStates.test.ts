import assert from 'node:assert/strict';
import path from 'node:path';
import { useBackend } from '../support/tfjsBackend';
import { eventually } from '../support/eventually';
import { byActivity, FakeHost, type FakeHostOptions } from './support/fakeHost';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { type LayerTrace, seededReading, type SeededReading } from './support/seededTrace';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

function hostOf({ trace, predictions, formula }: SeededReading, options: FakeHostOptions = {}): FakeHost {
  return new FakeHost(trace, { predictions, answers: { formula }, ...options });
}

describe('the states of the inspector', () => {
  let bench: ViewBench;
  let reading: SeededReading;
  before(async () => {
    await useBackend('cpu');
    reading = seededReading('He said "yes" and left.\nThen it rained (a lot).', { units: 16 });
    bench = await ViewBench.start();
  });
  after(() => bench.stop());

  async function show(host: FakeHost, width = 1200): Promise<ViewPage> {
    const view = await bench.open({ theme: 'dark-modern', width, onMessage: host.onMessage });
    await view.page.waitForSelector('.title');
    await view.page.waitForTimeout(500);
    return view;
  }

  const failure = {
    code: 'model-damaged',
    message: 'The weights of prose-lstm are cut short. Choose another model.',
  } as const;
  const cases: readonly (readonly [string, FakeHostOptions, RegExp, RegExp | null])[] = [
    ['loading', { status: { kind: 'loading' } }, /Loading the model/, /Cancel/],
    ['failed', { status: { kind: 'failed', failure } }, /cut short/, /Choose another model/],
    ['cancelled', { status: { kind: 'cancelled', done: 12 } }, /Cancelled after 12 tokens/, /Inspect again/],
    [
      'empty',
      {
        status: { kind: 'complete', summary: { steps: 0, path: 'plain', computeMs: 0, notes: [] } },
        hydrate: { tokens: [], text: '' },
      },
      /no text to read/,
      /Inspect again/,
    ],
    [
      'read with a note',
      {
        status: {
          kind: 'complete',
          summary: {
            steps: 3,
            path: 'plain',
            computeMs: 0,
            notes: ['2 of 3 characters are not in the vocabulary and read as unknown.'],
          },
        },
      },
      /2 of 3 characters/,
      null,
    ],
    ['changed', { hydrate: { stale: 'changed' } }, /has changed since/, /Inspect again/],
    ['gone', { hydrate: { stale: 'gone' } }, /no longer there/, null],
  ];
  for (const [name, options, text, button] of cases) {
    it(`say what is the matter when ${name}`, async () => {
      const view = await show(hostOf(reading, options));
      const words = await view.page.locator('#root').innerText();
      assert.match(words, text);
      if (button !== null) assert.match(words, button);
      await view.page.screenshot({ path: path.join(screenshotFolder, `state-${name.replaceAll(' ', '-')}.png`) });
      await assertTidy(view.page);
      await assertNothingSerious(view.page);
      assert.deepEqual(view.complaints, []);
      await view.close();
    });
  }

  it('ask for predictions and gradients only when the values in sight are here', async () => {
    const host = hostOf(reading, {
      status: { kind: 'complete', summary: { steps: reading.trace.steps, path: 'plain', computeMs: 0, notes: [] } },
    });
    const view = await show(host);
    const order: readonly string[] = host.received.map((message) =>
      message.type === 'request' ? message.kind : message.type,
    );
    for (const kind of ['predictions', 'gradients'])
      assert.ok(order.indexOf(kind) > order.indexOf('range') && order.includes('range'), order.join());
    await view.close();
  });

  it('strike out the tokens that have changed, and no others, and go on answering about them', async () => {
    const staleMarks = { changed: [{ from: 3, to: 7 }], insertedBefore: [12] };
    const pixelsWith = async (
      hydrate: FakeHostOptions['hydrate'],
    ): Promise<{ readonly view: ViewPage; readonly columns: string[] }> => {
      const view = await show(hostOf(reading, { hydrate: { ...hydrate } }));
      const columns = await view.page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-track=ribbon] .plot canvas');
        const context = canvas?.getContext('2d');
        const columnPx = (canvas?.clientWidth ?? 0) / 47;
        return Array.from(
          { length: 20 },
          (_, step) => context?.getImageData(Math.round(step * columnPx) + 6, 0, 4, 36).data.join() ?? '',
        );
      });
      return { view, columns };
    };
    const fresh = await pixelsWith({});
    const { view, columns } = await pixelsWith({ stale: 'changed', staleMarks });
    assert.deepEqual(
      columns.flatMap((pixels, step) => (pixels === fresh.columns[step] ? [] : [step])),
      [3, 4, 5, 6],
    );
    assert.match(await view.page.locator('.notice').innerText(), /4 of 47 tokens are struck out\. A wedge shows/);
    const ribbon = await view.page.locator('[data-track=ribbon] .plot canvas').boundingBox();
    assert.ok(ribbon);
    await view.page.mouse.click(ribbon.x + (4.5 / 47) * ribbon.width, ribbon.y + 10);
    await view.page.locator('.token-text.is-changed').first().waitFor();
    await view.page.mouse.move(1, 1);
    await view.page.locator('.plots').press('ArrowRight');
    await view.page.waitForFunction(() =>
      document.getElementById('live')?.textContent.includes('Changed since it was read.'),
    );
    await view.page.screenshot({ path: path.join(screenshotFolder, 'state-struck-out.png') });
    await assertTidy(view.page);
    await fresh.view.close();
    await view.close();
  });

  it('keep the letters of neighbouring pins apart, at the edges too', async () => {
    const last = reading.trace.steps - 1;
    const state = {
      layer: 0,
      direction: 'forward',
      cursor: null,
      pins: [0, 1, last - 1, last],
      unit: null,
      order: 'stored',
      zoom: null,
      ribbon: 'h',
    } as const;
    const view = await show(hostOf(reading, { hydrate: { state } }), 700);
    const boxes = await view.page
      .locator('.marker-pin.is-seen span')
      .evaluateAll((letters) => letters.map((letter) => letter.getBoundingClientRect().toJSON() as DOMRect));
    assert.equal(boxes.length, 4);
    const sorted = boxes.sort((a, b) => a.left - b.left);
    sorted
      .slice(1)
      .forEach((box, k) => assert.ok(box.left >= (sorted[k]?.right ?? 0), `${k}: ${JSON.stringify(boxes)}`));
    await view.page.screenshot({ path: path.join(screenshotFolder, 'state-pins.png') });
    await assertTidy(view.page);
    await view.close();
  });

  it('say that the panel is too narrow instead of drawing nothing', async () => {
    const view = await show(hostOf(reading), 200);
    assert.ok(await view.page.locator('.too-narrow').isVisible());
    assert.ok(!(await view.page.locator('.plots').isVisible()));
    await view.close();
  });

  it('do the whole main job by keyboard alone, and speak the values of the token', async () => {
    const host = hostOf(reading);
    const view = await show(host);
    const { page } = view;
    for (
      let tabs = 0;
      tabs < 30 && !(await page.evaluate(() => document.activeElement?.classList.contains('plots')));
      tabs++
    )
      await page.keyboard.press('Tab');
    assert.ok(
      await page.evaluate(() => document.activeElement?.classList.contains('plots')),
      'the pictures cannot be reached with Tab',
    );
    for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.getElementById('live')?.textContent.includes('Token 5 of'));
    const spoken = (await page.locator('#live').textContent()) ?? '';
    for (const field of ['i', 'f', 'g', 'o', 'c', 'h']) assert.match(spoken, new RegExp(`\\b${field} mean -?\\d`));
    assert.match(spoken, /Unit \d+: /);
    assert.match(spoken, /Expected next: /);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('live')?.textContent.startsWith('Pinned.'));
    assert.match(await page.locator('.unit-heading').innerText(), /Unit \d+ at step 4/);
    await page.keyboard.press('c');
    await page.keyboard.press('r');
    await page.keyboard.press('+');
    await page.keyboard.press('Escape');
    await eventually(() =>
      assert.deepEqual(
        [host.of('copy').length, host.of('reveal').length, host.of('state').at(-1)?.state.unit],
        [1, 1, null],
      ),
    );
    assert.match(host.of('copy')[0]?.text ?? '', /Token 5 of/);
    assert.equal(host.of('reveal')[0]?.step, 4);
    // One message a painted frame: keys that come faster are taken together, but the last place is always told.
    const told = host.of('hover').map(({ step }) => step ?? -1);
    assert.equal(told.at(-1), 4);
    assert.deepEqual(
      told,
      [...new Set(told)].sort((a, b) => a - b),
    );
    const last = host.of('state').at(-1)?.state;
    assert.deepEqual([last?.pins, last?.unit, last?.cursor], [[], null, 4]);
    assert.ok(last?.zoom !== null);
    await page.keyboard.press(' ');
    await page.waitForFunction(() => document.querySelector('[aria-label=Pause]') !== null);
    while ((host.of('hover').at(-1)?.step ?? 0) <= 4) await page.waitForTimeout(20);
    await page.keyboard.press(' ');
    await page.waitForFunction(() => document.querySelector('[aria-label=Play]') !== null);
    assert.deepEqual(view.complaints, []);
    await view.close();
  });

  it('keep cursor, pins and zoom when the host hydrates them again', async () => {
    const state = {
      layer: 0,
      direction: 'forward',
      cursor: 7,
      pins: [3, 9999],
      unit: 2,
      order: 'stored',
      zoom: { from: 2, to: 22 },
      ribbon: 'f',
    } as const;
    const host = hostOf(reading, { hydrate: { state } });
    const view = await show(host);
    const kept = host.of('sight').at(-1);
    assert.deepEqual([kept?.from, kept?.to], [2, 22]);
    assert.match(await view.page.locator('.unit-heading').innerText(), /Unit 2 at step 3/);
    await view.close();
  });

  it("follow the editor's cursor, a pin made there and the replay when they leave the columns in sight", async () => {
    const zoom = { from: 0, to: 12 };
    const state = {
      layer: 0,
      direction: 'forward',
      cursor: null,
      pins: [],
      unit: null,
      order: 'stored',
      zoom,
      ribbon: 'h',
    } as const;
    const host = hostOf(reading, { hydrate: { state } });
    const view = await show(host);
    const seen = async (step: number): Promise<void> => {
      const isSeen = (): boolean => {
        const now = host.of('state').at(-1)?.state;
        return (
          now?.cursor === step &&
          now.zoom !== null &&
          now.zoom.from <= step &&
          step < now.zoom.to &&
          now.zoom.to - now.zoom.from === 12
        );
      };
      for (let attempt = 0; attempt < 100 && !isSeen(); attempt++) await view.page.waitForTimeout(20);
      assert.ok(isSeen(), `step ${step}: ${JSON.stringify(host.of('state').at(-1))}`);
    };
    await view.send({ type: 'cursor', step: 40, pin: true });
    await seen(40);
    await view.send({ type: 'cursor', step: 20, pin: false });
    await seen(20);
    await view.send({ type: 'cursor', step: 31, pin: false });
    await view.page.locator('.plots').press(' ');
    while ((host.of('hover').at(-1)?.step ?? 0) < 36) await view.page.waitForTimeout(20);
    await view.page.locator('.plots').press(' ');
    await seen(host.of('hover').at(-1)?.step ?? NaN);
    await view.close();
  });

  it('save the picture and the numbers', async () => {
    const host = hostOf(reading);
    const view = await show(host);
    await view.page.getByRole('button', { name: 'View options' }).click();
    for (const name of ['Save the picture as PNG', 'Save the picture as SVG', 'Save the numbers as CSV'])
      await view.page.getByRole('button', { name }).click();
    while (host.of('save').length < 3) await view.page.waitForTimeout(50);
    const saved = new Map(
      host
        .of('save')
        .map(({ suggestedName, data }) => [
          suggestedName.split('.').at(-1),
          Buffer.from(data as unknown as string, 'base64'),
        ]),
    );
    assert.deepEqual([...(saved.get('png')?.subarray(1, 4) ?? [])], [...Buffer.from('PNG')]);
    assert.match(saved.get('svg')?.toString() ?? '', />forget</);
    assert.match(
      saved.get('svg')?.toString() ?? '',
      /sample\.txt; [^<]+; layer 0 \(LSTM, forward\), 16 units by cluster; steps 0 to \d+ of 47/,
    );
    assert.equal((saved.get('csv')?.toString() ?? '').match(/^\d+,/gm)?.length, reading.trace.steps);
    await view.close();
  });

  for (const [name, text, options] of [
    ['one token', 'a', { units: 16 }],
    ['one unit', 'The cell.', { units: 1 }],
    ['512 units', 'The cell.', { units: 512 }],
    ['a GRU', 'The cell.', { cell: 'gru', units: 8 }],
    ['an RNN', 'The cell.', { cell: 'rnn', units: 8 }],
  ] as const) {
    it(`show ${name}`, async () => {
      const seeded = seededReading(text, options);
      const view = await show(hostOf(seeded));
      const box = await view.page.locator('[data-track=h] .plot canvas').boundingBox();
      assert.ok(box !== null && box.height > 40);
      await view.page.mouse.click(box.x + 5, box.y + box.height - 2);
      await view.page.locator('.unit-heading', { hasText: /Unit \d+ at step 0/ }).waitFor();
      const chosen = Number(/Unit (\d+) at step 0/.exec(await view.page.locator('.unit-heading').innerText())?.[1]);
      const order = byActivity(seeded.trace.layers[0] as LayerTrace);
      const unitsAPixel = Math.ceil(options.units / box.height);
      const row = order.indexOf(chosen);
      assert.ok(
        row >= options.units - 2 * unitsAPixel - 1,
        `unit ${chosen} of row ${row} under the last but one pixel`,
      );
      assert.deepEqual(view.complaints, []);
      await assertTidy(view.page);
      await view.close();
    });
  }
});

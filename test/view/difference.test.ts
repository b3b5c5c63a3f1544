import assert from 'node:assert/strict';
import path from 'node:path';
import { createRandom, drawNormal } from '../../src/base/random';
import { type HydrateDifference } from '../../src/protocol/differenceMessages';
import { type FieldChoice, type TraceDifference } from '../../src/trace/reading/difference';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { themeNames } from './support/themes';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';

const text = 'It was the best of times, it was the worst of times';
const H = 24;
const fieldNames = ['i', 'f', 'g', 'o', 'c', 'h'] as const;

/** A difference in which unit 7 of the cell state grows over "worst" and the rest moves a little. */
function differenceOf(shown: FieldChoice = { layer: 0, direction: 'forward', field: 'c' }): TraceDifference {
  const random = createRandom(3);
  const [from, to] = [0, text.length];
  const small = shown.field === 'c' ? 0.1 : 0.02;
  const before = Float32Array.from({ length: to * H }, () => drawNormal(random) * 0.4);
  const difference = Float32Array.from({ length: to * H }, () => drawNormal(random) * small);
  for (let step = 37; step < 42; step++) difference[step * H + 7] = 0.8 + step / 100;
  const changes = [41, 40, 39, 38, 37].map((step) => ({
    step,
    unit: 7,
    before: before[step * H + 7] ?? 0,
    now: (before[step * H + 7] ?? 0) + (difference[step * H + 7] ?? 0),
  }));
  return {
    steps: to,
    from,
    to,
    unmatched: 0,
    shown,
    width: H,
    before,
    difference,
    changes,
    notes: [],
    tokens: [...text].map((character, at) => ({ text: character, start: at, end: at + 1, id: at })),
    layers: [{ layer: 0, direction: 'forward', cell: 'lstm', name: 'lstm', units: H, outputWidth: H, inputWidth: 4 }],
    fields: fieldNames.map((field, at) => ({
      layer: 0,
      direction: 'forward',
      field,
      rootMeanSquare: field === 'c' ? 0.14 : 0.01 * (at + 1),
      largest: field === 'c' ? 1.21 : 0.1,
    })),
  };
}

const hydrate: HydrateDifference = {
  type: 'hydrateDifference',
  source: 'notes.md',
  before: 'model.h5, read 14:02:11',
  now: 'model.h5, read 14:05:48',
  inspections: { before: 1, inspection: 2 },
  state: 'ready',
  strings: {},
};

interface Posted {
  readonly type: string;
  readonly id?: number;
  readonly kind?: string;
  readonly step?: number | null;
  readonly params?: { readonly before: number; readonly inspection: number; readonly shown?: FieldChoice };
}

describe('the page that shows in what two readings differ', () => {
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
      page: 'difference',
      onMessage: (raw, send) => {
        const message = raw as Posted;
        posted.push(message);
        if (message.type === 'ready') void send(hydrate);
        if (message.type === 'request')
          void send({
            type: 'answer',
            id: message.id,
            result: { ok: true, value: differenceOf(message.params?.shown) },
          });
      },
    });
    await view.page.waitForSelector('.difference-table td');
    return view;
  }

  for (const theme of themeNames) {
    for (const width of [1600, 320]) {
      it(`shows the map, the largest changes and every field in ${theme} at ${width} pixels`, async () => {
        const view = await show(theme, width);
        await view.page.screenshot({
          path: path.join(screenshotFolder, `difference-${theme}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(view.page);
        await assertNothingSerious(view.page);
        assert.deepEqual(view.complaints, []);
        assert.match(
          await view.page.locator('.subtitle').innerText(),
          /notes\.md: from model\.h5, read 14:02:11 to model\.h5, read 14:05:48/,
        );
        await view.close();
      });
    }
  }

  it("paints what changed most in the strongest colour, and unchanged cells in the background's", async () => {
    const view = await show('light-modern', 1600);
    const [strong, weak] = await view.page.evaluate(() => {
      const canvas = document.querySelector('canvas.difference-canvas') as HTMLCanvasElement;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const [left, top, columnPx, rowPx] = [34, 20, Math.min(28, (canvas.width - 36) / 51), 240 / 24];
      return [
        [40, 7],
        [5, 2],
      ].map(([step = 0, unit = 0]) => [
        ...context.getImageData(
          Math.round(left + (step + 0.5) * columnPx),
          Math.round(top + (unit + 0.5) * rowPx),
          1,
          1,
        ).data,
      ]);
    });
    const lightness = (pixel: number[] | undefined): number =>
      (pixel ?? []).slice(0, 3).reduce((sum, channel) => sum + channel, 0);
    assert.ok(lightness(strong) < lightness(weak) - 100, `${String(strong)} against ${String(weak)}`);
    await view.close();
  });

  it('asks for another field and says what a cell was, is and by how much it changed', async () => {
    const view = await show('dark-modern', 1600);
    await view.page.getByRole('button', { name: /forget gate/ }).click();
    await view.page.waitForFunction(() =>
      document.querySelector('.difference-detail')?.textContent?.startsWith('forget gate f'),
    );
    assert.deepEqual(
      posted
        .filter(({ type }) => type === 'request')
        .map(({ kind, params }) => [kind, params?.before, params?.inspection, params?.shown?.field]),
      [
        ['difference', 1, 2, undefined],
        ['difference', 1, 2, 'f'],
      ],
    );
    await view.page.getByTitle('Show this cell').first().click();
    assert.match(
      await view.page.locator('.difference-detail').innerText(),
      /^Step 41 “t”, unit 7, forget gate f: .* before, .* now, change \+1\.210\.$/,
    );
    assert.equal(posted.findLast(({ type }) => type === 'hover')?.step, 41);
    await view.close();
  });

  it('is moved over by the arrow keys, and speaks the cell', async () => {
    const view = await show('light-modern', 800);
    await view.page.locator('.difference-map').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await view.page.keyboard.press(key);
    await view.page.waitForFunction(() => document.getElementById('live')?.textContent?.startsWith('Step 1 '));
    assert.match(await view.page.locator('.difference-detail').innerText(), /unit 1,/);
    await view.close();
  });

  it('says that the changed model is still read, and keeps what was compared when a panel closes', async () => {
    const view = await show('light-modern', 800);
    await view.send({ ...hydrate, state: 'reading' });
    await view.page.waitForFunction(() => document.querySelector('.notice')?.textContent?.includes('is being read'));
    await view.send({ ...hydrate, state: 'closed' });
    await view.page.waitForFunction(() =>
      document.querySelector('.notice')?.textContent?.includes('What was compared stays here'),
    );
    assert.ok(await view.page.locator('.difference-map').isVisible());
    await view.close();
  });
});

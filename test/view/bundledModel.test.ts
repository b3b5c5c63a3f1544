import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Page } from 'playwright-core';
import { type WorkerLink } from '../../src/link/workerLink';
import { log10Norms, type LossChoice } from '../../src/trace/reading/gradients';
import { eventually } from '../support/eventually';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { screenshotFolder, ViewBench, type ViewPage } from './support/viewPage';
import { ask, startWorker, WorkerHost } from './support/workerHost';

const sample = readFileSync(path.resolve(__dirname, '../../media/samples/sample.txt'), 'utf8');
const pinned = 40;

/** The pixels of a canvas as 32-bit words, row by row. */
async function pixelsOf(
  page: Page,
  selector: string,
): Promise<{ readonly width: number; readonly height: number; readonly words: Uint32Array }> {
  const read = `(() => { const canvas = document.querySelector(${JSON.stringify(selector)}); const { width, height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    return { width, height, bytes: [...context.getImageData(0, 0, width, height).data] }; })()`;
  const { width, height, bytes } = (await page.evaluate(read)) as { width: number; height: number; bytes: number[] };
  return { width, height, words: new Uint32Array(Uint8Array.from(bytes).buffer) };
}

/** A number as the side pane writes it. */
const twoPlaces = (value: number): string => value.toFixed(2).replace('-', '\u2212');

/** Fails unless every value of one level has one colour and the levels have many colours between them. */
function assertOneColourALevel(levels: readonly (readonly [level: number, word: number])[]): void {
  const colours = new Map<number, number>();
  for (const [level, word] of levels) {
    const known = colours.get(level);
    assert.ok(known === undefined || known === word, `level ${level} is painted in two colours`);
    colours.set(level, word);
  }
  assert.ok(new Set(colours.values()).size > 20, 'the values are painted in hardly any colours');
}

describe('the inspector with a bundled model', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let host: WorkerHost;
  let view: ViewPage;
  before(async () => {
    link = startWorker();
    host = await WorkerHost.read(link, 'prose-lstm', sample);
    bench = await ViewBench.start();
    view = await bench.open({ theme: 'light-modern', width: 1600, height: 1000, onMessage: host.onMessage });
    await view.page.waitForSelector('[data-track=gradient]:not([hidden])');
    const box = await view.page.locator('[data-track=c] .plot canvas').boundingBox();
    await view.page.mouse.click((box?.x ?? 0) + (pinned + 0.5) * 12, (box?.y ?? 0) + 20);
    await view.page.mouse.move(1, 1);
    await view.page.waitForFunction(
      (step) => document.querySelector('.unit-heading')?.textContent.includes(`at step ${step}`),
      pinned,
    );
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  const openTab = (name: string): Promise<void> => view.page.getByRole('tab', { name }).click();

  it('shows a pinned unit of a trained network, and nothing is out of place', async () => {
    await view.page.waitForTimeout(400);
    await view.page.screenshot({ path: path.join(screenshotFolder, 'bundled-inspector.png') });
    await assertTidy(view.page);
    await assertNothingSerious(view.page);
  });

  it('shows cells as the output gate sees them at first, and by their logarithm or in proportion on request', async () => {
    const button = view.page.locator('.scale-choice');
    const coloursOf = (): Promise<number> =>
      view.page.locator('[data-track=c] .plot canvas').evaluate((canvas) => {
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height];
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(canvas as HTMLCanvasElement, 0, 0);
        return new Set(
          new Uint32Array(context?.getImageData(0, 0, copy.width, copy.height).data.buffer ?? new ArrayBuffer(0)),
        ).size;
      });
    const seen: [string, string, number][] = [];
    for (let k = 0; k < 3; k++) {
      seen.push([
        await button.innerText(),
        (await view.page.locator('.legend-entry').allInnerTexts()).join('|').replace(/\s+/g, ' '),
        await coloursOf(),
      ]);
      await view.page
        .locator('[data-track=c] .track, [data-track=c]')
        .first()
        .screenshot({ path: path.join(screenshotFolder, `bundled-cell-${k}.png`) });
      await button.click();
      await view.page.waitForTimeout(200);
    }
    assert.deepEqual(
      seen.map(([name]) => name),
      ['c as tanh(c)', 'c by its logarithm', 'c in proportion'],
    );
    assert.match(seen[0]?.[1] ?? '', /gates 0 1\|states \u22121 1/);
    assert.match(seen[1]?.[1] ?? '', /c \u2212\d+ \d+/);
    assert.ok((seen[1]?.[2] ?? 0) > 100, JSON.stringify(seen));
  });

  it('draws the gradient strip at the heights of the norms that the engine gives', async () => {
    const asked = host.received.filter((message) => message.type === 'request' && message.kind === 'gradients').at(-1);
    assert.ok(asked?.type === 'request');
    const { loss } = asked.params as { readonly loss: LossChoice };
    assert.ok(typeof loss.at === 'object' && loss.at.step > 60, 'the loss is that of the last column in sight');
    const { layers } = await ask(link, 'gradients', { inspection: 1, loss });
    const [layer] = layers;
    assert.ok(layer?.dLdc !== undefined);
    const h = log10Norms(layer.dLdh);
    await openTab('Gradient');
    const table = await view.page.locator('table.statistics:visible').innerText();
    assert.match(table, new RegExp(`norm at step ${pinned}`));
    for (const norms of [layer.dLdh, layer.dLdc, ...Object.values(layer.dLdGate)]) {
      const expected = twoPlaces(log10Norms(norms)[pinned] ?? NaN);
      assert.ok(table.includes(expected), `${expected} is not in ${table}`);
    }
    const strip = await view.page.locator('[data-track=gradient] canvas').evaluate((canvas) => ({
      texts: ((canvas as unknown as { labels: { text: string }[] }).labels ?? []).map(({ text }) => text),
      heightPx: canvas.clientHeight,
    }));
    const ends = strip.texts.filter((text) => /^1e/.test(text));
    const [high, low] = ends.map((text) => Number(text.replace('\u2212', '-').replace('1e', '')));
    assert.ok(high !== undefined && low !== undefined && low < high);
    const letter = view.page.locator('[data-track=gradient] .line-letters .letter').first();
    assert.equal(await letter.innerText(), 'h');
    const colour = (await letter.evaluate((node) => getComputedStyle(node).color)).match(/\d+/g)?.map(Number) ?? [];
    const { width, height, words } = await pixelsOf(view.page, '[data-track=gradient] canvas');
    for (let step = 4; step < Math.floor(width / 12); step += 7) {
      const x = Math.round((step + 0.5) * 12);
      const expected = 2 + ((high - (h[step] ?? NaN)) / (high - low)) * (strip.heightPx - 8 - 4);
      const rows = Array.from({ length: height }, (_, y) => y).filter((y) => isNear(words[y * width + x] ?? 0, colour));
      assert.ok(
        rows.some((y) => Math.abs(y + 0.5 - expected) <= 2),
        `step ${step}: dL/dh should be at ${expected}, its colour is at ${rows.join()}`,
      );
    }
  });

  it('paints the matrix of loss step by time step as the engine computes it', async () => {
    const matrix = await ask(link, 'lossMatrix', { inspection: 1, layer: 0, direction: 'forward', state: 'h' });
    await openTab('Gradient');
    await view.page.getByRole('button', { name: 'Show where the gradient comes from' }).click();
    await view.page.waitForSelector('canvas.matrix:not([hidden])');
    await view.page.waitForSelector('[data-track=sources]:not([hidden])');
    const { width, height, words } = await pixelsOf(view.page, 'canvas.matrix');
    assert.deepEqual([width, height], [matrix.to - matrix.from, matrix.lossSteps.length]);
    const [smallest = NaN, top = NaN] = matrix.range;
    const low = Math.max(smallest, top - 12);
    const levels: [number, number][] = [];
    matrix.log10.forEach((value, at) => {
      assert.equal((words[at] ?? 0) >>> 24, value === -Infinity ? 0 : 255, `cell ${at}: ${value}`);
      if (value !== -Infinity)
        levels.push([Math.max(0, Math.round(((value - low) * 255) / (top - low))), words[at] ?? 0]);
    });
    assertOneColourALevel(levels);
    assert.match(
      await view.page.locator('.matrix-axis').innerText(),
      new RegExp(
        `time step ${matrix.from} to ${matrix.to - 1} across, loss step ${matrix.lossSteps[0]} to ${matrix.lossSteps.at(-1)} down`,
      ),
    );
    await view.page.screenshot({ path: path.join(screenshotFolder, 'bundled-matrix.png') });
    await assertTidy(view.page);
  });

  it('colours the text by the sensitivity of the output of the cursor, on a scale per token', async () => {
    const { log10, rowMaximum } = await ask(link, 'connectivity', { inspection: 1, from: pinned, to: pinned + 1 });
    await view.page.evaluate(() => {
      const choice = [...document.querySelectorAll<HTMLSelectElement>('select.select')].find(
        (select) => select.querySelector('[value=connectivity]') !== null,
      );
      if (choice === undefined) throw new Error('The toolbar does not offer the sensitivity.');
      choice.value = 'connectivity';
      choice.dispatchEvent(new Event('change'));
    });
    await view.page.locator('[data-track=ribbon] .gutter', { hasText: `on ${pinned}` }).waitFor();
    assert.equal(await view.page.locator('[data-track=ribbon] .gutter [title="scale per token"]').count(), 1);
    await eventually(async () => {
      const { width, words } = await pixelsOf(view.page, '[data-track=ribbon] .plot canvas');
      const levels = Array.from({ length: pinned + 1 }, (_, step): [number, number] => [
        Math.round(255 * 10 ** ((log10[step] ?? NaN) - (rowMaximum[0] ?? NaN))),
        words[2 * width + step * 12 + 6] ?? 0,
      ]);
      const colours = new Map(levels);
      for (const [level, word] of levels) assert.equal(word, colours.get(level));
      assert.ok(
        colours.has(255) && colours.size > 3 && new Set(colours.values()).size === colours.size,
        JSON.stringify(levels),
      );
    });
    await view.page.screenshot({ path: path.join(screenshotFolder, 'bundled-sensitivity.png') });
    await assertTidy(view.page);
  });

  it('lists the findings of the engine, each with its evidence', async () => {
    const { findings } = await ask(link, 'findings', { inspection: 1 });
    assert.ok(findings.length > 0);
    await openTab('Findings');
    await view.page.waitForSelector('ul.findings');
    assert.deepEqual(
      await view.page.locator('.finding-title').allInnerTexts(),
      findings.map(({ title }) => title),
    );
    assert.deepEqual(
      await view.page.locator('.finding-evidence').allInnerTexts(),
      findings.map(({ evidence }) => evidence),
    );
    await view.page.screenshot({ path: path.join(screenshotFolder, 'bundled-findings.png') });
    await assertTidy(view.page);
    await assertNothingSerious(view.page);
  });

  it('keeps the list when a finding is clicked, and shows its unit where it shows best', async () => {
    const { findings } = await ask(link, 'findings', { inspection: 1 });
    const index = findings.findIndex(({ kind }) => kind === 'follows');
    const finding = findings[index];
    assert.ok(finding?.step !== undefined, 'a unit goes along with quotes');
    await view.page.keyboard.press('Escape');
    await view.page.locator('.finding').nth(index).click();
    await view.page.locator('[data-track=unit]').first().waitFor();
    assert.ok(await view.page.locator('.finding').nth(index).isVisible());
    await view.page.screenshot({ path: path.join(screenshotFolder, 'bundled-finding-shown.png') });
  });

  it('complains of nothing on the whole way', () => {
    assert.deepEqual(view.complaints, []);
    assert.deepEqual(
      host.received.filter(({ type }) => type === 'broken'),
      [],
    );
  });
});

describe('the gradients of a long text', () => {
  let bench: ViewBench;
  let link: WorkerLink;
  let host: WorkerHost;
  const length = 12_000;
  before(async () => {
    link = startWorker();
    host = await WorkerHost.read(link, 'prose-lstm', sample.repeat(Math.ceil(length / sample.length)).slice(0, length));
    bench = await ViewBench.start();
  });
  after(async () => {
    await bench.stop();
    link.dispose();
  });

  it('are not computed unasked: the pane says what they cost and offers a part, which is then exact', async () => {
    const { page, complaints } = await bench.open({
      theme: 'dark-modern',
      width: 1200,
      height: 900,
      onMessage: host.onMessage,
    });
    await page.getByRole('tab', { name: 'Gradient' }).click();
    const pane = page.locator('vscode-tab-panel:visible');
    await pane.getByText('going back through all 12,000 steps takes').waitFor();
    assert.match(await pane.innerText(), /(about [\d.]+ s|less than 0\.1 s) and \d+ MB/);
    assert.deepEqual(
      host.received.filter((message) => message.type === 'request' && message.kind === 'gradients'),
      [],
    );
    await page.screenshot({ path: path.join(screenshotFolder, 'bundled-long-text.png') });
    await assertTidy(page);
    await pane.getByText('Only 2,000 steps before the loss').click();
    await page.waitForSelector('[data-track=gradient]:not([hidden])');
    await page.locator('.plots').press('End');
    await pane.getByText(`norm at step ${length - 1}`).waitFor();
    const { layers } = await ask(link, 'gradients', { inspection: 1, loss: { at: 'last' } });
    await page.locator('.plots').press('ArrowLeft');
    await pane.getByText(`norm at step ${length - 2}`).waitFor();
    assert.ok(layers[0] && (await pane.innerText()).includes(twoPlaces(log10Norms(layers[0].dLdh)[length - 2] ?? NaN)));
    await page.locator('.plots').press('Home');
    await pane.getByText('left out').first().waitFor();
    await pane.getByRole('button', { name: 'All steps' }).click();
    await page.waitForFunction(
      () =>
        document.querySelector('vscode-tab-panel:not([hidden]) table.statistics td') !== null &&
        !document.body.innerText.includes('left out'),
    );
    const [first] = [log10Norms(layers[0].dLdh)[0] ?? NaN];
    await pane.getByText(twoPlaces(first)).first().waitFor();
    assert.deepEqual(complaints, []);
  });
});

function isNear(word: number, [red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  const away =
    Math.abs((word & 255) - red) + Math.abs(((word >> 8) & 255) - green) + Math.abs(((word >> 16) & 255) - blue);
  return word >>> 24 > 200 && away < 40;
}

import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Locator } from 'playwright-core';
import { moodSpace, writeMoodLab } from '../support/moodLab';
import { safetensorsOf } from '../support/files/torchFile';
import { openWorkbench, type Workbench } from '../support/workbench';

const bundled = path.resolve(__dirname, '../../media/models/prose-lstm');
const link = '[Install the missing reader](command:workbench.action.toggleZenMode)';
const picture = '![x](https://example.com/x.png)';
const ticks = `\`\`${link}\`\``;

/** What a stranger's folder may hold: names, tokens and paths that are markup. */
function prepare(workspace: string): void {
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(path.join(workspace, name), content);
  for (const name of ['model.json', 'weights.bin']) cpSync(path.join(bundled, name), path.join(workspace, name));
  const named = { name: `${link} ${picture}`, description: `${link} ${picture}` };
  const settings = JSON.parse(readFileSync(path.join(bundled, 'inspector.json'), 'utf8')) as object;
  write('inspector.json', JSON.stringify({ ...settings, ...named }));
  write(`${link}.onnx`, 'this is no model');
  write('words.safetensors', safetensorsOf(wordModel));
  write('vocabulary.json', JSON.stringify(['<unk>', ticks, picture, `${link}|$(zap)`]));
  write(
    'words.inspector.json',
    JSON.stringify({ ...named, vocabulary: 'vocabulary.json', level: 'word', task: 'next-token', unknown: 0 }),
  );
  write(
    'stranger.lstm-lab.json',
    JSON.stringify({
      name: 'stranger',
      task: 'classify',
      data: { format: 'table', files: [{ path: `${link}.csv` }], split: { by: 'line-modulo' } },
      tokens: { level: 'word' },
      model: { cell: 'lstm' },
    }),
  );
}

/** A model of four tokens that predicts the next one, with a tensor that no layer reads. */
const wordModel = {
  'embedding.weight': [4, 2],
  'lstm.weight_ih_l0': [8, 2],
  'lstm.weight_hh_l0': [8, 2],
  'lstm.bias_ih_l0': [8],
  'lstm.bias_hh_l0': [8],
  'fc.weight': [4, 2],
  'fc.bias': [4],
  [`${link}.weight`]: [3, 3],
};

/** No link but one that runs a command of ours, and no picture from elsewhere. */
async function assertPlain(shown: Locator): Promise<void> {
  const addresses = await shown
    .locator('a')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-href') ?? each.getAttribute('href') ?? ''));
  const foreign = addresses.filter((each) => each !== '' && !each.startsWith('command:lstmInspector.'));
  assert.deepEqual(foreign, []);
  assert.equal(await shown.locator('img[src^="http"], .codicon-zap').count(), 0);
}

describe("a stranger's folder, as a person", () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ extension: 'sources', isUntrusted: true, prepare });
  });
  after(async () => (workbench as Workbench | undefined)?.dispose());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-stranger');
  });

  const notification = (text: string): Locator =>
    workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  const hoverUntil = async (over: Locator, hover: Locator): Promise<void> => {
    for (let attempt = 0; attempt < 6 && !(await hover.isVisible()); attempt++) {
      await over.hover({ position: { x: 12 + 6 * attempt, y: 8 } });
      await hover.waitFor({ timeout: 4000 }).catch(() => undefined);
    }
    await hover.waitFor({ timeout: 1000 });
  };
  /** The hover over the first line of the editor in front. */
  const hoverOverText = async (): Promise<Locator> => {
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'step ' }).first();
    await hoverUntil(workbench.page.locator('.view-line').first(), hover);
    return hover;
  };
  /** A name as it is shown: a mark without width keeps its parts from being a link. */
  const shown = (name: string): RegExp =>
    new RegExp(`${[...name].map((each) => `${each.replace(/\W/g, '\\$&')}\u200c?`).join('')}`);

  it('asks for trust before Train, Search and Transfer, and writes nothing', async () => {
    const before = readdirSync(workbench.workspace).sort();
    await workbench.openFile('stranger.lstm-lab.json');
    for (const name of ['Train (Lab)', 'Search Hyperparameters (Lab)', 'Transfer (Lab)']) {
      await workbench.runCommand(`LSTM Inspector: ${name}`);
      const said = notification('Trust this workspace');
      await said.waitFor({ timeout: 20_000 });
      assert.ok(await said.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).isVisible());
      await workbench.runCommand('Notifications: Clear All Notifications');
    }
    assert.deepEqual(readdirSync(workbench.workspace).sort(), before);
  });

  it('shows the name of its model as text in the hover, without link and picture, and inspecting works', async () => {
    await workbench.openFile('sample.txt');
    await workbench.chooseFromExplorer('model.json', 'Inspect with Model File...');
    await workbench.findFrame('canvas[aria-label^="forget gate"]');
    const hover = await hoverOverText();
    assert.match((await hover.textContent()) ?? '', /Install the missing reader/);
    assert.equal(await hover.locator('table tr').count(), 7);
    await assertPlain(hover);
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows the tokens of a vocabulary as text in the hover, back ticks included', async () => {
    await workbench.openFile('sample.txt');
    await workbench.chooseFromExplorer('words.safetensors', 'Inspect with Model File...');
    await workbench.findFrame('canvas[aria-label^="forget gate"]');
    const hover = await hoverOverText();
    const text = ((await hover.textContent()) ?? '').replaceAll('\u200c', '').replaceAll('\u2423', ' ');
    for (const token of [ticks, picture]) assert.ok(text.includes(token), text);
    await assertPlain(hover);
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows the name of a file that cannot be read as text in the notification', async () => {
    await workbench.openFile('sample.txt');
    await workbench.chooseFromExplorer(link, 'Inspect with Model File...');
    const said = notification('Install the missing reader');
    await said.waitFor({ timeout: 20_000 });
    await assertPlain(said.locator('.notification-list-item-message'));
  });

  it('shows what its models say of themselves as text in the tree and its tooltips', async () => {
    const { page } = workbench;
    await workbench.runCommand('LSTM Inspector: Focus on LSTM Models View');
    const row = (text: string | RegExp): Locator =>
      page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
    await row('In this workspace').click();
    await row('Not readable').click();
    for (const name of ['words.safetensors', `${link}.onnx`]) {
      await row(shown(name)).waitFor({ timeout: 30_000 });
      const tooltip = page.locator('.monaco-hover', { hasText: shown(`workspace/${name}`) }).first();
      await hoverUntil(row(shown(name)).locator('.label-name').first(), tooltip);
      await assertPlain(tooltip);
    }
  });
});

describe('a lab file that names a journal outside its folder, as a person', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({
      extension: 'sources',
      prepare: (workspace) => {
        const search = { method: 'random', trials: 2, journal: '../../outside.log', space: moodSpace };
        writeMoodLab(workspace, 'outside', search, 1);
      },
    });
  });
  after(async () => (workbench as Workbench | undefined)?.dispose());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-outside');
  });

  it('is searched only when the person allows the path by its name; refused, nothing is written', async () => {
    const { page, workspace } = workbench;
    const journal = path.resolve(workspace, '../outside.log');
    const answer = async (button: string): Promise<void> => {
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.waitFor({ timeout: 30_000 });
      assert.ok((await dialog.innerText()).includes(`Write ${journal}`), await dialog.innerText());
      await dialog.locator('.monaco-button', { hasText: button }).first().click();
      await dialog.waitFor({ state: 'hidden', timeout: 10_000 });
    };
    await workbench.openFile('outside.lstm-lab.json');
    await workbench.runCommand('LSTM Inspector: Search Hyperparameters (Lab)');
    await answer('Cancel');
    await page.waitForTimeout(1000);
    assert.deepEqual([existsSync(journal), existsSync(path.join(workspace, 'outside'))], [false, false]);
    await workbench.runCommand('LSTM Inspector: Search Hyperparameters (Lab)');
    await answer('Allow');
    for (let attempt = 0; attempt < 300 && !existsSync(journal); attempt++) await page.waitForTimeout(100);
    assert.ok(existsSync(journal));
  });
});

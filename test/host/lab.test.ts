import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type TrainingRun } from '../../src/panel/trainingPanels';
import { closeAll, openComposition, until } from '../support/hostExtension';

const dishes = ['soup', 'bread', 'fish', 'cake', 'tea', 'pizza', 'salad', 'wine'];
const verdicts = {
  happy: ['fresh', 'lovely', 'tender', 'excellent', 'warm'],
  unhappy: ['stale', 'dreadful', 'burnt', 'awful', 'cold'],
};
/** 80 sentences, half of each label. */
const csv = [
  'text,label',
  ...Object.entries(verdicts).flatMap(([label, words]) =>
    dishes.flatMap((dish) => words.map((word) => `The ${dish} was ${word}.,${label}`)),
  ),
].join('\n');

describe('the lab', () => {
  let composition: Composition;
  let folder: vscode.Uri;
  before(async () => {
    composition = await openComposition();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(workspace);
    folder = vscode.Uri.joinPath(workspace, 'lab');
    await write('reviews.csv', csv);
  });
  after(() => vscode.workspace.fs.delete(folder, { recursive: true }));
  afterEach(closeAll);

  async function write(name: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.joinPath(folder, name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  const lab = (more: object = {}): string =>
    JSON.stringify({
      name: 'reviews',
      task: 'classify',
      data: {
        format: 'table',
        files: [{ path: 'reviews.csv' }],
        textColumn: 'text',
        labelColumn: 'label',
        split: { by: 'stratified', validation: 0.2, test: 0.2 },
      },
      tokens: { level: 'word' },
      model: { cell: 'gru' },
      hyperparameters: { units: 8, embedding_dim: 8, batch_size: 8, epochs: 2 },
      ...more,
    });

  it('shows lenses over a lab file: only what it has settings for', async () => {
    let file = 0;
    const titlesOf = async (text: string): Promise<string[]> => {
      const uri = await write(`lenses-${++file}.lstm-lab.json`, text);
      await vscode.window.showTextDocument(uri);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.flatMap(({ command }) => command?.title ?? []).sort();
    };
    assert.deepEqual(
      (await titlesOf(`// mine\n${lab()}`)).filter((title) => title !== 'Search' && title !== 'Transfer'),
      ['Open Results', 'Train'],
    );
    assert.deepEqual(await titlesOf('[]'), []);
  });

  it('trains, goes on with its panel closed, and is one run a lab file', async () => {
    const uri = await write('gru.lstm-lab.json', lab());
    const run = await vscode.commands.executeCommand<TrainingRun | null>('lstmInspector.trainLab', uri);
    assert.ok(run);
    await closeAll();
    await until('the training has ended', () => run.status.kind === 'complete');
    const finished = run.events.find((event) => event.type === 'finished');
    assert.ok(finished?.type === 'finished' && finished.test.count === 16);
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, 'gru', 'model.json'));
    const again = await vscode.commands.executeCommand<TrainingRun | null>('lstmInspector.openLabResults', uri);
    assert.equal(again, run, 'one run a lab file');
  });

  it('says what to run where a lab file has no results', async () => {
    const said: string[] = [];
    const listening = composition.messages.said.on(
      ({ message, actions }) => void said.push(message, ...Object.keys(actions)),
    );
    const uri = await write('fresh.lstm-lab.json', lab());
    assert.equal(await vscode.commands.executeCommand('lstmInspector.openLabResults', uri), null);
    listening.dispose();
    assert.match(said.join(), /^Nothing has been run with fresh\.lstm-lab\.json yet.*,Train$/);
  });

  it('writes no model when it is cancelled, and says why when the data is wrong', async () => {
    const uri = await write('long.lstm-lab.json', lab({ hyperparameters: { epochs: 5000, batch_size: 8 } }));
    const run = await vscode.commands.executeCommand<TrainingRun | null>('lstmInspector.trainLab', uri);
    assert.ok(run);
    await until('it has begun', () => run.events.some(({ type }) => type === 'validated'));
    run.act('cancel');
    await until('it has ended', () => run.status.kind === 'cancelled');
    await assert.rejects(async () => vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, 'long', 'model.json')));

    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    await write('open.csv', 'text,label\nfine,a\n"never closed,b\n');
    const wrong = await write('wrong.lstm-lab.json', lab().replace('reviews.csv', 'open.csv'));
    const failing = await vscode.commands.executeCommand<TrainingRun | null>('lstmInspector.trainLab', wrong);
    await until('it has failed', () => failing?.status.kind === 'failed');
    listening.dispose();
    assert.match(said.join(), /open\.csv, line 3: a quote in the row that begins here never closes/);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Composition } from '../../src/composition';
import { type Connectivity } from '../../src/trace/reading/lossMatrix';
import { closeAll, inspectWhole, openComposition, showText, until } from '../support/hostExtension';

describe("the sensitivity over the editor's text", () => {
  let composition: Composition;
  before(async () => {
    composition = await openComposition();
  });
  afterEach(async () => {
    if (composition.sensitivity.current) await vscode.commands.executeCommand('lstmInspector.toggleInfluence');
    await closeAll();
  });

  const pointAt = async (document: vscode.TextDocument, offset: number): Promise<void> => {
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, document.positionAt(offset));
    await until(
      `the sensitivity of step ${offset} is shown`,
      () => composition.sensitivity.current?.row.step === offset,
    );
  };

  it('follows the mouse, and colours each token by its share of the strongest, as the worker gives it', async () => {
    const { document } = await showText('"I know," said the king, "what I know."');
    const inspection = await inspectWhole();
    assert.deepEqual(await vscode.commands.executeCommand('lstmInspector.toggleInfluence'), true);
    for (const step of [9, 30]) {
      await pointAt(document, step);
      const answer = await inspection.ask('connectivity', { from: step, to: step + 1 });
      assert.ok(answer.ok);
      const { log10, rowMaximum } = answer.value as Connectivity;
      const shades = composition.sensitivity.rangesIn(document);
      for (let token = 0; token < inspection.tokens.length; token++) {
        const shade =
          1 +
          shades.findIndex((ranges) =>
            ranges.some((range) =>
              range.contains(new vscode.Range(document.positionAt(token), document.positionAt(token + 1))),
            ),
          );
        assert.equal(shade, Math.round(6 * 10 ** ((log10[token] ?? NaN) - (rowMaximum[0] ?? NaN))), `token ${token}`);
        if (token > step) assert.equal(shade, 0, 'what comes later has no share in it');
      }
      assert.equal(shades[5]?.length, 1, 'the strongest token');
    }
    assert.deepEqual(await vscode.commands.executeCommand('lstmInspector.toggleInfluence'), false);
    assert.deepEqual(composition.sensitivity.rangesIn(document).flat(), []);
  });

  it('follows the mouse in the view and the cursor, and leaves changed tokens without colour', async () => {
    const editor = await showText('the quick brown fox', [[4, 4]]);
    const inspection = await inspectWhole();
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('lstmInspector.toggleInfluence');
    await until(
      "the sensitivity of the cursor's token is shown",
      () => composition.sensitivity.current?.row.step === 4,
    );
    inspection.receive({ type: 'hover', step: 8 });
    await until(
      'the sensitivity of the token in the view is shown',
      () => composition.sensitivity.current?.row.step === 8,
    );
    const before = composition.sensitivity.rangesIn(editor.document).flat().length;
    assert.ok(before > 0);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 9), 'A'));
    assert.deepEqual(
      composition.sensitivity.rangesIn(editor.document).flat(),
      [],
      'all that step 8 is sensitive to is gone',
    );
  });

  it('is gone with its inspection, and says nothing of a text that is not inspected', async () => {
    const { document } = await showText('short lived');
    const inspection = await inspectWhole();
    await vscode.commands.executeCommand('lstmInspector.toggleInfluence');
    await pointAt(document, 3);
    composition.panels.close(inspection);
    await until('it is forgotten', () => composition.sensitivity.current === null);
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, document.positionAt(2));
    assert.equal(composition.sensitivity.current, null);
    await vscode.commands.executeCommand('lstmInspector.toggleInfluence');
  });

  it('is not turned on where nothing is inspected, which is said each time', async () => {
    await showText('nothing is inspected');
    const said: string[] = [];
    const listening = composition.messages.said.on(({ message }) => void said.push(message));
    for (let time = 1; time <= 2; time++) {
      assert.equal(await vscode.commands.executeCommand('lstmInspector.toggleInfluence'), false);
      assert.equal(said.length, time);
    }
    listening.dispose();
  });
});

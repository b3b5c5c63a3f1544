import assert from 'node:assert/strict';
import { parser } from 'typescript-eslint';
import { Linter } from 'eslint';

/** What the lint rule of src says to a piece of code. */
async function lint(code: string): Promise<number> {
  const { restrictedProperties, restrictedSyntax } = await import('../../../eslint.foreignText.mjs');
  const rules: Linter.RulesRecord = {
    'no-restricted-properties': ['error', ...restrictedProperties],
    'no-restricted-syntax': ['error', ...restrictedSyntax],
  };
  const messages = new Linter().verify(
    code,
    [{ files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser }, rules }],
    'probe.ts',
  );
  assert.ok(
    messages.every(({ fatal }) => fatal !== true),
    JSON.stringify(messages),
  );
  return messages.length;
}

describe('the lint rule of the one door', () => {
  it('finds every way around it', async () => {
    for (const code of [
      'void vscode.window.showErrorMessage(text);',
      'const { showErrorMessage } = vscode.window; void showErrorMessage(text);',
      "import { window } from 'vscode'; void window.showInformationMessage(text);",
      "void vscode.window['showWarningMessage'](text);",
      'const { window: w } = vscode; void w.showQuickPick([text]);',
      'void vscode.window.withProgress({ location: 15, title: text }, work);',
      'void window.withProgress({ location: 15, title: text }, work);',
      'new vscode.MarkdownString(text);',
      "import { MarkdownString } from 'vscode'; new MarkdownString(text);",
      'shown.isTrusted = true;',
      'shown.appendMarkdown(text);',
      'new vscode.TreeItem(text);',
      'item.tooltip = text;',
      'panel.title = text;',
      'new vscode.CodeLens(range, command);',
      'vscode.window.setStatusBarMessage(text);',
      'editor.setDecorations(type, [{ range, hoverMessage: text }]);',
    ])
      assert.ok((await lint(code)) > 0, code);
  });

  it('leaves other code alone', async () => {
    assert.equal(await lint("import { notify } from '../show/notify'; void notify('info', text); panel.reveal();"), 0);
  });
});

// One door for foreign text: VS Code shows words only through src/show, which makes them plain first.

const door = 'Words reach VS Code through src/show, which shows hidden characters, breaks links and bounds the length.';

const terminal = 'Words reach the terminal through src/cli/terminal.ts, which shows hidden characters.';

/** Functions of `vscode.window` that show words. */
const shown = [
  'showInformationMessage',
  'showWarningMessage',
  'showErrorMessage',
  'showQuickPick',
  'showWorkspaceFolderPick',
  'showInputBox',
  'showOpenDialog',
  'showSaveDialog',
  'createQuickPick',
  'createInputBox',
  'createOutputChannel',
  'createStatusBarItem',
  'createTerminal',
  'createTreeView',
  'createWebviewPanel',
  'setStatusBarMessage',
  'createDiagnosticCollection',
];

/** Properties of VS Code's objects that decide what markup may do. */
const markup = ['isTrusted', 'supportHtml', 'enabledCommands', 'appendMarkdown'];

/** Classes of VS Code that hold words. */
const classes = [
  'MarkdownString',
  'TreeItem',
  'CodeLens',
  'StatusBarItem',
  'CompletionItem',
  'Diagnostic',
  'InlayHint',
  'FileDecoration',
];
const named = `/^(${classes.join('|')})$/`;

/** Words that are set on an object of VS Code: a panel's title, a tree item's tooltip, the hover of a decoration. */
const words =
  '/^(title|tooltip|label|description|detail|placeholder|prompt|validationMessage|badge|hoverMessage|contentText)$/';

/** For `no-restricted-properties`. */
export const restrictedProperties = [
  ...[...shown, ...markup].map((property) => ({ property, message: door })),
  { object: 'window', property: 'withProgress', message: door },
];

/** For `no-restricted-properties` on the command line: words reach the terminal through src/cli/terminal.ts alone. */
export const terminalProperties = [
  { object: 'process', property: 'stdout', message: terminal },
  { object: 'process', property: 'stderr', message: terminal },
];

/** For `no-restricted-syntax`. */
export const restrictedSyntax = [
  { selector: `NewExpression[callee.property.name=${named}]`, message: door },
  { selector: `NewExpression[callee.name=${named}]`, message: door },
  { selector: `AssignmentExpression[left.property.name=${words}]`, message: door },
  {
    selector: `CallExpression[callee.object.property.name="window"][callee.property.name="withProgress"]`,
    message: door,
  },
  { selector: `Property[key.name=/^(hoverMessage|contentText)$/]`, message: door },
];

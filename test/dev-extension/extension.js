// Part of `npm start`: what a person would do first, done for them.
const vscode = require('vscode');

/** Opens the workspace's sample and inspects it, unless a panel was restored. */
exports.activate = async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const isOpen = vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input?.viewType?.endsWith('lstmInspector.inspection')),
  );
  if (!folder || isOpen) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'sample.txt'));
  await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand('lstmInspector.inspect', { model: 'prose-lstm' });
};

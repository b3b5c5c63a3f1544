import * as vscode from 'vscode';
import { notify } from './notify';

/** What a lab file may not do in an untrusted workspace, in one sentence. */
export function untrustedMessage(): string {
  return vscode.l10n.t(
    'Train, Search and Transfer write files as a lab file says. Trust this workspace to run them; inspecting works without.',
  );
}

/** Whether the person said that the workspace's files may do things, not only be looked at. */
export function isWorkspaceTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

/** Whether trust is missing; then a message says so, and leads to VS Code's own page of trust. */
export function asksForTrust(): boolean {
  if (isWorkspaceTrusted()) return false;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  void notify('warning', untrustedMessage(), [manage]).chosen.then((chosen) => {
    if (chosen === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return true;
}

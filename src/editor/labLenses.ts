import { findNodeAtLocation } from 'jsonc-parser';
import * as vscode from 'vscode';
import { parseLabText } from './parseLabText';
import { lens } from '../show/lens';

/** One lens: its command (without prefix), and the settings without which it makes no sense. */
interface LensKind {
  readonly command: string;
  readonly title: () => string;
  readonly needs?: string;
}

const kinds: readonly LensKind[] = [
  { command: 'trainLab', title: () => vscode.l10n.t('Train') },
  { command: 'searchLab', title: () => vscode.l10n.t('Search'), needs: 'search' },
  { command: 'transferLab', title: () => vscode.l10n.t('Transfer'), needs: 'transfer' },
  { command: 'openLabResults', title: () => vscode.l10n.t('Open Results') },
];

/**
 * Train, Search, Transfer and Open Results over a lab file: those that are registered and that the file has settings
 * for.
 */
export class LabLenses implements vscode.CodeLensProvider {
  constructor(private readonly isRegistered: (command: string) => boolean) {}

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const root = parseLabText(document.getText());
    if (root === undefined) return [];
    return kinds
      .filter(({ command }) => this.isRegistered(command))
      .flatMap(({ command, title, needs }) => {
        // Over the settings that it runs by; the others stand at the top.
        const node = needs === undefined ? root : findNodeAtLocation(root, [needs])?.parent;
        if (node === undefined) return [];
        const position = document.positionAt(node.offset);
        return [
          lens(position, {
            title: title(),
            command: `lstmInspector.${command}`,
            arguments: [document.uri],
          }),
        ];
      });
  }
}

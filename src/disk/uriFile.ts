import * as vscode from 'vscode';
import { readRegular } from '../files/regularFile';
import { writeWhole } from '../files/writeWhole';

/** More than any text or table that is read whole. */
const mostBytes = 1e9;

/** The bytes of a file: on this machine only of a plain file, elsewhere as its file system gives them. */
export async function readUri(uri: vscode.Uri, most = mostBytes): Promise<Uint8Array> {
  return uri.scheme === 'file' ? readRegular(uri.fsPath, most) : await vscode.workspace.fs.readFile(uri);
}

/** Writes a file: on this machine whole or not at all and through no link, elsewhere as its file system does. */
export async function writeUri(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
  if (uri.scheme === 'file') writeWhole(uri.fsPath, bytes);
  else await vscode.workspace.fs.writeFile(uri, bytes);
}

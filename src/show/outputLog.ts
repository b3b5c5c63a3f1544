import * as vscode from 'vscode';
import { type Disposable } from '../base/disposable';
import { shorten, showHidden } from '../base/foreignText';
import { type Log } from '../base/log';

/** The extension's output channel. An entry may have many lines; what is hidden in it is shown. */
export type OutputLog = Log & Disposable & { show(): void };

const maxEntry = 20_000;

/** Opens the output channel. */
export function createOutputLog(name: string): OutputLog {
  const channel = vscode.window.createOutputChannel(name, { log: true });
  const shown = (message: string): string => showHidden(shorten(message, maxEntry));
  return {
    info: (message) => channel.info(shown(message)),
    warn: (message) => channel.warn(shown(message)),
    error: (message) => channel.error(shown(message)),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}

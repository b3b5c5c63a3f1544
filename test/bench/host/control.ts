// Runs inside the extension host of the window that is measured, and does what the benchmark asks over HTTP: VS Code
// takes this module for a test module, and its window stays until `end` is asked.
import { createServer, type IncomingMessage } from 'node:http';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { type ExtensionApi } from '../../../src/extension';
import { engineProcesses, residentBytes } from '../../support/processTable';
import { timeReading } from './timeReading';

const id = 'lstm-inspector.lstm-inspector';
const resolutionMs = 1;
let delays = monitorEventLoopDelay({ resolution: resolutionMs });

/** Milliseconds since the epoch with fractions; the page's clock of the same machine says the same. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

const actions: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  /** Milliseconds that activation takes, loading the bundle included. */
  activate: async () => {
    const begin = performance.now();
    await vscode.extensions.getExtension(id)?.activate();
    return performance.now() - begin;
  },
  /** Milliseconds from asking for an empty panel until its script has said `ready`. */
  emptyPanel: async () => {
    const begin = performance.now();
    const panel = vscode.window.createWebviewPanel('bench.empty', 'Empty', vscode.ViewColumn.Beside, {
      enableScripts: true,
    });
    const ready = new Promise((resolve) => panel.webview.onDidReceiveMessage(resolve));
    panel.webview.html =
      '<!DOCTYPE html><html><body><script>acquireVsCodeApi().postMessage("ready")</script></body></html>';
    await ready;
    const took = performance.now() - begin;
    panel.dispose();
    return took;
  },
  /** When the command was given; the page knows when its values were painted. */
  inspect: async (text) => {
    delays = monitorEventLoopDelay({ resolution: resolutionMs });
    delays.enable();
    const begin = now();
    await vscode.commands.executeCommand('lstmInspector.inspect', {
      model: process.env['BENCH_MODEL'] ?? 'prose-lstm',
      text,
    });
    return begin;
  },
  /** Reads the text of the open panel again. */
  again: async () => {
    const begin = now();
    await vscode.commands.executeCommand('lstmInspector.inspectAgain');
    return begin;
  },
  /** The longest time in milliseconds that the extension host's thread was busy since the last `inspect`. */
  longestBlock: async () => {
    delays.disable();
    return Math.max(0, delays.max / 1e6 - resolutionMs);
  },
  closeAll: async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'),
  /** Bytes in memory of the extension host and of the engine's processes. */
  memory: async () => engineProcesses().reduce((sum, pid) => sum + residentBytes(pid), process.memoryUsage().rss),
  /** Milliseconds from asking the engine for a whole reading until its answer. */
  read: async (text) => {
    const extension = vscode.extensions.getExtension<ExtensionApi>(id);
    const api = await extension?.activate();
    if (!api) throw new Error('The extension is not there.');
    return timeReading((await api.compose()).link, text);
  },
};

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Called by VS Code; ends when the benchmark asks for it. */
export async function run(): Promise<void> {
  await new Promise<void>((resolve) => {
    const server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      if (name === 'end') {
        response.end('null');
        server.close();
        resolve();
        return;
      }
      const action = actions[name];
      readBody(request)
        .then((body) => (action ? action(body) : Promise.reject(new Error(`No action ${name}.`))))
        .then(
          (value) => response.end(JSON.stringify(value ?? null)),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
    });
    server.listen(Number(process.env['LSTM_INSPECTOR_BENCH_PORT']), '127.0.0.1');
  });
}

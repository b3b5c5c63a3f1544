// npm start: installs what is missing, builds, reads a sample text on the terminal, and opens VS Code with the sample
// inspected. Ctrl-C ends all of it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { findFreePort, startCodeServer, workbenchUrl } from './codeServer.mjs';
import { openOnDesktop } from './desktop.mjs';
import { checkNode, ensureProject } from './install.mjs';
import { Problem, root, run, runMain, startChild, withProgress } from './process.mjs';
import { summarizeTrace } from './summary.mjs';
import { ensureCodeServer, findOnPath, testbedFolder } from './vscode.mjs';

const model = 'prose-lstm';
const sample = path.join(root, 'media/samples/sample.txt');
const out = path.join(root, 'out/start');
const starter = path.join(root, 'test/dev-extension');

const main = async () => {
  checkNode();
  await ensureProject();
  await withProgress('Building', () => run(process.execPath, [path.join(root, 'esbuild.mjs')]));
  await readOnTerminal();
  const code = process.env['LSTM_INSPECTOR_BROWSER_ONLY'] ? null : findOnPath(['code']);
  if (code !== null && (await openOnDesktop(code, { extensions: [root, starter], workspace: prepareWorkspace() })))
    return;
  await openInBrowser();
};

/** The main job without a screen: reads the sample with a bundled model, prints a summary, writes the report page. */
async function readOnTerminal() {
  mkdirSync(out, { recursive: true });
  const trace = path.join(out, 'sample.json');
  const report = path.join(out, 'sample.html');
  const cli = (...args) =>
    run(process.execPath, [path.join(root, 'dist/cli.js'), ...args], { logFile: path.join(out, 'cli.log') });
  await withProgress(`Reading ${path.relative(root, sample)} with ${model}`, async () => {
    await cli('trace', model, '--file', sample, '--out', trace);
    await cli('report', model, '--file', sample, '--out', report);
  });
  console.log(`\n${summarizeTrace(JSON.parse(readFileSync(trace, 'utf8')), model)}`);
  console.log(`\nEvery gate and state as a page for the browser: ${report}\n`);
}

/** A folder to open, with a copy of the sample that may be changed. */
function prepareWorkspace() {
  const workspace = path.join(testbedFolder, 'start/workspace');
  mkdirSync(workspace, { recursive: true });
  const copy = path.join(workspace, 'sample.txt');
  if (!existsSync(copy)) cpSync(sample, copy);
  return workspace;
}

/** code-server at a local address, opened in the browser where there is one; until Ctrl-C. */
async function openInBrowser() {
  const install = await ensureCodeServer();
  const folder = path.join(testbedFolder, 'start');
  for (const name of ['user', 'extensions']) rmSync(path.join(folder, name), { recursive: true, force: true });
  // In the browser VS Code takes one extension from source; it finds the other among the installed ones of a fresh
  // folder.
  cpSync(starter, path.join(folder, 'extensions/lstm-inspector.lstm-inspector-start-0.0.0'), { recursive: true });
  const workspace = prepareWorkspace();
  const server = await withProgress('Starting VS Code for the browser', () => startCodeServer(install, { folder }));
  const address = await redirectTo(workbenchUrl(server, { workspace, developmentPaths: [root] }));
  console.log(`\nVS Code with LSTM Inspector, the sample inspected: ${address}\nPress Ctrl-C to end.`);
  openBrowser(address);
  const exit = await new Promise((resolve) => server.child.once('exit', resolve));
  throw new Problem(`code-server ended with ${exit}:\n${server.log().slice(-2000)}`);
}

/** A short address for a long one; both are of this machine only. */
async function redirectTo(url) {
  const port = await findFreePort();
  const server = createServer((_, response) => response.writeHead(302, { location: url }).end());
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://localhost:${port}/`;
}

function openBrowser(address) {
  const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!hasScreen) return;
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""']
        : ['xdg-open'];
  // Without a browser the printed address is enough.
  startChild(command, [...args, address], { stdio: 'ignore' }).on('error', () => undefined);
}

await runMain(main, { interruptCode: 0 });

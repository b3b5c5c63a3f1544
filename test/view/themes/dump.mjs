// Writes the --vscode-* values of VS Code's own themes, as a web view sees them, into the .json files beside this
// script: node test/view/themes/dump.mjs CODE_SERVER_ENTRY (the entry.js of an installed code-server; see
// test/testbed). Only the variables that the view and its components read are kept, so run `npm run build` first.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const themes = {
  'light-modern': 'Default Light Modern',
  'dark-modern': 'Default Dark Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};
const port = 18911;
const here = import.meta.dirname;
const used = new Set(
  ['view.js', 'pages.js', 'view.css'].flatMap(
    (file) => readFileSync(path.join(here, '../../../dist', file), 'utf8').match(/--vscode-[\w-]+/g) ?? [],
  ),
);

/** A code-server with fresh folders and a theme, without trust, telemetry or welcome page. */
function startServer(folder, theme) {
  mkdirSync(path.join(folder, 'user/User'), { recursive: true });
  const settings = { 'workbench.colorTheme': theme, 'workbench.startupEditor': 'none' };
  writeFileSync(path.join(folder, 'user/User/settings.json'), JSON.stringify(settings));
  const flags =
    `--auth none --bind-addr 127.0.0.1:${port} --disable-telemetry --disable-update-check --disable-workspace-trust`.split(
      ' ',
    );
  const folders = ['--user-data-dir', `${folder}/user`, '--extensions-dir', `${folder}/ext`];
  return spawn(process.execPath, [process.argv[2], ...flags, ...folders]);
}

async function openWorkbench(page, folder) {
  const isUp = () =>
    page.goto(`http://localhost:${port}/?folder=${folder}`).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 60 && !(await isUp()); tries++) await new Promise((resolve) => setTimeout(resolve, 500));
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60000 });
  await page.waitForSelector('.monaco-workbench[class*="vscode-theme-defaults"]', { timeout: 60000 });
  await page.waitForTimeout(2000);
}

/** Runs in the page: the classes of the workbench and every --vscode-* value. */
function readValues() {
  const workbench = document.querySelector('.monaco-workbench');
  const style = getComputedStyle(workbench);
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const names = rules.flatMap((rule) => [...(rule.style ?? [])]).filter((name) => name.startsWith('--vscode-'));
  const values = names.map((name) => [name, style.getPropertyValue(name).trim()]);
  return { classes: workbench.className, values: Object.fromEntries(values) };
}

async function dump(file, theme) {
  const folder = mkdtempSync(path.join(tmpdir(), 'themes-'));
  const server = startServer(folder, theme);
  const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await openWorkbench(page, folder);
    const all = await page.evaluate(readValues);
    const kept = Object.entries(all.values).filter(([name, value]) => used.has(name) && value !== '');
    const values = Object.fromEntries(kept.sort());
    writeFileSync(path.join(here, `${file}.json`), `${JSON.stringify(values, null, 1)}\n`);
    console.log(file, Object.keys(values).length, 'of', Object.keys(all.values).length, all.classes);
  } finally {
    await browser.close();
    server.kill();
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

for (const [file, theme] of Object.entries(themes)) await dump(file, theme);

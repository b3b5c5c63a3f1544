// Writes the --vscode-* values of VS Code's own themes, as a web view sees them, into the .json files beside this script:
// node test/view/themes/dump.mjs CODE_SERVER_ENTRY (the entry.js of an installed code-server; see test/testbed).
// Only the variables that the view and its components read are kept, so run `npm run build` first.
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

async function dump(file, theme) {
  const folder = mkdtempSync(path.join(tmpdir(), 'themes-'));
  mkdirSync(path.join(folder, 'user/User'), { recursive: true });
  writeFileSync(
    path.join(folder, 'user/User/settings.json'),
    JSON.stringify({ 'workbench.colorTheme': theme, 'workbench.startupEditor': 'none' }),
  );
  const flags = [
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
  ];
  const server = spawn(process.execPath, [
    process.argv[2],
    ...flags,
    '--user-data-dir',
    `${folder}/user`,
    '--extensions-dir',
    `${folder}/ext`,
  ]);
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    for (let tries = 0; tries < 60; tries++) {
      if (
        await page.goto(`http://localhost:${port}/?folder=${folder}`).then(
          () => true,
          () => false,
        )
      )
        break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60000 });
    await page.waitForSelector('.monaco-workbench[class*="vscode-theme-defaults"]', { timeout: 60000 });
    await page.waitForTimeout(2000);
    const all = await page.evaluate(() => {
      const style = getComputedStyle(document.querySelector('.monaco-workbench'));
      const entries = [];
      for (const sheet of document.styleSheets) {
        for (const rule of sheet.cssRules) {
          for (const name of rule.style ?? [])
            if (name.startsWith('--vscode-')) entries.push([name, style.getPropertyValue(name).trim()]);
        }
      }
      return { classes: document.querySelector('.monaco-workbench').className, values: Object.fromEntries(entries) };
    });
    const values = Object.fromEntries(
      Object.entries(all.values)
        .filter(([name, value]) => used.has(name) && value !== '')
        .sort(),
    );
    writeFileSync(path.join(here, `${file}.json`), `${JSON.stringify(values, null, 1)}\n`);
    console.log(file, Object.keys(values).length, 'of', Object.keys(all.values).length, all.classes);
  } finally {
    await browser.close();
    server.kill();
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

for (const [file, theme] of Object.entries(themes)) await dump(file, theme);

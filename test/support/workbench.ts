import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import { type CodeServer } from '../testbed/codeServer.mjs';

const root = path.resolve(__dirname, '../..');

/**
 * The four kinds of theme that every view is looked at in: the setting's value, the picker's label, the workbench's
 * class.
 */
const themes = {
  light: { setting: 'Default Light Modern', label: 'Light Modern', className: 'vs' },
  dark: { setting: 'Default Dark Modern', label: 'Dark Modern', className: 'vs-dark' },
  'high-contrast': { setting: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc-black' },
  'high-contrast-light': {
    setting: 'Default High Contrast Light',
    label: 'Light High Contrast',
    className: 'hc-light',
  },
} as const;

export type ThemeName = keyof typeof themes;

export interface WorkbenchOptions {
  /** A folder that is copied and opened; test/host/workspace where absent. */
  readonly workspace?: string;
  /**
   * The packed extension, installed (dist/lstm-inspector.vsix, packed where it is missing), or the sources as they are
   * built.
   */
  readonly extension: 'vsix' | 'sources';
  readonly theme?: ThemeName;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Opens the folder in Restricted Mode, as VS Code does with a stranger's. */
  readonly isUntrusted?: boolean;
  /** Environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts more into the workspace's folder before VS Code opens it. */
  readonly prepare?: (workspace: string) => void;
}

/**
 * A real VS Code, driven as a person would: mouse, keyboard, eyes. Installs code-server on the first use.
 *
 *     const workbench = await openWorkbench({ extension: 'sources' });
 *     await workbench.openFile('sample.txt');
 *     await workbench.runCommand('Inspect LSTM');
 *     const frame = await workbench.findFrame('canvas');
 *     await workbench.screenshot('inspect-dark');
 *     await workbench.dispose();
 */
export interface Workbench {
  readonly page: Page;
  /** The copied workspace. */
  readonly workspace: string;
  readonly server: CodeServer;
  /** Opens a file of the workspace by the quick-open box. */
  readonly openFile: (name: string) => Promise<void>;
  /** Clicks an entry of the menu that the right button opens on a file of the explorer. */
  readonly chooseFromExplorer: (name: string, entry: string) => Promise<void>;
  /** F1, the title with its category as the palette shows it ("LSTM: Inspect LSTM"), Enter. */
  readonly runCommand: (title: string) => Promise<void>;
  /** The frame, two iframes deep, of the web view that has this element; waits for it. */
  readonly findFrame: (selector: string, timeoutMs?: number) => Promise<Frame>;
  /** Chooses the theme in the picker, and waits until the window wears it; what is open stays open. */
  readonly setTheme: (theme: ThemeName) => Promise<void>;
  /** Adds user settings and loads the window again: a change on disk alone does not reach code-server's workbench. */
  readonly setSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Writes out/screenshots/NAME.png and gives its path. */
  readonly screenshot: (name: string) => Promise<string>;
  /** Loads the window again, as "Reload Window" does. */
  readonly reload: () => Promise<void>;
  /** Runs "Reload Window", which writes down what is open before it loads the window again. */
  readonly reloadWindow: () => Promise<void>;
  /** Another window on the same server, e.g. to see what a restart restores. */
  readonly openPage: () => Promise<Page>;
  readonly dispose: () => Promise<void>;
}

/** Starts code-server with fresh folders and opens its workbench in Chromium. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { ensureChrome, ensureCodeServer, chromeArguments } = await import('../testbed/vscode.mjs');
  const { startCodeServer } = await import('../testbed/codeServer.mjs');
  const install = await ensureCodeServer();
  const executablePath = await ensureChrome();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-vscode-'));
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  cpSync(options.workspace ?? path.join(root, 'test/host/workspace'), workspace, { recursive: true });
  options.prepare?.(workspace);
  const server = await startCodeServer(install, {
    folder,
    settings: initialSettings(options),
    env: options.env ?? {},
    asksForTrust: options.isUntrusted === true,
    ...(options.extension === 'vsix' ? { vsix: await findVsix() } : {}),
  });
  const browser = await chromium.launch({ executablePath, args: [...chromeArguments] });
  try {
    return await driveWorkbench({ options, server, browser, folder, workspace });
  } catch (error) {
    await browser.close();
    await server.end();
    throw error;
  }
}

function initialSettings(options: WorkbenchOptions): Readonly<Record<string, unknown>> {
  const untrusted = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  return {
    'workbench.colorTheme': themes[options.theme ?? 'dark'].setting,
    ...(options.isUntrusted === true ? untrusted : {}),
    ...options.settings,
  };
}

async function findVsix(): Promise<string> {
  const { packageVsix, vsixFile } = await import('../testbed/packageVsix.mjs');
  if (!existsSync(vsixFile)) await packageVsix();
  return vsixFile;
}

interface Parts {
  readonly options: WorkbenchOptions;
  readonly server: CodeServer;
  readonly browser: Browser;
  readonly folder: string;
  readonly workspace: string;
}

async function driveWorkbench({ options, server, browser, folder, workspace }: Parts): Promise<Workbench> {
  const { workbenchUrl, writeSettings } = await import('../testbed/codeServer.mjs');
  const developmentPaths = options.extension === 'sources' ? [root] : [];
  const url = workbenchUrl(server, { workspace, developmentPaths });
  const context = await browser.newContext({ viewport: options.viewport ?? { width: 1600, height: 1000 } });
  const openPage = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector('.monaco-workbench .part.editor', { timeout: 60_000 });
    return page;
  };
  const page = await openPage();
  const reload = async (): Promise<void> => {
    await page.reload();
    await page.waitForSelector('.monaco-workbench .part.editor', { timeout: 60_000 });
  };
  const reloadWindow = async (): Promise<void> => {
    const loaded = page.waitForEvent('load', { timeout: 60_000 });
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    await page.waitForSelector('.monaco-workbench .part.editor', { timeout: 60_000 });
  };
  let settings = initialSettings(options);
  return {
    page,
    workspace,
    server,
    openPage,
    openFile: (name) => openFile(page, name),
    chooseFromExplorer: (name, entry) => chooseFromExplorer(page, name, entry),
    runCommand: (title) => runCommand(page, title),
    findFrame: (selector, timeoutMs) => findFrame(page, selector, timeoutMs),
    setTheme: (theme) => chooseTheme(page, theme),
    setSettings: async (more) => {
      settings = { ...settings, ...more };
      writeSettings(folder, settings);
      await reload();
    },
    screenshot: (name) => takeScreenshot(page, name),
    reload,
    reloadWindow,
    dispose: async () => {
      await browser.close();
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function chooseTheme(page: Page, theme: ThemeName): Promise<void> {
  const { label, className } = themes[theme];
  await runCommand(page, 'Preferences: Color Theme');
  const title = page.locator('.quick-input-widget .quick-input-filter input[placeholder*="Theme"]');
  await title.fill(label, { timeout: 20_000 });
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label }).waitFor({ timeout: 20_000 });
  await title.press('Enter');
  await page.waitForSelector(`.monaco-workbench.${className}`, { timeout: 20_000 });
}

async function openFile(page: Page, name: string): Promise<void> {
  // The row that Enter opens: others are listed before the filter has run.
  const box = await search(page, {
    keys: 'Control+P',
    text: name,
    row: page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }),
  });
  await box.press('Enter');
  await page
    .locator(`.tab.active[data-resource-name="${name.slice(name.lastIndexOf('/') + 1)}"]`)
    .first()
    .waitFor({ timeout: 20_000 });
  await page.locator('.editor-instance .view-lines').first().waitFor({ timeout: 20_000 });
}

async function chooseFromExplorer(page: Page, name: string, entry: string): Promise<void> {
  await page
    .locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`)
    .first()
    .click({ button: 'right' });
  const item = page.locator('.monaco-menu .action-item', { hasText: entry }).first();
  // VS Code takes a click that follows the opening of a menu at once for the end of the gesture that opened it.
  for (let attempt = 0; attempt < 10 && (attempt === 0 || (await item.isVisible())); attempt++) {
    await item.click({ timeout: 10_000 });
    await item.waitFor({ state: 'hidden', timeout: 1500 }).catch(() => undefined);
  }
}

async function runCommand(page: Page, title: string): Promise<void> {
  // The palette lists similar commands too: the row with this very title is meant.
  const row = page.locator(`.quick-input-list .monaco-list-row:has(:text-is(${JSON.stringify(title)}))`).first();
  const box = await search(page, { keys: 'F1', text: `>${title}`, row });
  const isFocused = (): Promise<boolean> => row.evaluate((element) => element.classList.contains('focused'));
  for (let rows = 0; rows < 30 && !(await isFocused()); rows += 1) await box.press('ArrowDown');
  if (!(await isFocused())) throw new Error(`The palette's row "${title}" is not reached.`);
  await box.press('Enter');
}

/**
 * Opens VS Code's box with these keys, writes into it and waits for a row; gives the box. Once more where the workbench
 * did not listen yet, or where an editor that was still on its way took the focus, which closes the box. Nothing is
 * typed that could then go into the editor.
 */
async function search(
  page: Page,
  { keys, text, row }: { readonly keys: string; readonly text: string; readonly row: Locator },
): Promise<Locator> {
  const box = page.locator('.quick-input-widget .quick-input-filter input');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await page.keyboard.press(keys);
    try {
      await box.fill(text, { timeout: 3000 });
      await row.waitFor({ timeout: 10_000 });
      return box;
    } catch {
      await page.keyboard.press('Escape');
    }
  }
  throw new Error(`${keys} shows nothing for "${text}".`);
}

async function findFrame(page: Page, selector: string, timeoutMs = 30_000): Promise<Frame> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame()) continue;
      try {
        if ((await frame.$(selector)) !== null) return frame;
      } catch {
        // The frame went away while it was looked at.
      }
    }
    await page.waitForTimeout(100);
  }
  throw new Error(
    `No web view has "${selector}" after ${timeoutMs} ms; frames: ${page
      .frames()
      .map((frame) => frame.url())
      .join(', ')}`,
  );
}

async function takeScreenshot(page: Page, name: string): Promise<string> {
  const file = path.join(root, 'out/screenshots', `${name}.png`);
  mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  return file;
}

// The desktop VS Code, as far as it is there: opens the extension from source, or is downloaded for the tests.
import path from 'node:path';
import { startChild } from './process.mjs';
import { testbedFolder } from './vscode.mjs';

/**
 * Arguments of the `code` program that open a folder in a window of its own, with extensions from source and a fresh
 * profile.
 */
export function desktopArguments({ extensions, workspace, profile = path.join(testbedFolder, 'desktop') }) {
  const quiet = ['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'];
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [
    '--new-window',
    '--wait',
    ...extensions.map((folder) => `--extensionDevelopmentPath=${folder}`),
    '--user-data-dir',
    profile,
    ...quiet,
    ...sandbox,
    workspace,
  ];
}

/**
 * Opens the desktop VS Code and waits until its window is closed; says so and gives false where it cannot be opened.
 */
export async function openOnDesktop(code, parts) {
  console.log('Opening VS Code. Close its window, or press Ctrl-C here, to end.');
  // On Windows `code` is a batch file, which only a shell runs, and a shell splits at spaces.
  const shell = process.platform === 'win32';
  const quote = (word) => (shell ? `"${word}"` : word);
  const child = startChild(quote(code), desktopArguments(parts).map(quote), { stdio: 'inherit', shell });
  const exit = await new Promise((resolve) => {
    child.once('exit', (number, signal) => resolve(number ?? signal));
    child.once('error', (error) => resolve(error.message));
  });
  if (exit === 0) return true;
  console.log(`\n"${code}" could not open a window (${exit}).`);
  return false;
}

/** Path of a desktop VS Code for the tests, downloaded where it can be; else says why not and gives null. */
export async function maybeDownloadDesktop(
  download,
  { hasScreen = process.platform !== 'linux' || Boolean(process.env['DISPLAY']) } = {},
) {
  if (!hasScreen) {
    console.log('There is no screen (DISPLAY) for a desktop VS Code: the suites run in code-server.');
    return null;
  }
  try {
    return await download();
  } catch (error) {
    console.log(
      `The desktop VS Code cannot be downloaded (${error?.cause?.message ?? error?.message ?? error}): the suites run in code-server.`,
    );
    return null;
  }
}

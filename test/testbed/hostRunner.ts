import { readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs every bundled suite beside this file inside the extension host. VS Code calls it; which suites failed is in the
 * results file, and a rejected promise tells VS Code that there were some.
 */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    timeout: 120_000,
    reporter: process.env['LSTM_INSPECTOR_REPORTER'] ?? 'spec',
  });
  const part = process.env['LSTM_INSPECTOR_ONLY'] ?? '';
  for (const file of readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js') && name.includes(part))
    .sort()) {
    mocha.addFile(path.join(__dirname, file));
  }
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures > 0 ? reject(new Error(`${failures} tests failed.`)) : resolve()));
  });
}

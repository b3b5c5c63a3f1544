import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toFailure } from '../base/errors';
import { silentLog } from '../base/log';
import { WorkerLink } from '../link/workerLink';
import { type CommandContext, UsageError } from './command';
import { commands } from './commands';
import { editHelp } from './editOptions';
import { modelAndInputHelp } from './modelAndInput';
import {
  clearProgress,
  endWithReader,
  printError,
  printHelpAsError,
  printJson,
  printLine,
  printProgress,
  printText,
} from './terminal';

/** Runs one command; gives the exit code: 0 done, 1 failed, 2 wrong usage. */
async function run(args: readonly string[]): Promise<0 | 1 | 2> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') return say(readVersion());
  if (name === '--help' || name === '-h' || name === 'help') return say(helpText());
  const command = commands.find((known) => known.name === name);
  if (!command) {
    printError(name === undefined ? 'Which command?' : `There is no command "${name}".`);
    printHelpAsError(helpText());
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h'))
    return say(`lstm-inspector ${command.usage}\n  ${command.summary}\n\n${modelAndInputHelp}\n${editHelp}`);
  const link = new WorkerLink({
    workerPath: path.join(__dirname, 'worker.js'),
    workerData: { wideVectors: true },
    log: silentLog,
  });
  try {
    await command.run(rest, createContext(link));
    return 0;
  } catch (thrown) {
    return explain(thrown, command.usage);
  } finally {
    clearProgress();
    link.dispose();
  }
}

function explain(thrown: unknown, usage: string): 1 | 2 {
  if (thrown instanceof UsageError) {
    printError(thrown.message);
    printError(`Usage: lstm-inspector ${usage}`);
    return 2;
  }
  printError(toFailure(thrown).message);
  return 1;
}

function createContext(link: WorkerLink): CommandContext {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  return {
    link,
    signal: abort.signal,
    print: printLine,
    printJson,
    progress: (done, total, message) => {
      const share = total > 0 ? `${Math.floor((100 * done) / total)} %` : `${done}`;
      printProgress(`${share}${message === undefined ? '' : ` ${message}`}`);
    },
  };
}

function say(text: string): 0 {
  printText(text);
  return 0;
}

function helpText(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  const rows = commands.map(({ usage, summary }) =>
    width > 60 ? `  ${usage}\n      ${summary}` : `  ${usage.padEnd(width)}  ${summary}`,
  );
  return `Usage: lstm-inspector COMMAND ...\n\n${rows.join('\n')}\n\n${modelAndInputHelp}\n${editHelp}\n\nExit codes: 0 done, 1 failed, 2 wrong usage.`;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}

endWithReader();

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

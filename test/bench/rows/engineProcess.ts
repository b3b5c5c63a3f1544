import path from 'node:path';
import { type Log, silentLog } from '../../../src/base/log';
import { processOrThread } from '../../../src/link/processOrThread';
import { WorkerLink, type WorkerLinkOptions } from '../../../src/link/workerLink';
import { engineProcesses } from '../../support/processTable';
import { timeReading } from '../host/timeReading';
import { type Row, type Sides } from '../row';

const pathOf = (script: string): string => path.resolve(__dirname, '../../../dist', script);
const text = 'the king said that no man should leave the city before the winter. '.repeat(200).slice(0, 10_000);

interface Side {
  readonly link: WorkerLink;
  /** What it said of its kernels. */
  readonly path: () => string | undefined;
}

function openSide(options: Pick<WorkerLinkOptions, 'start'>): Side {
  const lines: string[] = [];
  const log: Log = { ...silentLog, info: (line) => void lines.push(line) };
  const link = new WorkerLink({ workerPath: pathOf('worker.js'), workerData: { wideVectors: true }, log, ...options });
  return { link, path: () => lines.find((line) => line.startsWith('Reading with')) };
}

/** The engine as VS Code has it beside the engine as the command line has it. */
function compareReading(): Sides {
  const ours = openSide({ start: processOrThread({ processPath: pathOf('process.js'), log: silentLog }) });
  const peer = openSide({});
  return {
    ours: () => timeReading(ours.link, text),
    peer: () => timeReading(peer.link, text),
    check: () => {
      if (engineProcesses().length !== 1) throw new Error('The engine has no process of its own.');
      if (ours.path() !== peer.path())
        throw new Error(`"${ours.path()}" in the process, "${peer.path()}" in a thread.`);
    },
    dispose: () => [ours, peer].forEach(({ link }) => link.dispose()),
  };
}

export const rows: readonly Row[] = [
  {
    name: 'forward, 10,000 characters of prose-lstm, the engine in its own process',
    peer: 'in a thread, as on the command line',
    bars: { 20: { must: 1.1 }, 24: { must: 1.1 } },
    minimumRuns: 21,
    prepare: compareReading,
  },
];

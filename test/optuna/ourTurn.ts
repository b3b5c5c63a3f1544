/**
 * One turn of ours: runs trials by TPE until it has run as many as asked for (or is killed), and writes each that it
 * believes ended to a list of its own. Arguments: journal, list, trials.
 */
import { appendFileSync } from 'node:fs';
import { openJournalFile } from '../../src/lab/search/journalFile';
import { runSearch, type TrialRunner } from '../../src/lab/search/runSearch';
import { isGone, workerIdOf } from '../../src/lab/search/searchLab';
import { Study } from '../../src/lab/search/study';
import { createTpeSampler } from '../../src/lab/search/samplers/tpeSampler';
import { space, studyName, valueAt } from './sharedStudy';

const [journalPath, listPath, trials] = process.argv.slice(2) as [string, string, string];
const workerId = workerIdOf(process.pid);
const study = new Study({
  journal: openJournalFile(journalPath, workerId),
  name: studyName,
  space,
  direction: 'minimize',
  workerId,
  isGone: (worker) => isGone(worker, process.pid),
  clock: () => new Date().toISOString().slice(0, -1),
});

/** Many reports, so that a kill is likely to come while it writes. */
const run: TrialRunner = async ({ parameters }, report) => {
  const value = valueAt(parameters);
  for (let step = 1; step <= 12; step++) await report(step, value + 1 / step);
  return { value, attributes: { from: 'node' } };
};

const stop = new AbortController();
let ended = 0;
process.stdout.write('ready\n');
void runSearch(
  { study, sampler: createTpeSampler(), seed: process.pid, trials: 100000, isPruning: false, runners: [run] },
  {
    signal: stop.signal,
    now: () => performance.now(),
    tell: (event) => {
      if (event.type !== 'trial-ended' || event.state !== 'complete') return;
      const parameters = study.soFar().trials.find(({ number }) => number === event.number)?.parameters;
      appendFileSync(listPath, `${JSON.stringify({ number: event.number, value: event.value, parameters })}\n`);
      if (++ended >= Number(trials)) stop.abort();
    },
  },
);

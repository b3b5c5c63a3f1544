/**
 * npm run test:optuna
 *
 * We and Optuna (Debian's python3-optuna at /usr/bin/python3) take turns on one journal until it has 50 trials that
 * ended and ours was killed ten times while it ran. Then every trial that either side wrote down in a list of its own
 * must be in the journal, as Optuna reads it and as we do, with its values, and both must see the same trials and the
 * same best one.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '../../src/base/random';
import { readJournalFile } from '../../src/lab/search/journalFile';
import { randomSampler } from '../../src/lab/search/samplers/randomSampler';
import { createTpeSampler } from '../../src/lab/search/samplers/tpeSampler';
import { bestTrial, usableTrials } from '../../src/lab/search/trial';
import { space, studyName } from './sharedStudy';

const python = '/usr/bin/python3';
const kills = 10;
const trialsToReach = 50;
const folder = mkdtempSync(path.join(tmpdir(), 'turns-'));
const journal = path.join(folder, 'turns.log');
const lists = { ours: path.join(folder, 'ours.jsonl'), optuna: path.join(folder, 'optuna.jsonl') };
const random = createRandom(Date.now() % 4294967296);
const seen = { kills: 0, locksLeft: 0, tornLines: 0, rescues: 0 };

interface Listed {
  readonly number: number;
  readonly value: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

interface Look {
  readonly version: string;
  readonly trials: readonly (Listed & { readonly state: string })[];
  readonly best: { readonly number: number; readonly value: number };
}

function listed(file: string): readonly Listed[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Listed)
    : [];
}

function hasLock(): boolean {
  return lstatSync(`${journal}.lock`, { throwIfNoEntry: false }) !== undefined;
}

/** A turn of ours; with `isKilled` it is ended by SIGKILL at a random moment after it began to write. */
async function ourTurn(trials: number, isKilled: boolean): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'ourTurn.ts'), journal, lists.ours, String(trials)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  if (isKilled) {
    await wait(40 + 400 * random());
    child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  if (!isKilled) return;
  assert.equal(signal, 'SIGKILL');
  seen.kills++;
  if (hasLock()) seen.locksLeft++;
  if (!readFileSync(journal, 'utf8').endsWith('\n')) seen.tornLines++;
}

/** A turn of Optuna's. Optuna 3.1 waits for ever on a lock that a killed process left; our next start takes it away. */
async function optunaTurn(trials: number): Promise<void> {
  const child = spawn(python, [path.join(__dirname, 'optunaTurn.py'), 'turn', journal, lists.optuna, String(trials)], {
    stdio: 'inherit',
  });
  const exited = once(child, 'exit');
  if ((await Promise.race([exited, wait(20_000, 'waits')])) === 'waits') {
    seen.rescues++;
    await ourTurn(1, false);
  }
  const [code] = (await exited) as [number | null];
  assert.equal(code, 0, 'Optuna ended with an error');
}

function look(): Look {
  const asked = spawnSync(python, [path.join(__dirname, 'optunaTurn.py'), 'look', journal], { encoding: 'utf8' });
  assert.equal(asked.status, 0, asked.stderr);
  return JSON.parse(asked.stdout) as Look;
}

function compare(optuna: Look): void {
  const study = readJournalFile(journal)().study(studyName);
  assert.ok(study);
  const ours = study.trials.map(({ number, state, value = null, parameters }) => ({
    number,
    state,
    value,
    parameters,
  }));
  assert.deepEqual(ours, optuna.trials, 'both sides see the same trials');
  const best = bestTrial(study);
  assert.deepEqual({ number: best?.number, value: best?.value }, optuna.best, 'both sides see the same best trial');
  for (const { number, value, parameters } of [...listed(lists.ours), ...listed(lists.optuna)]) {
    assert.deepEqual(
      ours[number],
      { number, state: 'complete', value, parameters },
      `trial ${number} of a list is in the journal as it ended`,
    );
  }
  assert.ok(
    ours.every(({ state }) => state === 'complete' || state === 'fail'),
    'nothing is left running',
  );
}

/** What Optuna alone found informs our sampler: the next point is not the one that a random draw would be. */
function checkInformed(): void {
  const study = readJournalFile(journal)().study(studyName);
  assert.ok(study);
  const theirs = study.trials.filter(({ attributes }) => attributes['from'] === 'python');
  const soFar = { space, direction: study.direction, trials: theirs };
  assert.ok(usableTrials(soFar).length >= 10, `only ${usableTrials(soFar).length} trials of Optuna's can be used`);
  assert.notDeepEqual(
    createTpeSampler().suggest(soFar, createRandom(1)),
    randomSampler.suggest(soFar, createRandom(1)),
  );
}

async function takeTurns(): Promise<void> {
  await ourTurn(2, false);
  while (seen.kills < kills || listed(lists.ours).length + listed(lists.optuna).length < trialsToReach) {
    const isKilled = seen.kills < kills;
    await ourTurn(isKilled ? 1000 : 2, isKilled);
    await optunaTurn(3);
    process.stderr.write(
      `\r${seen.kills} kills, ${listed(lists.ours).length} trials of ours, ${listed(lists.optuna).length} of Optuna's `,
    );
  }
  await ourTurn(1, false);
  const optuna = look();
  compare(optuna);
  checkInformed();
  const failed = optuna.trials.filter(({ state }) => state === 'fail').length;
  console.log(
    `\nOptuna ${optuna.version}: ${optuna.trials.length} trials, all seen alike by both. In our list ${listed(lists.ours).length}, in Optuna's ${listed(lists.optuna).length}, all of them there; ${failed} that a kill cut short ended as failed.\n` +
      `${seen.kills} kills: ${seen.locksLeft} left a lock, ${seen.tornLines} a torn line; ${seen.rescues} of Optuna's turns waited on such a lock until our next start.`,
  );
}

takeTurns()
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
  });

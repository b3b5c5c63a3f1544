import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '../../../src/base/log';
import { type EngineStart } from '../../../src/link/engine';
import { processOrThread, type ProcessOptions } from '../../../src/link/processOrThread';
import { WorkerLink } from '../../../src/link/workerLink';
import { buildProcess } from '../../support/processBundle';
import { engineProcesses, isRunning } from '../../support/processTable';

/**
 * Stands where worker.js does: `models` tells what it runs in, `findings` computes until a cancel comes, `release`
 * aborts.
 */
const script = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');
const answer = (id, value) => parentPort.postMessage({ type: 'answer', id, result: { ok: true, value } });
parentPort.on('message', ({ type, id, kind, params }) => {
  if (type !== 'request') return;
  if (kind === 'models') answer(id, { pid: process.pid, env: process.env, execArgv: process.execArgv, workerData });
  if (kind === 'decay') answer(id, params);
  if (kind === 'release') process.kill(process.pid, 'SIGABRT');
  if (kind === 'overview') { for (;;); }
  if (kind === 'findings') for (;;) {
    const next = receiveMessageOnPort(parentPort);
    if (next && next.message.type === 'cancel') return parentPort.postMessage({ type: 'log', level: 'info', message: 'cancelled' });
  }
});
`;

interface Told {
  readonly pid: number;
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  readonly workerData: unknown;
}

/** Kills and aborts that are survived in a row. */
const [kills, aborts] = [100, 20] as const;

describe('the engine in a process of its own', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'lstm-process-'));
  const workerPath = path.join(folder, 'worker.js');
  const links: WorkerLink[] = [];
  let processPath = '';

  before(async () => {
    writeFileSync(workerPath, script);
    processPath = await buildProcess(folder);
  });
  afterEach(() => links.splice(0).forEach((link) => link.dispose()));
  after(() => rmSync(folder, { recursive: true }));

  function open(how: Partial<ProcessOptions> = {}, start: Partial<EngineStart> = {}, lines: string[] = []): WorkerLink {
    const note = (line: string): void => void lines.push(line);
    const log = { info: note, warn: note, error: note };
    const link = new WorkerLink({
      workerPath,
      ...start,
      log,
      start: processOrThread({ processPath, log: { ...silentLog, warn: note }, ...how }),
    });
    links.push(link);
    return link;
  }

  async function tell(link: WorkerLink): Promise<Told> {
    const answer = await link.request('models', {});
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer.value as never as Told;
  }

  /** Waits until a process is gone. */
  async function gone(pid: number): Promise<void> {
    for (let attempt = 0; isRunning(pid); attempt++) {
      assert.ok(attempt < 500, `process ${pid} runs on`);
      await sleep(10);
    }
  }

  it('has flags of its own: none of the host, and those of the environment left out', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--no-warnings';
    try {
      const { pid, env, execArgv } = await tell(open());
      assert.notEqual(pid, process.pid);
      assert.deepEqual(engineProcesses(), [pid]);
      assert.deepEqual([...execArgv], []);
      assert.equal(env['NODE_OPTIONS'], undefined);
      assert.equal(env['ELECTRON_RUN_AS_NODE'], '1');
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });

  it('goes on at a Ctrl-C, which the terminal sends to every process', async () => {
    const link = open();
    const { pid } = await tell(link);
    process.kill(pid, 'SIGINT');
    await sleep(100);
    assert.equal((await tell(link)).pid, pid);
  });

  it('hands the worker what it is to start with, joined vectors among it', async () => {
    const { workerData } = await tell(open({}, { workerData: { wideVectors: true, threads: 3 } }));
    assert.deepEqual(workerData, { wideVectors: true, threads: 3 });
  });

  it('keeps compiled code in its folder, in place of what is there of another script, and starts from it', async () => {
    const codeFolder = path.join(folder, 'compiled');
    mkdirSync(codeFolder);
    writeFileSync(path.join(codeFolder, 'worker.js-of-before'), 'old');
    const told = await tell(open({}, { codeFolder, workerData: { threads: 2 } }));
    assert.deepEqual(told.workerData, { threads: 2 });
    const kept = (): readonly string[] => readdirSync(codeFolder).filter((name) => !name.endsWith('.part'));
    while (kept().includes('worker.js-of-before') || kept().length === 0) await sleep(50);
    const [name = ''] = kept();
    assert.match(name, /^worker\.js-[\d.]+/);
    assert.notEqual((await tell(open({}, { codeFolder }))).pid, process.pid);
    writeFileSync(path.join(codeFolder, name), 'damaged');
    assert.notEqual((await tell(open({}, { codeFolder }))).pid, process.pid, 'damaged code is compiled anew');
  });

  it('starts where there is no folder for compiled code to be made', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    assert.notEqual((await tell(open({}, { codeFolder: path.join(file, 'below') }))).pid, process.pid);
  });

  it('brings typed arrays, NaN, infinities, text and what is absent through unchanged, each array with a buffer of its own', async () => {
    const sent = {
      floats: new Float32Array([1.5, NaN, -Infinity, -0]),
      doubles: new Float64Array([Math.PI, Infinity]),
      bytes: new Uint8Array([1, 2, 3]),
      buffer: new Int32Array([7, -7]).buffer,
      numbers: [NaN, Infinity, -0, undefined, null],
      text: 'a\u0000\ud83d\ude00\ud800',
      map: new Map([['k', new Set([1])]]),
    };
    const answer = await open().request('decay', sent as never);
    assert.ok(answer.ok);
    const value = answer.value as never as typeof sent;
    assert.deepStrictEqual(value, sent);
    for (const array of [value.floats, value.doubles, value.bytes])
      assert.equal(array.buffer.byteLength, array.byteLength);
  });

  it('carries a message of 64 MB both ways', async () => {
    const sent = new Float64Array(8 * 1024 * 1024).map((_, k) => k);
    const answer = await open().request('decay', sent as never);
    assert.ok(answer.ok);
    assert.deepEqual(answer.value as never, sent);
  });

  it('lets a cancel through to a worker that computes and never comes back to its event loop', async () => {
    const lines: string[] = [];
    const link = open({}, {}, lines);
    await tell(link);
    const abort = new AbortController();
    const answer = link.request('findings', { inspection: 1 }, { signal: abort.signal });
    await sleep(50);
    abort.abort();
    assert.equal((await answer).ok, false);
    await tell(link);
    assert.ok(lines.includes('cancelled'), lines.join('\n'));
  });

  it(`is killed ${kills} times, at work and while it starts, and the next request is answered each time`, async () => {
    const link = open();
    for (let k = 0; k < kills; k++) {
      const isStarting = k % 4 === 3;
      const { pid } = await tell(link);
      const waiting = link.request('overview', { model: { kind: 'bundled', name: 'x' } });
      process.kill(pid, 'SIGKILL');
      const answer = await waiting;
      assert.ok(!answer.ok && answer.error.code === 'worker-died', JSON.stringify(answer));
      if (!isStarting) continue;
      const early = link.request('models', {});
      const [starting] = engineProcesses().filter((other) => other !== pid);
      assert.ok(starting !== undefined);
      process.kill(starting, 'SIGKILL');
      const died = await early;
      assert.ok(!died.ok && died.error.code === 'worker-died', JSON.stringify(died));
    }
    assert.notEqual((await tell(link)).pid, process.pid, 'none of them is taken for a process that cannot be started');
  });

  it('serves from the next process what was asked after the death of one that nobody knew of yet', async () => {
    const lines: string[] = [];
    const link = open({}, {}, lines);
    const { pid } = await tell(link);
    let deaths = 0;
    link.onDied(() => deaths++);
    const begun = link.request('overview', { model: { kind: 'bundled', name: 'x' } });
    await sleep(50);
    process.kill(pid, 'SIGKILL');
    // Until here and through the next lines the event loop hears of nothing.
    while (isRunning(pid));
    const late = [tell(link), tell(link)];
    const abort = new AbortController();
    const cancelled = link.request('findings', { inspection: 1 }, { signal: abort.signal });
    abort.abort();
    const died = await begun;
    assert.ok(!died.ok && died.error.code === 'worker-died', JSON.stringify(died));
    const answered = await Promise.all(late);
    assert.ok(answered.every((told) => told.pid !== pid));
    assert.ok(!(await cancelled).ok);
    await tell(link);
    assert.equal(deaths, 1, 'its death is told once, and the next lives');
    assert.ok(lines.includes('cancelled'), 'what was cancelled meanwhile does not keep the next process');
  });

  it(`aborts ${aborts} times, and the next request is answered each time`, async () => {
    const lines: string[] = [];
    const link = open({}, {}, lines);
    for (let k = 0; k < aborts; k++) {
      await tell(link);
      const answer = await link.request('release', { inspection: 1 });
      assert.ok(!answer.ok && answer.error.code === 'worker-died', JSON.stringify(answer));
    }
    assert.notEqual((await tell(link)).pid, process.pid);
    assert.equal(lines.filter((line) => line.includes('SIGABRT')).length, aborts, lines.join('\n'));
  });

  it('ends with the link, in the midst of work and while it starts', async () => {
    const atWork = open();
    const { pid } = await tell(atWork);
    void atWork.request('overview', { model: { kind: 'bundled', name: 'x' } });
    await sleep(50);
    const starting = open();
    starting.warm();
    const both = engineProcesses();
    assert.equal(both.length, 2);
    assert.ok(both.includes(pid));
    atWork.dispose();
    starting.dispose();
    for (const each of both) await gone(each);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const)
    it(`ends when its host ends by ${signal}, though the worker computes`, async () => {
      const host = path.join(folder, 'host.js');
      writeFileSync(
        host,
        `const child = require('node:child_process').fork(${JSON.stringify(processPath)}, [], { serialization: 'advanced', execArgv: [] });
        const { Serializer } = require('node:v8');
        child.send({ workerPath: ${JSON.stringify(workerPath)} });
        const serializer = new Serializer();
        serializer.writeHeader();
        serializer.writeValue({ type: 'request', id: 1, kind: 'overview', params: {} });
        child.send(serializer.releaseBuffer());
        setTimeout(() => console.log('at work'), 300);`,
      );
      const parent = spawn(process.execPath, [host], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => parent.stdout.once('data', resolve));
      const [engine] = engineProcesses(parent.pid);
      assert.ok(engine !== undefined && isRunning(engine));
      parent.kill(signal);
      await gone(engine);
    });
});

describe('where no process can be started', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'lstm-no-process-'));
  const workerPath = path.join(folder, 'worker.js');
  let lines: string[];
  let link: WorkerLink | undefined;

  before(() => writeFileSync(workerPath, script));
  beforeEach(() => (lines = []));
  afterEach(() => link?.dispose());
  after(() => rmSync(folder, { recursive: true }));

  function writeScript(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** What stands in the process's place, and what happens. */
  const cases: readonly (readonly [string, () => Pick<ProcessOptions, 'processPath' | 'execPath' | 'patienceMs'>])[] = [
    ['the program is missing', () => ({ processPath: 'x.js', execPath: path.join(folder, 'nothing') })],
    ['the program may not be run', () => ({ processPath: 'x.js', execPath: writeScript('plain', 'no program') })],
    ['the script is missing', () => ({ processPath: path.join(folder, 'nothing.js') })],
    ['the script ends at once', () => ({ processPath: writeScript('ends.js', '') })],
    ['the script throws', () => ({ processPath: writeScript('throws.js', 'throw new Error("no");') })],
    ['it aborts before it is up', () => ({ processPath: writeScript('aborts.js', 'process.abort();') })],
    ['it never comes up', () => ({ processPath: writeScript('hangs.js', 'for (;;);'), patienceMs: 300 })],
  ];
  for (const [name, how] of cases)
    it(`the engine runs in a thread, and nothing that was asked is lost: ${name}`, async () => {
      const note = (line: string): void => void lines.push(line);
      const log = { info: note, warn: note, error: note };
      link = new WorkerLink({
        workerPath,
        workerData: { wideVectors: true, threads: 2 },
        log,
        start: processOrThread({ ...how(), log }),
      });
      const answers = await Promise.all([1, 2].map(() => link?.request('models', {})));
      for (const answer of answers) {
        assert.ok(answer?.ok, JSON.stringify(answer));
        const { pid, workerData } = answer.value as never as Told;
        assert.equal(pid, process.pid);
        assert.deepEqual(workerData, { wideVectors: false, threads: 2 }, 'flags of a shared process are left alone');
      }
      assert.ok(
        lines.some((line) => line.includes('cannot be started')),
        lines.join('\n'),
      );
      const warnings = lines.length;
      await link.kill();
      assert.ok((await link.request('models', {})).ok);
      assert.equal(lines.slice(warnings).filter((line) => line.includes('cannot be started')).length, 0, 'tried once');
      assert.deepEqual(engineProcesses(), []);
    });

  it('no thread comes after the link has been shut', async () => {
    const note = (line: string): void => void lines.push(line);
    const log = { info: note, warn: note, error: note };
    link = new WorkerLink({
      workerPath,
      log,
      start: processOrThread({ processPath: path.join(folder, 'no.js'), log }),
    });
    link.warm();
    link.dispose();
    await sleep(300);
    assert.deepEqual(lines, []);
  });
});

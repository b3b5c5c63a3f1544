import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type StartEngine } from '../../../src/link/engine';
import { processOrThread } from '../../../src/link/processOrThread';
import { type FrameEvent, WorkerLink, type WorkerLinkOptions } from '../../../src/link/workerLink';
import { type ReadingStarted } from '../../../src/protocol/summaries';
import { buildProcess } from '../../support/processBundle';

/** A real thread that answers by the protocol; `read` says started, progresses, sends a frame and waits for its ack. */
const script = `
const { parentPort } = require('node:worker_threads');
let reading = 0;
parentPort.on('message', (m) => {
  if (m.type === 'ack') return parentPort.postMessage({ type: 'answer', id: reading, result: { ok: true, value: { acked: m.sequence } } });
  if (m.type === 'cancel') return parentPort.postMessage({ type: 'log', level: 'info', message: 'cancel ' + m.id });
  if (m.kind === 'models') return parentPort.postMessage({ type: 'answer', id: m.id, result: { ok: true, value: [] } });
  if (m.kind === 'findings') for (const all = []; ; ) all.push(new Array(10000).fill(m));
  if (m.kind === 'release') throw new Error('boom');
  if (m.kind === 'read') {
    reading = m.id;
    parentPort.postMessage({ type: 'started', id: m.id, started: { inspection: m.params.inspection, steps: 1, tokens: { count: 1, codes: new Uint8Array([0, 2, 5]).buffer, places: new Int32Array(3).buffer, texts: null } } });
    parentPort.postMessage({ type: 'progress', id: m.id, done: 1, total: 3 });
    const frame = new ArrayBuffer(8);
    parentPort.postMessage({ type: 'frame', inspection: m.params.inspection, sequence: 7, frame }, [frame]);
  }
});
parentPort.postMessage({ type: 'ready' });
`;

for (const kind of ['a thread', 'a process of its own'] as const)
  describe(`the worker link to ${kind}`, function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'lstm-link-'));
    const workerPath = path.join(folder, 'worker.js');
    let link: WorkerLink;
    let lines: string[];
    const note = (line: string): void => void lines.push(line);
    const log = { info: note, warn: note, error: note };
    const open = (options: Partial<WorkerLinkOptions> = {}): WorkerLink =>
      new WorkerLink({ workerPath, log, ...(kind === 'a thread' ? {} : { start }), ...options });
    let start: StartEngine;

    before(async () => {
      writeFileSync(workerPath, script);
      start = processOrThread({ processPath: await buildProcess(folder), log });
    });
    after(() => rmSync(folder, { recursive: true }));
    beforeEach(() => {
      lines = [];
      link = open();
    });
    afterEach(() => link.dispose());

    it('starts the thread with the first request and gives its answer', async () => {
      assert.deepEqual(await link.request('models', {}), { ok: true, value: [] });
    });

    it('hands on started, progress and frames, and sends acknowledgements', async () => {
      const started: ReadingStarted[] = [];
      const progress: number[][] = [];
      const frames: FrameEvent[] = [];
      link.onFrame((event) => {
        frames.push(event);
        link.send({ type: 'ack', inspection: event.inspection, sequence: event.sequence });
      });
      const answer = await link.request('read', read(5), {
        onStarted: (event) => void started.push(event),
        onProgress: (done, total) => void progress.push([done, total]),
      });
      assert.deepEqual(answer, { ok: true, value: { acked: 7 } });
      assert.equal(started[0]?.inspection, 5);
      assert.deepEqual(
        [...(started[0]?.tokens ?? [])],
        [{ text: 'ab', start: 0, end: 2, id: 5 }],
        'tokens are slices of the text that was asked for',
      );
      assert.deepEqual(progress, [[1, 3]]);
      assert.equal(frames[0]?.frame.byteLength, 8);
    });

    it('answers everything that waits when the thread dies, tells of it, and starts a new one for the next request', async () => {
      let deaths = 0;
      link.onDied(() => deaths++);
      const waiting = link.request('read', read(1));
      const killer = link.request('release', { inspection: 1 });
      for (const answer of await Promise.all([waiting, killer])) {
        assert.ok(!answer.ok);
        assert.equal(answer.error.code, 'worker-died');
      }
      assert.equal(deaths, 1);
      assert.ok(
        lines.some((line) => line.includes('boom')),
        lines.join('\n'),
      );
      assert.deepEqual(await link.request('models', {}), { ok: true, value: [] });
    });

    it('says that there is not enough memory where the thread ran out of it', async () => {
      const small = open({ resourceLimits: { maxOldGenerationSizeMb: 24 } });
      const answer = await small.request('findings', { inspection: 1 });
      small.dispose();
      assert.ok(!answer.ok);
      assert.match(answer.error.message, /^There is not enough memory/);
    });

    it('survives being killed from outside', async () => {
      const waiting = link.request('read', read(1));
      await link.kill();
      assert.equal((await waiting).ok, false);
      assert.equal((await link.request('models', {})).ok, true);
    });

    it('asks the next of what came while one was being killed', async () => {
      await link.request('models', {});
      const killed = link.kill();
      const late = await link.request('models', {});
      await killed;
      assert.deepEqual(late, { ok: true, value: [] });
    });

    it('answers a cancelled request at once and tells the worker', async () => {
      const abort = new AbortController();
      const waiting = link.request('read', read(1), { signal: abort.signal });
      abort.abort();
      const answer = await waiting;
      assert.ok(!answer.ok && answer.error.code === 'cancelled');
      await link.request('models', {});
      assert.ok(lines.includes('cancel 1'), lines.join('\n'));
    });

    it('answers when the script is missing', async () => {
      const lost = open({ workerPath: path.join(folder, 'nothing.js') });
      const answer = await lost.request('models', {});
      assert.ok(!answer.ok && answer.error.code === 'worker-died');
      lost.dispose();
    });

    it('answers what cannot be sent, and what is asked after the end', async () => {
      const unsendable = await link.request('release', { inspection: (() => 1) as never });
      assert.ok(!unsendable.ok && unsendable.error.code === 'internal');
      link.dispose();
      assert.equal((await link.request('models', {})).ok, false);
    });
  });

function read(inspection: number) {
  return {
    inspection,
    model: { kind: 'bundled', name: 'x' },
    input: { kind: 'text', text: 'abc' },
    stream: true,
  } as const;
}

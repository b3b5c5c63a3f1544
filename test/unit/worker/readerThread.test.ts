import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../../src/base/errors';
import { type PreparedModel } from '../../../src/engine/forward/preparedModel';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { ModelShelf } from '../../../src/worker/modelShelf';
import { openReference } from '../../../src/worker/openReference';
import { ReaderPool } from '../../../src/worker/readerPool';
import { ReaderThread } from '../../../src/worker/readerThread';
import { createReadingWatch, type Look, progressAt } from '../../../src/worker/readingWatch';

/**
 * A reader that asks for nothing and never ends on a file named hang.*, and answers with its thread's number for any
 * other.
 */
const script = `
const { parentPort, workerData, threadId } = require('node:worker_threads');
const counter = new Int32Array(workerData.progress);
parentPort.on('message', ({ id, source }) => {
  Atomics.store(counter, 1, 1);
  while (source.name.startsWith('hang')) {}
  Atomics.store(counter, 1, 0);
  parentPort.postMessage({ type: 'answer', id, result: { ok: true, value: { model: { threadId } } } });
});
parentPort.postMessage({ type: 'ready' });
`;

const requestOf = (name: string) => ({ source: { kind: 'bytes', name, files: {} }, options: {} }) as const;

describe('a reader thread', () => {
  let folder = '';
  let reader: ReaderThread;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'reader-'));
    writeFileSync(path.join(folder, 'reader.js'), script);
    reader = new ReaderThread(path.join(folder, 'reader.js'));
  });
  after(() => {
    reader.dispose();
    rmSync(folder, { recursive: true });
  });

  it('that makes no progress is ended with one line, and the next file gets a new one', async () => {
    const first = await reader.open(requestOf('a.h5'));
    const hanging = reader.open(requestOf('hang.h5'));
    const waiting = reader.open(requestOf('b.h5'));
    await assert.rejects(
      hanging,
      (thrown) => thrown instanceof InspectorError && /^hang\.h5: .*damaged[^\n]*$/.test(thrown.message),
    );
    assert.notDeepEqual(await waiting, first, 'another thread');
  });

  it('is ended by the cancel of the request that it works for', async () => {
    const abort = new AbortController();
    const opened = openReference(
      { kind: 'bytes', name: 'hang.h5', files: {} },
      { modelsFolder: '', reader, signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(opened, { name: 'AbortError' });
    await reader.open(requestOf('c.h5'));
  });
});

describe('a shelf of models', () => {
  const reference = { kind: 'file', path: '/nowhere/a.h5' } as const;
  const createShelf = (signals: AbortSignal[]) =>
    new ModelShelf(
      (_reference, { signal }) => {
        signals.push(signal);
        return new Promise<RecurrentModel>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          setTimeout(() => resolve({} as RecurrentModel), 50);
        });
      },
      () => ({ dispose: () => undefined }) as unknown as PreparedModel,
    );

  it('ends an opening that everybody cancelled, and opens anew for the next', async () => {
    const signals: AbortSignal[] = [];
    const shelf = createShelf(signals);
    const abort = new AbortController();
    const lease = shelf.lease(reference, abort.signal);
    abort.abort();
    await assert.rejects(lease, { name: 'AbortError' });
    assert.equal(signals[0]?.aborted, true);
    (await shelf.lease(reference)).dispose();
    assert.equal(signals.length, 2);
  });

  it('keeps an opening that somebody else waits for', async () => {
    const signals: AbortSignal[] = [];
    const shelf = createShelf(signals);
    const abort = new AbortController();
    const [cancelled, kept] = [shelf.lease(reference, abort.signal), shelf.lease(reference)];
    abort.abort();
    await assert.rejects(cancelled, { name: 'AbortError' });
    (await kept).dispose();
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false],
    );
  });
});

describe('a pool of readers', () => {
  let folder = '';
  let started = 0;
  let pool: ReaderPool;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'reader-'));
    writeFileSync(path.join(folder, 'reader.js'), script);
  });
  beforeEach(() => {
    started = 0;
    pool = new ReaderPool(() => {
      started++;
      return new ReaderThread(path.join(folder, 'reader.js'));
    });
  });
  afterEach(() => pool.dispose());
  after(() => rmSync(folder, { recursive: true }));

  it('reads a healthy file behind five that hang without waiting for them', async () => {
    const order: string[] = [];
    const hanging = ['1', '2', '3', '4', '5'].map((name) =>
      pool.open(requestOf(`hang${name}.h5`)).catch((error: Error) => order.push(error.message.slice(0, 4))),
    );
    await pool.open(requestOf('healthy.h5')).then(() => order.push('healthy'));
    await Promise.all(hanging);
    // On a busy machine one or two may be given up first; one after the other, the healthy one would be last.
    assert.equal(order.length, 6);
    assert.ok(order.indexOf('healthy') <= 2, order.join(', '));
  }).timeout(60_000);

  it('needs one thread for healthy files', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => pool.open(requestOf(`${name}.h5`))));
    assert.ok(started <= 2, `${started} threads`);
  });

  it('lets go of a file that waits as soon as it is cancelled, and of one that is read', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const hanging = pool.open(requestOf('hang.h5'), { signal: first.signal });
    const waiting = pool.open(requestOf('b.h5'), { signal: second.signal });
    second.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    first.abort();
    await assert.rejects(hanging, { name: 'AbortError' });
    await pool.open(requestOf('c.h5'));
  });
});

describe('the watch over a reading', () => {
  /** What is shared with the reader, a clock that is set by hand, and a look at them. */
  function createSubject(readers = 1) {
    const counter = new Int32Array(4);
    counter[progressAt.isReading] = 1;
    const time = { now: 0, processorMs: 0 };
    const watch = createReadingWatch(counter, {
      now: () => time.now,
      processorMs: () => time.processorMs,
      readers: () => readers,
    });
    const look = (ms: number, share = 1): Look => {
      time.now += ms;
      time.processorMs += ms * share;
      return watch();
    };
    const pass = (ms: number, share = 1): boolean => look(ms, share).isEndless;
    const work = (amount = 1): void => void (counter[progressAt.asked] = (counter[progressAt.asked] ?? 0) + amount);
    return { counter, look, pass, work };
  }

  it('waits two seconds for a sign, by the clock and by the processor', () => {
    const { pass, work } = createSubject();
    assert.equal(pass(1900), false);
    work();
    assert.equal(pass(1900), false);
    assert.equal(pass(2100), true);
    const starved = createSubject();
    assert.deepEqual([starved.pass(14_000, 0.1), starved.pass(2000, 0.1)], [false, true], '1.5 s of the processor');
  });

  it('calls no file endless that is read for minutes on a machine that hardly lets it run', () => {
    const { counter, pass, work } = createSubject();
    for (let minute = 0; minute < 5; minute++) {
      work();
      assert.equal(pass(60_000, 0.02), false);
    }
    counter[progressAt.extraMs] = 5000;
    work();
    assert.deepEqual(
      [pass(0), pass(20_000, 0.2), pass(10_000, 0.2)],
      [false, false, true],
      'a long step has 5.25 s of the processor',
    );
  });

  it('gives a reader up that neither works nor goes on for a minute, and blames no file', () => {
    const { look } = createSubject();
    assert.deepEqual(look(60_000, 0), { megabytes: null, isEndless: false, isStill: false });
    assert.deepEqual(look(1000, 0), { megabytes: null, isEndless: false, isStill: true });
  });

  it('shares the processor among the files that are read', () => {
    assert.equal(createSubject(3).pass(2500), false);
    assert.equal(createSubject(3).pass(2500, 3), true);
  });

  it('waits longer where a step said that it is long', () => {
    const { counter, pass } = createSubject();
    counter[progressAt.extraMs] = 5000;
    assert.deepEqual([pass(6900), pass(200)], [false, true]);
  });

  it('ends a reading that always makes progress after 20 seconds, or later for a large file', () => {
    for (const [megabytes, seconds] of [
      [0, 20],
      [64, 40],
    ] as const) {
      const { counter, pass, work } = createSubject();
      counter[progressAt.fileKilobytes] = megabytes * 1024;
      let passed = 0;
      for (let isEndless = false; !isEndless; passed++) {
        work();
        isEndless = pass(1000);
      }
      assert.equal(passed, seconds + 1);
    }
  });

  it('ends a reading that asks for many times what there is', () => {
    const { pass, work } = createSubject();
    work(4_000_000);
    assert.equal(pass(1), false);
    work(1);
    assert.equal(pass(1), true);
  });
});

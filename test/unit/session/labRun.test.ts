import assert from 'node:assert/strict';
import { type Result } from '../../../src/base/result';
import { type HostToLab } from '../../../src/protocol/labMessages';
import { LabRun, type LabWork } from '../../../src/session/labRun';
import { type LabEvent } from '../../../src/trace/lab/labEvents';
import { type TrainingEvent } from '../../../src/trace/lab/trainingEvents';

const order = { settingsPath: '/a/b.lstm-lab.json', outFolder: '/a/b' };
const step = (at: number): TrainingEvent => ({
  type: 'step',
  step: at,
  epoch: at / 10,
  loss: 1,
  accuracy: 0.5,
  rate: 0.01,
  secondsLeft: 9,
});
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a run of the lab', () => {
  let told: (event: LabEvent) => void;
  let end: (result: Result<unknown>) => void;
  let signal: AbortSignal;
  let controls: string[];
  let posted: HostToLab[];
  let run: LabRun<TrainingEvent>;

  beforeEach(() => {
    controls = [];
    posted = [];
    const work: LabWork<TrainingEvent> = {
      run: (listeners) =>
        new Promise((resolve) => ([told, signal, end] = [listeners.onLab, listeners.signal, resolve])),
      control: (action) => void controls.push(action),
      earlier: async () => [step(7)],
    };
    run = new LabRun({ source: 'b.lstm-lab.json', order, work, strings: {} });
    run.connect((message) => void posted.push(message));
  });

  it('tells a page that comes late everything, and then each event', () => {
    void run.start();
    told(step(1));
    assert.equal(posted.length, 0, 'nothing before the page is ready');
    run.receive({ type: 'ready' });
    told(step(2));
    const [hydrate, event] = posted;
    assert.ok(hydrate?.type === 'hydrateLab');
    assert.deepEqual([hydrate.events, hydrate.status, hydrate.stored], [[step(1)], { kind: 'running' }, order]);
    assert.deepEqual(event, { type: 'labEvent', event: step(2) });
  });

  it('goes on without its page, and shows the whole when it is back', () => {
    run.receive({ type: 'ready' });
    void run.start();
    run.hideView();
    posted.length = 0;
    told(step(1));
    assert.equal(posted.length, 0);
    assert.equal(signal.aborted, false);
    run.receive({ type: 'ready' });
    assert.ok(posted[0]?.type === 'hydrateLab' && posted[0].events.length === 1);
  });

  it('pauses and goes on when the work says so, not before', () => {
    void run.start();
    run.act('resume');
    run.act('pause');
    assert.deepEqual([controls, run.status.kind], [['pause'], 'running']);
    told({ type: 'paused', step: 3 });
    assert.equal(run.status.kind, 'paused');
    run.act('resume');
    told({ type: 'resumed', step: 3 });
    assert.deepEqual([controls, run.status.kind], [['pause', 'resume'], 'running']);
  });

  it('stops once and is complete; cancels through the signal and says so', async () => {
    void run.start();
    run.act('stop');
    run.act('stop');
    assert.deepEqual([controls, run.status.kind], [['stop'], 'ending']);
    end({ ok: true, value: null });
    await settle();
    assert.equal(run.status.kind, 'complete');
    void run.start();
    assert.deepEqual(run.events, [], 'a new run starts an empty log');
    run.act('cancel');
    assert.equal(signal.aborted, true);
    end({ ok: false, error: { code: 'cancelled', message: 'Cancelled.' } });
    await settle();
    assert.equal(run.status.kind, 'cancelled');
  });

  it('runs once at a time, and fails with the sentence it was given', async () => {
    const first = run.start();
    assert.equal(run.start(), first);
    end({ ok: false, error: { code: 'data-invalid', message: 'a.csv, line 3: a quote never closes.' } });
    await settle();
    assert.deepEqual(run.status, {
      kind: 'failed',
      failure: { code: 'data-invalid', message: 'a.csv, line 3: a quote never closes.' },
    });
    run.act('pause');
    assert.deepEqual(controls, [], 'nothing to control');
  });

  it('shows what lies on disk until something is started', async () => {
    run.receive({ type: 'ready' });
    await run.loadEarlier();
    assert.ok(posted.at(-1)?.type === 'hydrateLab');
    assert.deepEqual(run.events, [step(7)]);
    void run.start();
    await run.loadEarlier();
    assert.deepEqual(run.events, []);
  });

  it('keeps a bounded number of steps, and everything else', () => {
    void run.start();
    for (let at = 1; at <= 10_000; at++) told(step(at));
    told({ type: 'paused', step: 10_000 });
    assert.ok(run.events.length <= 4001 && run.events.length > 1500, `${run.events.length}`);
    assert.deepEqual(run.events[0], step(1));
    assert.equal(run.events.at(-1)?.type, 'paused');
  });
});

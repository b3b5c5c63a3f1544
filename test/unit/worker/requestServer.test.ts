import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { silentLog } from '../../../src/base/log';
import { type Result } from '../../../src/base/result';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { type WorkerToHost } from '../../../src/protocol/workerRequests';
import { unpackFrame } from '../../../src/trace/reading/frame';
import { handlers } from '../../../src/worker/handlers';
import { InspectionShelf } from '../../../src/worker/inspectionShelf';
import { ModelShelf } from '../../../src/worker/modelShelf';
import { createRequestServer } from '../../../src/worker/requestServer';
import { type HandlerTable, type WorkerContext } from '../../../src/worker/workerContext';
import { randomCharacterModel } from '../../support/randomModel';
import { useWasmBackend } from '../../support/tfjsBackend';

/** A worker without its thread: what it posts is kept. */
function start(table: HandlerTable = handlers, model: () => RecurrentModel = () => randomCharacterModel('lstm', 6)) {
  const posted: WorkerToHost[] = [];
  const opened: string[] = [];
  let changed = (): void => undefined;
  const context: WorkerContext = {
    models: new ModelShelf(
      (reference) => {
        opened.push(reference.kind);
        return Promise.resolve().then(model);
      },
      (opened) => prepareModel(opened, createPlainRunner),
    ),
    inspections: new InspectionShelf(),
    cache: new BlockCache(),
    log: silentLog,
    modelsFolder: '/nowhere',
    post: (message) => {
      posted.push(message);
      changed();
    },
  } as WorkerContext;
  let clock = 0;
  const server = createRequestServer(context, table, {
    now: () => (clock += 20),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  });
  let next = 0;
  const ask = (kind: string, params: unknown, id = ++next): Promise<Result<unknown>> => {
    server.receive({ type: 'request', id, kind, params });
    return new Promise((resolve) => {
      changed = () => {
        const answer = posted.find((message) => message.type === 'answer' && message.id === id);
        if (answer?.type === 'answer') resolve(answer.result);
      };
    });
  };
  return { server, posted, ask, context, opened };
}

const model = { kind: 'bundled', name: 'any' } as const;
const text = (length: number) => ({ kind: 'text', text: 'word '.repeat(length / 5) }) as const;
const readParams = (inspection: number, length = 400, more: object = {}) => ({
  inspection,
  model,
  input: text(length),
  stream: true,
  ...more,
});

describe('the request server', () => {
  before(useWasmBackend);

  it('reads, says it started before the first frame, and answers once', async () => {
    const { ask, posted } = start();
    const result = await ask('read', readParams(1));
    assert.ok(result.ok);
    assert.equal((result.value as { steps: number }).steps, 400);
    const types = posted.map(({ type }) => type);
    assert.ok(types.indexOf('started') < types.indexOf('frame'));
    assert.equal(types.filter((type) => type === 'answer').length, 1);
    assert.equal(types.filter((type) => type === 'frame').length, 1, 'one frame until it is acknowledged');
    assert.ok(types.includes('progress'));
  });

  it('sends the next frame for an acknowledgement, and other columns for a sight', async () => {
    const { ask, posted, server } = start();
    await ask('read', readParams(1));
    const frames = () => posted.filter((message) => message.type === 'frame');
    server.receive({ type: 'ack', inspection: 1, sequence: frames()[0]?.sequence });
    assert.equal(frames().length, 2);
    server.receive({ type: 'ack', inspection: 1, sequence: frames()[1]?.sequence });
    const header = unpackFrame(frames()[1]?.frame as ArrayBuffer).header;
    assert.deepEqual([header.layer, header.direction, header.fields.length], [0, 'forward', 6]);
  });

  it('cancels in mid-run, answers so, and what was read can still be asked about', async () => {
    const { ask, server, posted } = start();
    const answer = ask('read', readParams(1, 20_000), 77);
    while (!posted.some(({ type }) => type === 'progress')) await new Promise((resolve) => setImmediate(resolve));
    server.receive({ type: 'cancel', id: 77 });
    const result = await answer;
    assert.ok(!result.ok && result.error.code === 'cancelled');
    assert.ok((await ask('step', { inspection: 1, step: 10 })).ok);
    assert.ok((await ask('read', readParams(2))).ok, 'the next run works');
  });

  it('serves other requests while it reads', async () => {
    const { ask, posted } = start();
    const long = ask('read', readParams(1, 10_000));
    while (!posted.some(({ type }) => type === 'started')) await new Promise((resolve) => setImmediate(resolve));
    let isLongDone = false;
    void long.then(() => (isLongDone = true));
    const other = start();
    assert.ok((await other.ask('read', readParams(9))).ok);
    assert.ok(!isLongDone);
  });

  it('answers everything it cannot do with a failure, and lives on', async () => {
    const { ask, server } = start();
    for (const nonsense of [
      null,
      undefined,
      5,
      'text',
      [],
      {},
      { type: 7 },
      { type: 'nothing' },
      { type: 'ack', inspection: 5, sequence: 1 },
      { type: 'sight' },
      { type: 'cancel', id: 99 },
    ])
      server.receive(nonsense);
    const codeOf = async (kind: string, params: unknown): Promise<string> => {
      const result = await ask(kind, params);
      return result.ok ? 'ok' : result.error.code;
    };
    assert.equal(await codeOf('toString', {}), 'internal');
    assert.equal(await codeOf('nothing', {}), 'internal');
    assert.equal(await codeOf('read', undefined), 'internal');
    assert.equal(await codeOf('read', readParams(1, 0)), 'empty-input');
    assert.equal(await codeOf('read', readParams(1, 400, { limitTokens: 10 })), 'input-too-long');
    for (const kind of ['range', 'step', 'formula', 'predictions', 'unitOrder', 'exportTrace'])
      assert.equal(await codeOf(kind, { inspection: 12 }), 'out-of-range');
    assert.equal(await codeOf('release', { inspection: 12 }), 'ok');
    assert.equal(await codeOf('read', readParams(1)), 'ok');
    assert.equal(await codeOf('step', { inspection: 1, step: 4000 }), 'out-of-range');
    assert.equal(
      await codeOf('range', { inspection: 1, layer: 0, direction: 'sideways', fields: ['h'], from: 0, to: 1 }),
      'out-of-range',
    );
    assert.equal(
      await codeOf('formula', { inspection: 1, layer: 0, direction: 'forward', unit: 6, step: 0 }),
      'out-of-range',
    );
    assert.equal(await codeOf('release', { inspection: 1 }), 'ok');
    assert.equal(await codeOf('step', { inspection: 1, step: 0 }), 'out-of-range');
  });

  it('opens a model once, tries a failed one again, and gives failures their code', async () => {
    let tries = 0;
    const { ask, opened } = start(handlers, () => {
      if (tries++ === 0) throw new InspectorError('model-damaged', 'The file ends too early.');
      return randomCharacterModel('gru', 4);
    });
    const first = await ask('read', readParams(1));
    assert.ok(!first.ok && first.error.code === 'model-damaged');
    assert.ok((await ask('read', readParams(1))).ok);
    assert.ok((await ask('read', readParams(2))).ok);
    assert.equal(opened.length, 2);
  });

  it('takes over an earlier inspection, released or not', async () => {
    const { ask, context } = start();
    await ask('read', readParams(1));
    const edited = {
      ...readParams(2),
      input: { kind: 'text', text: `${'word '.repeat(60)}!${'word '.repeat(20)}` },
      previous: 1,
    };
    assert.ok((await ask('read', edited)).ok);
    assert.equal(context.inspections.get(2).reading.directions[0]?.stepsRun, 101);
    assert.ok((await ask('release', { inspection: 1 })).ok);
    assert.ok((await ask('read', { ...edited, inspection: 3, previous: 1 })).ok);
  });
});

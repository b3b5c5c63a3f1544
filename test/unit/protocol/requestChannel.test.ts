import assert from 'node:assert/strict';
import { RequestChannel } from '../../../src/protocol/requestChannel';

interface Requests {
  double: { readonly params: number; readonly value: number };
}

describe('the request channel', () => {
  let sent: { id: number; kind: string; params: unknown }[];
  let cancelled: number[];
  let channel: RequestChannel<Requests>;

  beforeEach(() => {
    sent = [];
    cancelled = [];
    channel = new RequestChannel<Requests>({
      sendRequest: (id, kind, params) => void sent.push({ id, kind, params }),
      sendCancel: (id) => void cancelled.push(id),
    });
  });

  it('matches answers that come in another order', async () => {
    const first = channel.request('double', 1);
    const second = channel.request('double', 2);
    channel.answer(sent[1]?.id ?? -1, { ok: true, value: 4 });
    channel.answer(sent[0]?.id ?? -1, { ok: true, value: 2 });
    assert.deepEqual(await Promise.all([first, second]), [
      { ok: true, value: 2 },
      { ok: true, value: 4 },
    ]);
    assert.equal(channel.pending, 0);
  });

  it('sends nothing when the signal was aborted before', async () => {
    const answer = await channel.request('double', 1, { signal: AbortSignal.abort() });
    assert.equal(answer.ok, false);
    assert.deepEqual(sent, []);
  });

  it('cancels once, and drops the answer that comes too late', async () => {
    const abort = new AbortController();
    const waiting = channel.request('double', 1, { signal: abort.signal });
    abort.abort();
    channel.answer(1, { ok: true, value: 2 });
    const answer = await waiting;
    assert.ok(!answer.ok && answer.error.code === 'cancelled');
    assert.deepEqual(cancelled, [1]);
  });

  it('does not cancel what has been answered', async () => {
    const abort = new AbortController();
    const waiting = channel.request('double', 1, { signal: abort.signal });
    channel.answer(1, { ok: true, value: 2 });
    await waiting;
    abort.abort();
    assert.deepEqual(cancelled, []);
  });

  it('gives progress and events to the request they belong to, and to nobody after the answer', async () => {
    const heard: unknown[] = [];
    const waiting = channel.request('double', 1, {
      onProgress: (done, total) => void heard.push([done, total]),
      onEvent: (event) => void heard.push(event),
    });
    channel.progress(1, 1, 2);
    channel.event(1, 'started');
    channel.progress(99, 1, 2);
    channel.answer(1, { ok: true, value: 2 });
    channel.progress(1, 2, 2);
    await waiting;
    assert.deepEqual(heard, [[1, 2], 'started']);
  });

  it('answers all that waits when the other side is gone', async () => {
    const waiting = [channel.request('double', 1), channel.request('double', 2)];
    channel.rejectAll({ code: 'worker-died', message: 'Gone.' });
    for (const answer of await Promise.all(waiting)) assert.ok(!answer.ok && answer.error.code === 'worker-died');
    channel.rejectAll({ code: 'worker-died', message: 'Gone.' });
  });

  it('answers when the wire throws', async () => {
    const broken = new RequestChannel<Requests>({
      sendRequest: () => {
        throw new Error('no wire');
      },
      sendCancel: () => undefined,
    });
    const answer = await broken.request('double', 1);
    assert.ok(!answer.ok && answer.error.message.includes('no wire'));
  });
});

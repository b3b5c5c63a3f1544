import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameFlow } from '../../../src/session/frameFlow';
import { keepEvent } from '../../../src/session/labEventLog';
import { type TrainingEvent } from '../../../src/trace/lab/trainingEvents';

type Move = 'send' | 'paint' | 'paintOld' | 'ready' | 'hide' | 'reset';

describe('the flow of frames', () => {
  it('shows each frame in order, one unacknowledged at a time, and none to a hidden view', () => {
    const moves = fc.array(fc.constantFrom<Move>('send', 'paint', 'paintOld', 'ready', 'hide', 'reset'));
    fc.assert(
      fc.property(moves, (given) => {
        const shown: number[] = [];
        const acknowledged: number[] = [];
        let isReady = false;
        const flow = new FrameFlow({
          show: (sequence) => {
            assert.ok(isReady, 'a hidden view gets nothing');
            shown.push(sequence);
          },
          acknowledge: (sequence) => void acknowledged.push(sequence),
        });
        let sent = 0;
        for (const move of given) {
          if (move === 'send') flow.receive(++sent, new ArrayBuffer(0));
          if (move === 'paint') flow.painted(shown.at(-1) ?? 0);
          if (move === 'paintOld') flow.painted((shown.at(-1) ?? 0) - 1);
          if (move === 'reset') flow.reset();
          if (move === 'ready' || move === 'hide') isReady = move === 'ready';
          if (move === 'ready') flow.viewReady();
          if (move === 'hide') flow.viewHidden();
        }
        const isAscending = (list: readonly number[]): boolean =>
          list.every((at, k) => k === 0 || at >= (list[k - 1] ?? 0));
        assert.ok(isAscending(shown), shown.join(' '));
        assert.equal(new Set(acknowledged).size, acknowledged.length, 'each is acknowledged once');
        assert.ok(acknowledged.every((sequence) => shown.includes(sequence)));
        assert.ok(new Set(shown).size - acknowledged.length <= 1 + given.filter((move) => move === 'reset').length);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the log of a run', () => {
  it('keeps everything but steps, in order, and the last event always', () => {
    const events = fc.array(fc.constantFrom('step', 'validated', 'epoch'), { maxLength: 40 });
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 5000 }), (kinds, before) => {
        const make = (type: string, step: number): TrainingEvent => ({ type, step }) as unknown as TrainingEvent;
        let log: readonly TrainingEvent[] = Array.from({ length: before }, (_, step) => make('step', step));
        kinds.forEach((kind, k) => {
          const event = make(kind, before + k);
          log = keepEvent(log, event);
          assert.ok(log.length <= 4000 + kinds.length || before > 4000);
        });
        const others = kinds.filter((kind) => kind !== 'step').length;
        assert.equal(log.filter(({ type }) => type !== 'step').length, others);
      }),
    );
  });
});

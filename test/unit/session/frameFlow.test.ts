import assert from 'node:assert/strict';
import { FrameFlow } from '../../../src/session/frameFlow';

describe('frame flow control', () => {
  let log: string[];
  let flow: FrameFlow;
  const frame = new ArrayBuffer(4);

  beforeEach(() => {
    log = [];
    flow = new FrameFlow({
      show: (sequence) => void log.push(`show ${sequence}`),
      acknowledge: (sequence) => void log.push(`ack ${sequence}`),
    });
  });

  it('never shows a second frame before the first is painted', () => {
    flow.viewReady();
    flow.receive(1, frame);
    flow.receive(2, frame);
    assert.deepEqual(log, ['show 1']);
    flow.painted(1);
    assert.deepEqual(log, ['show 1', 'ack 1', 'show 2']);
  });

  it('ignores acknowledgements of other frames and from a view that is gone', () => {
    flow.painted(0);
    flow.viewReady();
    flow.receive(1, frame);
    flow.painted(0);
    flow.viewHidden();
    flow.painted(1);
    assert.deepEqual(log, ['show 1']);
  });

  it('shows an unpainted frame again when the view returns', () => {
    flow.viewReady();
    flow.receive(1, frame);
    flow.viewHidden();
    flow.viewReady();
    flow.painted(1);
    assert.deepEqual(log, ['show 1', 'show 1', 'ack 1']);
  });

  it('forgets everything on reset', () => {
    flow.receive(1, frame);
    flow.reset();
    flow.viewReady();
    assert.deepEqual(log, []);
  });
});

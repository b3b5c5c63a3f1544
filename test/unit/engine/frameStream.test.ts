import assert from 'node:assert/strict';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { FrameStream, maximumFrameBytes, type Sight } from '../../../src/engine/questions/frameStream';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { StepSet } from '../../../src/engine/questions/stepSet';
import { type Frame, packFrame } from '../../../src/trace/reading/frame';
import { randomCharacterModel } from '../../support/randomModel';
import { useWasmBackend } from '../../support/tfjsBackend';

interface Sent {
  readonly sequence: number;
  readonly frame: Frame;
}

function open(length: number, units = 4, known?: Sight): { reading: Reading; sent: Sent[]; stream: FrameStream } {
  const reading = new Reading(
    prepareModel(randomCharacterModel('lstm', units), createPlainRunner),
    { kind: 'text', text: 'word '.repeat(length / 5) },
    new BlockCache(),
  );
  const sent: Sent[] = [];
  return {
    reading,
    sent,
    stream: new FrameStream(reading, (sequence, frame) => sent.push({ sequence, frame }), known),
  };
}

const sight = { layer: 0, direction: 'forward', from: 300, to: 400, visible: true } as const;

describe('a stream of frames', () => {
  before(useWasmBackend);

  it('sends the columns in sight first, one frame at a time, and in the end everything once', async () => {
    const { reading, sent, stream } = open(1000);
    stream.see(sight);
    await reading.compute(unhurried, () => stream.pump());
    assert.equal(sent.length, 1, 'nothing more before the first is acknowledged');
    assert.ok((sent[0]?.frame.header.from ?? 0) >= 300);
    for (let k = 0; k < sent.length; k++) stream.acknowledge((sent[k] as Sent).sequence);
    const covered = new Uint8Array(1000);
    for (const { frame } of sent) {
      const { from, to, fields } = frame.header;
      for (let t = from; t < to; t++) covered[t] = (covered[t] ?? 0) + 1;
      fields.forEach((field, k) =>
        assert.deepEqual(frame.planes[k], reading.direction(0, 'forward').field(field, from, to)),
      );
    }
    assert.ok(covered.every((count) => count === 1));
  });

  it('begins with the columns that are known to be in sight, and no others', async () => {
    const { reading, sent, stream } = open(1000, 4, sight);
    await reading.compute(unhurried);
    stream.pump();
    assert.deepEqual([sent[0]?.frame.header.from, sent[0]?.frame.header.to], [300, 400]);
  });

  it('begins at the beginning where nothing is known, or only of a layer that this model has not', async () => {
    for (const known of [undefined, { ...sight, layer: 9 }]) {
      const { reading, sent, stream } = open(1000, 4, known);
      await reading.compute(unhurried);
      stream.pump();
      const { from, to } = (sent[0] as Sent).frame.header;
      assert.equal(from, 0);
      assert.ok(to < 200, `${to} columns wait for what nobody may see`);
    }
  });

  it('keeps every frame under a megabyte', async () => {
    const { reading, sent, stream } = open(1000, 64);
    await reading.compute(unhurried);
    stream.pump();
    for (let k = 0; k < sent.length; k++) stream.acknowledge((sent[k] as Sent).sequence);
    assert.ok(sent.length > 1);
    for (const { frame } of sent) assert.ok(packFrame(frame).byteLength <= maximumFrameBytes + 1024);
  });

  it('ignores an acknowledgement that nobody waits for', async () => {
    const { reading, sent, stream } = open(600);
    stream.acknowledge(17);
    await reading.compute(unhurried, () => stream.pump());
    stream.acknowledge(17);
    assert.equal(sent.length, 1);
  });

  it('sends a hidden view nothing, and everything anew when it shows again', async () => {
    const { reading, sent, stream } = open(400);
    stream.see({ ...sight, visible: false });
    await reading.compute(unhurried, () => stream.pump());
    assert.equal(sent.length, 0);
    stream.see({ ...sight, from: 0, to: 400 });
    assert.deepEqual([sent[0]?.frame.header.from, sent[0]?.frame.header.to], [0, 400]);
    stream.see({ ...sight, visible: false });
    stream.see({ ...sight, from: 0, to: 400 });
    assert.equal(sent.length, 2);
  });

  it('sends nothing for a layer that there is none of, and nothing once it is closed', async () => {
    const { reading, sent, stream } = open(100);
    stream.see({ ...sight, layer: 9 });
    await reading.compute(unhurried, () => stream.pump());
    assert.equal(sent.length, 0);
    stream.close();
    stream.see({ ...sight, from: 0, to: 100 });
    assert.equal(sent.length, 0);
  });
});

describe('a set of steps', () => {
  it('joins what touches and finds the first gap', () => {
    const steps = new StepSet();
    assert.deepEqual(steps.firstGap(0, 10), [0, 10]);
    steps.add(2, 4);
    steps.add(6, 8);
    assert.deepEqual(steps.firstGap(0, 10), [0, 2]);
    assert.deepEqual(steps.firstGap(2, 10), [4, 6]);
    steps.add(4, 6);
    assert.deepEqual(steps.firstGap(2, 10), [8, 10]);
    assert.equal(steps.firstGap(3, 7), null);
    assert.equal(steps.firstGap(5, 5), null);
    steps.add(9, 9);
    assert.deepEqual(steps.firstGap(7, 10), [8, 10]);
  });
});

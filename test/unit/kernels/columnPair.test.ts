import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createRandom, drawNormal } from '../../../src/base/random';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { type Kernels, type StartThread } from '../../../src/kernels/loadKernels';
import { createSequenceReader, type ReaderFields, type ReaderInput } from '../../../src/kernels/sequenceReader';
import { type CellKind, fieldsOf } from '../../../src/trace/reading/cellKind';
import { useKernels, useKernelsOnTwoThreads } from '../../support/kernels';

const [D, H, T] = [20, 384, 150]; // a multiple of the panels of both builds, 24 and 32
/** Units of a simple RNN that is wide enough. */
const wideRnn = 576;

function draw(n: number, scale: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => drawNormal(random) * scale);
}

const weights: CellWeights = {
  cell: 'lstm',
  inputWidth: D,
  units: H,
  activation: 'tanh',
  recurrentActivation: 'sigmoid',
  kernel: draw(D * 4 * H, 0.2, 1),
  recurrentKernel: draw(H * 4 * H, 0.04, 2),
  bias: draw(4 * H, 0.2, 3),
};
const rows: ReaderInput = { kind: 'rows', rows: draw(T * D, 1, 4) };
const ids: ReaderInput = { kind: 'ids', ids: Int32Array.from({ length: T }, (_, t) => (t * 7) % 23) };
const stateOf = ({ units }: CellWeights): { readonly h: Float32Array; readonly c: Float32Array } => ({
  h: draw(units, 0.3, 5),
  c: draw(units, 0.3, 6),
});
const state = stateOf(weights);

/** Counts the jobs that the second thread took. */
function spy(kernels: Kernels): { kernels: Kernels; taken: () => number; started: () => number } {
  let control: Int32Array = new Int32Array(new SharedArrayBuffer(32));
  let started = 0;
  const { shared } = kernels;
  assert.ok(shared, 'this Node shares memory between threads');
  const startThread: StartThread = (handed) => {
    control = new Int32Array(handed.control);
    started++;
    return shared.startThread(handed);
  };
  return {
    kernels: { ...kernels, shared: { ...shared, startThread } },
    taken: () => Atomics.load(control, 5),
    started: () => started,
  };
}

function assertSameBits(actual: ReaderFields, expected: ReaderFields, cell: CellKind = 'lstm'): void {
  for (const field of fieldsOf(cell)) assert.deepEqual(actual[field], expected[field], field);
}

const gru: CellWeights = {
  ...weights,
  cell: 'gru',
  resetAfter: true,
  kernel: draw(D * 3 * H, 0.2, 1),
  recurrentKernel: draw(H * 3 * H, 0.04, 2),
  bias: draw(3 * H, 0.2, 3),
  recurrentBias: draw(3 * H, 0.2, 9),
};
const rnnOf = (units: number): CellWeights => ({
  ...weights,
  cell: 'rnn',
  units,
  kernel: draw(D * units, 0.2, 1),
  recurrentKernel: draw(units * units, 0.04, 2),
  bias: draw(units, 0.2, 3),
});

describe('a layer read by two threads', () => {
  let one: Kernels;
  let two: Kernels;
  before(async () => {
    one = await useKernels();
    two = await useKernelsOnTwoThreads();
  });

  for (const [name, cellWeights, input, table] of [
    ['rows into an LSTM', weights, rows, undefined],
    ['ids into an LSTM', weights, ids, { vocabularySize: 23, rows: draw(23 * D, 1, 8) }],
    ['rows into a GRU', gru, rows, undefined],
    ['ids into a GRU', gru, ids, { vocabularySize: 23, rows: draw(23 * D, 1, 8) }],
    ['rows into a simple RNN', rnnOf(wideRnn), rows, undefined],
    ['ids into a simple RNN', rnnOf(wideRnn), ids, { vocabularySize: 23, rows: draw(23 * D, 1, 8) }],
  ] as const) {
    it(`has the bits of one thread, for ${name}, before the second is up and after`, async () => {
      const { kernels, taken } = spy(two);
      const initial = stateOf(cellWeights);
      const pair = createSequenceReader(kernels, cellWeights, table);
      const expected = createSequenceReader(one, cellWeights, table).run(input, T, initial);
      assertSameBits(pair.run(input, T, initial), expected, cellWeights.cell);
      for (let tries = 0; tries < 400 && taken() === 0; tries++) {
        await delay(10);
        assertSameBits(pair.run(input, T, initial), expected, cellWeights.cell);
      }
      assert.ok(taken() > 0, 'the second thread has worked');
      assert.equal(pair.run(input, T, initial).h.buffer instanceof SharedArrayBuffer, false);
      pair.dispose();
    });
  }

  it('goes on in one thread where the second is late', async () => {
    const { kernels, taken } = spy(two);
    const reader = createSequenceReader(kernels, weights);
    const expected = createSequenceReader(one, weights).run(rows, T, state);
    for (let tries = 0; tries < 400 && taken() === 0; tries++) {
      await delay(10);
      reader.run(rows, T, state);
    }
    // Two busy threads more than there are cores: the second thread waits for its turn again and again.
    const busy = Array.from({ length: 2 * availableParallelism() }, () => startBusy());
    for (let k = 0; k < 10; k++) assertSameBits(reader.run(rows, T, state), expected);
    for (const stop of busy) stop();
    reader.dispose();
  });

  it('is not tried for a GRU that resets before the product, narrow layers, where only one thread is allowed, or without a second', () => {
    const { kernels, started } = spy(two);
    createSequenceReader(kernels, { ...gru, resetAfter: false });
    createSequenceReader(kernels, {
      ...weights,
      units: 24,
      kernel: draw(D * 96, 0.2, 1),
      recurrentKernel: draw(24 * 96, 0.04, 2),
      bias: draw(96, 0.2, 3),
    });
    createSequenceReader(kernels, rnnOf(H));
    createSequenceReader(
      { ...kernels, shared: { ...(kernels.shared as NonNullable<Kernels['shared']>), mayStart: () => false } },
      weights,
    );
    assert.equal(started(), 0);
    assert.equal(one.shared, undefined);
  });
});

function startBusy(): () => void {
  const worker = new Worker('for (;;) {}', { eval: true });
  worker.unref();
  return () => void worker.terminate();
}

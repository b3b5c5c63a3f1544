import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, drawNormal } from '../../../src/base/random';
import { withInterrupt } from '../../../src/base/interrupt';
import { createArena } from '../../../src/kernels/arena';
import { type CallPair, createCallPair } from '../../../src/kernels/callPair';
import { layOut } from '../../../src/kernels/cellLayout';
import { type Heap } from '../../../src/kernels/heap';
import { multiplyInSlices } from '../../../src/kernels/interruptible';
import { type Kernels, type SharedKernels, type StartThread } from '../../../src/kernels/loadKernels';
import { runBackward, runInputGradient, runWeightGradients } from '../../../src/kernels/sequenceBackward';
import { runForward } from '../../../src/kernels/sequenceForward';
import { Worth } from '../../../src/kernels/worth';
import { type CellKind } from '../../../src/trace/reading/cellKind';
import { withSharedMemory } from '../../../src/worker/sharedMemory';
import { useKernelsOnTwoThreads } from '../../support/kernels';

/** Always in two threads, however busy the machine is. */
const always = { isPaired: true, note: () => undefined };

interface Place {
  readonly heap: Heap;
  readonly floats: (n: number, scale: number, seed: number) => number;
  readonly bits: (at: number, n: number) => Int32Array;
  /** Jobs that the second thread did. */
  readonly done: () => number;
  readonly isUp: () => Promise<void>;
  readonly end: () => void;
}

/** A shared memory with the kernels in it, for one thread or two. */
function makePlace({ shared }: Kernels, threads: 1 | 2): Place {
  assert.ok(shared, 'this Node shares memory between threads');
  const arena = createArena(shared, true);
  let control: Int32Array = new Int32Array(8);
  let end = (): void => undefined;
  const startThread: StartThread = (handed) => {
    control = new Int32Array(handed.control);
    const thread = shared.startThread(handed);
    ({ end } = thread);
    return thread;
  };
  const pair: CallPair | undefined =
    threads === 2 ? createCallPair({ ...shared, startThread }, arena, always) : undefined;
  return {
    heap: { ...arena, pair: () => pair },
    floats: (n, scale, seed) => {
      const random = createRandom(seed);
      const at = arena.allocate(n * 4);
      arena.floats(at, n).set(Float32Array.from({ length: n }, () => drawNormal(random) * scale));
      return at;
    },
    bits: (at, n) => new Int32Array(arena.memory.buffer, at, n).slice(),
    done: () => Atomics.load(control, 3),
    isUp: async () => {
      while (threads === 2 && Atomics.load(control, 1) === 0) await delay(5);
    },
    end: () => end(),
  };
}

/** Forward, backward and the gradients of a layer; every number that comes out. */
function trainOnce(
  { heap, floats, bits }: Place,
  { cell, hasMask }: { cell: CellKind; hasMask: boolean },
): readonly Int32Array[] {
  const [B, T, D, H] = [21, 30, 24, 130];
  const layout = layOut({ cell, B, T, D, H });
  const { G, row, gatesRow } = layout;
  const attributes = {
    cell,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    resetAfter: cell === 'gru',
    returnSequences: true,
    trainWeights: true,
  } as const;
  const biases = (cell === 'gru' ? 2 : 1) * G * H;
  const at = {
    x: floats(B * T * D, 1, 1),
    kernel: floats(D * G * H, 0.2, 2),
    recurrentKernel: floats(H * G * H, 0.08, 3),
    bias: floats(biases, 0.2, 4),
    h: floats(B * H, 0.3, 5),
    c: floats(B * H, 0.3, 6),
    ...(hasMask && { mask: floats(B * H, 1, 7) }),
    kept: heap.allocate(layout.keptBytes),
    y: heap.allocate(B * T * H * 4),
  };
  runForward(heap, layout, attributes as never, at as never);
  const back = {
    dh: floats((B * row) / 4, 0.1, 8),
    dc: floats((B * row) / 4, 0.1, 9),
    dz: heap.allocate(T * B * gatesRow),
  };
  runBackward(heap, layout, attributes as never, { ...at, ...back, dy: floats(B * T * H, 1, 10) });
  const to = {
    dx: heap.allocate(B * T * D * 4),
    dKernel: heap.allocate(D * G * H * 4),
    dRecurrent: heap.allocate(H * G * H * 4),
    dBias: heap.allocate(biases * 4),
  };
  runInputGradient(heap, layout, { dz: back.dz, kernel: at.kernel, dx: to.dx });
  runWeightGradients(heap, layout, attributes as never, { ...to, dz: back.dz, x: at.x, kept: at.kept, isIds: false });
  return [
    bits(at.y, B * T * H),
    bits(at.kept, (T * B * gatesRow) / 4),
    bits(back.dh, (B * row) / 4),
    bits(back.dc, (B * row) / 4),
    bits(back.dz, (T * B * gatesRow) / 4),
    bits(to.dx, B * T * D),
    bits(to.dKernel, D * G * H),
    bits(to.dRecurrent, H * G * H),
    bits(to.dBias, biases),
  ];
}

describe('training in two threads', function () {
  this.timeout(60_000);
  let kernels: Kernels;
  before(async () => {
    kernels = await useKernelsOnTwoThreads();
  });

  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    it(`has the bits of one, for ${cell}, with a mask and without`, async () => {
      const [one, two] = [makePlace(kernels, 1), makePlace(kernels, 2)];
      try {
        await two.isUp();
        for (const hasMask of [false, true]) {
          const expected = trainOnce(one, { cell, hasMask });
          const actual = trainOnce(two, { cell, hasMask });
          expected.forEach((bits, k) => assert.deepEqual(actual[k], bits, `array ${k}`));
        }
        // A job that the second is late for the first does itself; one of these it is in time for.
        for (let tries = 0; tries < 50 && two.done() === 0; tries++) trainOnce(two, { cell, hasMask: false });
        assert.ok(two.done() > 0, 'the second thread has worked');
      } finally {
        two.end();
      }
    });
  }

  it('is the first thread alone where the second never comes up', () => {
    const silent: StartThread = () => ({ end: () => undefined });
    const stuck = makePlace({ ...kernels, shared: { ...(kernels.shared as SharedKernels), startThread: silent } }, 2);
    const expected = trainOnce(makePlace(kernels, 1), { cell: 'lstm', hasMask: false });
    trainOnce(stuck, { cell: 'lstm', hasMask: false }).forEach((bits, k) => assert.deepEqual(bits, expected[k]));
    assert.equal(stuck.done(), 0);
  });

  it('is not to be had where the host shares no memory', async () => {
    const given = globalThis.SharedArrayBuffer;
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
    try {
      const { shared, path: found } = await useKernelsOnTwoThreads();
      assert.equal(shared, undefined);
      assert.equal(found, kernels.path);
    } finally {
      globalThis.SharedArrayBuffer = given;
    }
  });

  it('can be interrupted between two slices, and goes on afterwards', async () => {
    const place = makePlace(kernels, 2);
    try {
      await place.isUp();
      const [rows, depth, columns] = [720, 512, 512];
      const [a, c, zeros] = [
        place.floats(rows * depth, 1, 1),
        place.heap.allocate(rows * columns * 4),
        place.floats(columns, 0, 2),
      ];
      const panels = place.heap.allocate(place.heap.kernels.panelBytes(depth, columns));
      place.heap.kernels.packPanels(place.floats(depth * columns, 1, 3), columns * 4, 4, depth, columns, panels);
      const multiply = (): void =>
        multiplyInSlices(place.heap, a, depth * 4, rows, depth, panels, columns, c, columns * 4, zeros, 0);
      let looks = 0;
      const cancel = (): void => {
        if (++looks === 2) throw new Error('cancelled');
      };
      assert.throws(() => withInterrupt(cancel, multiply), /cancelled/);
      multiply();
      const twice = place.bits(c, rows * columns);
      place.heap.kernels.multiply(a, depth * 4, rows, depth, panels, columns, c, columns * 4, zeros, 0);
      assert.deepEqual(twice, place.bits(c, rows * columns));
    } finally {
      place.end();
    }
  });
});

describe('whether the second thread is worth it', () => {
  /** Milliseconds of paired calls among `total` ms, where a call of 1 ms takes `paired` in two threads. */
  const pairedOf = (paired: number, total: number): number => {
    const worth = new Worth();
    let spent = 0;
    for (let now = 0; now < total;) {
      const { isPaired } = worth;
      const ms = isPaired ? paired : 1;
      worth.note('multiply', { operations: 1e6, ms, isPaired });
      now += ms;
      spent += isPaired ? ms : 0;
    }
    return spent / total;
  };

  it('keeps to two where they are faster, but looks at one now and then', () => {
    const part = pairedOf(0.6, 20_000);
    assert.ok(part > 0.93 && part < 1, String(part));
  });

  it('tries them ever more seldom where they are not', () => {
    assert.ok(pairedOf(1, 60_000) < 0.015);
    assert.ok(pairedOf(3, 60_000) < 0.015);
    assert.ok(pairedOf(3, 60_000) > 0.003);
  });
});

describe('a memory that threads share', () => {
  const read = (name: string): Uint8Array<ArrayBuffer> =>
    new Uint8Array(
      readFileSync(
        path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist', name),
      ),
    );

  it('is given to tfjs by one changed byte, and to no module that has none', () => {
    const module = read('tfjs-backend-wasm-simd.wasm');
    const changed = withSharedMemory(module);
    assert.ok(changed && WebAssembly.validate(changed));
    assert.equal(changed.filter((byte, at) => byte !== module[at]).length, 1);
    assert.equal(withSharedMemory(changed), null, 'shared already');
    assert.equal(withSharedMemory(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), null);
    assert.equal(withSharedMemory(module.subarray(0, 300).slice()), null, 'cut off');
  });
});

import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { type CellRunner, type RunFields, type RunInput } from '../../../src/engine/forward/cellRunner';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { type Kernels } from '../../../src/kernels/loadKernels';
import { type CellKind, fieldsOf, gatesOf } from '../../../src/trace/reading/cellKind';
import { useKernels } from '../../support/kernels';
import { useWasmBackend } from '../../support/tfjsBackend';

type Draw = (n: number, scale?: number) => Float32Array;

function drawFrom(seed: number): Draw {
  const random = createRandom(seed);
  return (n, scale = 1) => Float32Array.from({ length: n }, () => drawNormal(random) * scale);
}

interface Size {
  readonly cell: CellKind;
  readonly D: number;
  readonly H: number;
}

/** Weights whose recurrent product neither explodes nor dies. */
function drawWeights({ cell, D, H }: Size, extra: Partial<CellWeights> = {}): CellWeights {
  const draw = drawFrom(D * 1000 + H);
  const columns = gatesOf(cell).length * H;
  return {
    cell,
    inputWidth: D,
    units: H,
    kernel: draw(D * columns, 0.8 / Math.sqrt(D)),
    recurrentKernel: draw(H * columns, 0.8 / Math.sqrt(H)),
    bias: draw(columns, 0.2),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...extra,
  };
}

function stateOf({ cell, units }: CellWeights, draw: Draw): { h: Float32Array; c?: Float32Array } {
  return { h: draw(units, 0.3), ...(cell === 'lstm' && { c: draw(units, 0.3) }) };
}

/** h and gates to 2e-6, c to 2e-6 times its largest value; NaN and infinities in the same places. */
function assertSame(actual: RunFields, expected: RunFields, cell: CellKind): void {
  for (const field of fieldsOf(cell)) {
    const [a, b] = [actual[field], expected[field]] as [Float32Array, Float32Array];
    assert.equal(a.length, b.length);
    const limit = 2e-6 * b.reduce((top, value) => (Number.isFinite(value) ? Math.max(top, Math.abs(value)) : top), 1);
    for (let k = 0; k < b.length; k++) {
      const [x, y] = [a[k] as number, b[k] as number];
      assert.ok(Object.is(x, y) || Math.abs(x - y) <= limit, `${field}[${k}]: ${x}, expected ${y}`);
    }
  }
}

function readBoth(
  kernels: Kernels,
  weights: CellWeights,
  input: RunInput,
  steps: number,
): { fast: RunFields; plain: RunFields; runner: CellRunner } {
  const runner = fastRunners(kernels)(weights);
  const plain = createPlainRunner(weights);
  const state = stateOf(weights, drawFrom(5));
  const result = { fast: runner.run(input, steps, state), plain: plain.run(input, steps, state), runner };
  plain.dispose();
  return result;
}

describe('reading a sequence by the kernels', () => {
  let kernels: Kernels;
  before(async () => {
    await useWasmBackend();
    kernels = await useKernels();
  });

  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    for (const [D, H, T] of [
      [1, 1, 1],
      [1, 3, 7],
      [9, 5, 1],
      [33, 127, 40],
      [4, 130, 300],
      [64, 128, 1000],
      [2, 8, 2500],
    ] as const) {
      it(`keeps the fields of the plain ${cell} for D = ${D}, H = ${H}, T = ${T}`, () => {
        const weights = drawWeights({ cell, D, H });
        const { fast, plain, runner } = readBoth(kernels, weights, { kind: 'rows', rows: drawFrom(7)(T * D) }, T);
        assert.equal(runner.path, kernels.path);
        assertSame(fast, plain, cell);
      });
    }

    for (const extra of [
      { activation: 'relu', recurrentActivation: 'hard_sigmoid' },
      { activation: 'tanh', recurrentActivation: 'hard_sigmoid_keras3' },
      { activation: 'linear', recurrentActivation: 'sigmoid' },
    ] as const) {
      it(`knows ${extra.activation} and ${extra.recurrentActivation} in a ${cell}`, () => {
        const weights = drawWeights({ cell, D: 3, H: 9 }, extra);
        const { fast, plain } = readBoth(kernels, weights, { kind: 'rows', rows: drawFrom(3)(3 * 20) }, 20);
        assertSame(fast, plain, cell);
      });
    }

    it(`gives the same bits of a ${cell} however a text is cut into runs`, () => {
      const weights = drawWeights({ cell, D: 6, H: 13 });
      const runner = fastRunners(kernels)(weights);
      const rows = drawFrom(2)(300 * 6);
      const state = stateOf(weights, drawFrom(5));
      const whole = runner.run({ kind: 'rows', rows }, 300, state);
      let at = state;
      const parts = [1, 6, 127, 129, 37].reduce<{ from: number; h: number[] }>(
        ({ from, h }, count) => {
          const run = runner.run({ kind: 'rows', rows: rows.slice(from * 6, (from + count) * 6) }, count, at);
          at = { h: run.h.slice(-13), ...(run.c && { c: run.c.slice(-13) }) };
          return { from: from + count, h: [...h, ...run.h] };
        },
        { from: 0, h: [] },
      );
      assert.deepEqual(parts.h, Array.from(whole.h));
    });

    it(`gives NaN and infinities of a ${cell} where the plain path does`, () => {
      for (const poison of [NaN, Infinity, -Infinity]) {
        const weights = drawWeights({ cell, D: 3, H: 6 });
        const rows = drawFrom(9)(3 * 12);
        rows[3 * 5 + 1] = poison;
        const { fast, plain } = readBoth(kernels, weights, { kind: 'rows', rows }, 12);
        assertSame(fast, plain, cell);
        assert.ok(fast.h.subarray(0, 5 * 6).every(Number.isFinite));
      }
    });

    it(`reads ids of a ${cell} from an embedding and as one-hot vectors; an id outside stands for zeros`, () => {
      const ids = Int32Array.from({ length: 200 }, (_, k) => (k === 50 ? -1 : k === 51 ? 9 : (k * 7) % 9));
      const embedding = { vocabularySize: 9, rows: drawFrom(4)(9 * 5) };
      for (const [weights, table] of [
        [drawWeights({ cell, D: 5, H: 11 }), embedding],
        [drawWeights({ cell, D: 9, H: 11 }), { vocabularySize: 9 }],
      ] as const) {
        const state = stateOf(weights, drawFrom(5));
        const [fast, plain] = [fastRunners(kernels), createPlainRunner].map((create) =>
          create(weights, table).run({ kind: 'ids', ids }, 200, state),
        );
        assertSame(fast as RunFields, plain as RunFields, cell);
      }
    });
  }

  it('reads a GRU that resets after the product, with both biases', () => {
    const weights = drawWeights(
      { cell: 'gru', D: 4, H: 10 },
      { resetAfter: true, recurrentBias: drawFrom(8)(30, 0.3) },
    );
    const { fast, plain } = readBoth(kernels, weights, { kind: 'rows', rows: drawFrom(3)(4 * 30) }, 30);
    assertSame(fast, plain, 'gru');
  });

  it('leaves cells that the kernels do not know to the plain path, and says so', () => {
    const odd = [
      { activation: 'softsign' },
      { peepholes: new Float32Array(9) },
      { clip: 1 },
      { inputForget: true },
      { projection: new Float32Array(6) },
    ] as const;
    for (const extra of odd) assert.equal(fastRunners(kernels)(drawOdd(extra)).path, 'plain');
  });
});

/** A projection narrows h, and with it the recurrent kernel. */
function drawOdd(extra: object): CellWeights {
  const weights = drawWeights({ cell: 'lstm', D: 2, H: 3 }, extra as Partial<CellWeights>);
  return 'projection' in extra ? { ...weights, recurrentKernel: new Float32Array(2 * 12) } : weights;
}

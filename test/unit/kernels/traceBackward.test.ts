import assert from 'node:assert/strict';
import { createRandom, drawNormal } from '../../../src/base/random';
import { rowsOf } from '../../../src/cells/backwardCell';
import { backwardThroughTime } from '../../../src/cells/backwardThroughTime';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { addToSequence, createGradientSequence } from '../../../src/cells/gradientSequence';
import { type Kernels } from '../../../src/kernels/loadKernels';
import { createSequenceReader } from '../../../src/kernels/sequenceReader';
import { createTraceBackward, type TraceLoss } from '../../../src/kernels/traceBackward';
import { type CellKind, gatesOf } from '../../../src/trace/reading/cellKind';
import { type ScaledNorms } from '../../../src/trace/reading/gradients';
import { useKernels } from '../../support/kernels';
import { relativeError } from '../../support/relativeError';

function draw(n: number, scale: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => drawNormal(random) * scale);
}

function drawWeights(cell: CellKind, D: number, H: number, extra: Partial<CellWeights> = {}): CellWeights {
  const columns = gatesOf(cell).length * H;
  return {
    cell,
    inputWidth: D,
    units: H,
    kernel: draw(D * columns, 0.8 / Math.sqrt(D), 1),
    recurrentKernel: draw(H * columns, 0.7 / Math.sqrt(H), 2),
    bias: draw(columns, 0.2, 3),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...extra,
  };
}

type LogNorms = Record<string, Float64Array>;

function norm(values: Float64Array, at: number, count: number): number {
  let squares = 0;
  for (let j = at; j < at + count; j++) squares += (values[j] as number) ** 2;
  return Math.sqrt(squares);
}

/** log2 of the norms by the float64 reference over the same kept values. */
function reference(
  weights: CellWeights,
  fields: Parameters<typeof rowsOf>[0],
  steps: number,
  loss: TraceLoss,
): LogNorms {
  const { units: H, inputWidth: D } = weights;
  const outer = createGradientSequence(steps, 1, H);
  const dLdh = Float64Array.from(loss.dLdh);
  for (let t = loss.at === 'last' ? steps - 1 : 0; t < steps; t++) {
    addToSequence(outer, t, 0, { data: dLdh, at: loss.at === 'last' ? 0 : t * H, exponent: 0 });
  }
  const norms: LogNorms = {};
  const put = (name: string, t: number, value: number): void => {
    (norms[name] ??= new Float64Array(steps).fill(-Infinity))[t] = value;
  };
  const run = backwardThroughTime(
    { weights, row: rowsOf(fields) },
    {
      outer,
      reversed: false,
      record: ({ t, batch, dx, dxAt }) => {
        const exponent = batch.exponent[0] as number;
        put('dLdh', t, Math.log2(norm(batch.states.h, 0, H)) + exponent);
        if (weights.cell === 'lstm') put('dLdc', t, Math.log2(norm(batch.states.c as Float64Array, 0, H)) + exponent);
        put('dLdx', t, Math.log2(norm(dx, dxAt, D)) + exponent);
        gatesOf(weights.cell).forEach((gate, k) => put(gate, t, Math.log2(norm(batch.da, k * H, H)) + exponent));
      },
    },
  );
  while (run.next().done !== true);
  return norms;
}

const log2Of = (norms: ScaledNorms): Float64Array =>
  Float64Array.from(norms.mantissa, (mantissa, t) => Math.log2(mantissa) + (norms.exponent[t] as number));

function assertClose(kernels: Kernels, weights: CellWeights, T: number, loss: TraceLoss): LogNorms {
  const state = {
    h: weights.initialH ?? new Float32Array(weights.units),
    ...(weights.cell === 'lstm' && { c: weights.initialC ?? new Float32Array(weights.units) }),
  };
  const fields = createSequenceReader(kernels, weights).run(
    { kind: 'rows', rows: draw(T * weights.inputWidth, 1, 9) },
    T,
    state,
  );
  const expected = reference(weights, fields, T, loss);
  const { dLdGate, ...rest } = createTraceBackward(kernels, weights).norms(fields, T, loss);
  const actual = { ...rest, ...dLdGate } as Record<string, ScaledNorms>;
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, wanted] of Object.entries(expected)) {
    const got = log2Of(actual[name] as ScaledNorms);
    const top = Math.max(...wanted);
    const shares = [got, wanted].map((values) =>
      values.map((value) => (value === -Infinity ? 0 : 2 ** (value - top))),
    ) as [Float64Array, Float64Array];
    if (Number.isFinite(top))
      assert.ok(
        relativeError(shares[0], shares[1]) < 1e-5,
        `${name}: ${relativeError(shares[0], shares[1])} of the largest`,
      );
    wanted.forEach((value, t) => {
      // The difference of natural logarithms is the relative error of the norm; rounding adds up over the steps gone
      // back, here at most five units in the last place a step (fused multiply-adds round otherwise than plain ones).
      const limit = Math.max(3e-5, 3e-7 * (T - t));
      assert.ok(
        value === got[t] || Math.abs(value - (got[t] as number)) * Math.LN2 < limit,
        `${name} at ${t}: 2^${got[t]}, expected 2^${value}`,
      );
    });
  }
  return expected;
}

describe('backpropagation over the kept values of a trace', () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await useKernels();
  });

  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    for (const [D, H, T] of [
      [1, 1, 1],
      [2, 3, 9],
      [40, 13, 150],
      [16, 130, 300],
    ] as const) {
      for (const at of ['last', 'all'] as const) {
        it(`gives the norms of the float64 reference for a ${cell}, D = ${D}, H = ${H}, T = ${T}, loss at ${at}`, () => {
          assertClose(kernels, drawWeights(cell, D, H), T, { at, dLdh: draw(at === 'last' ? H : T * H, 1, 5) });
        });
      }
    }
  }

  it('keeps norms far below the smallest float', () => {
    const norms = assertClose(kernels, drawWeights('rnn', 4, 16), 900, { at: 'last', dLdh: draw(16, 1, 5) });
    assert.ok((norms['dLdh']?.[0] as number) < -600, `2^${norms['dLdh']?.[0]}`);
  });

  it('knows the GRU that resets after the product, and initial states', () => {
    const H = 10;
    const initial = { initialH: draw(H, 0.5, 6) };
    assertClose(
      kernels,
      drawWeights('gru', 4, H, { resetAfter: true, recurrentBias: draw(3 * H, 0.3, 8), ...initial }),
      40,
      { at: 'all', dLdh: draw(40 * H, 1, 5) },
    );
    assertClose(kernels, drawWeights('lstm', 4, H, { ...initial, initialC: draw(H, 0.5, 7) }), 40, {
      at: 'last',
      dLdh: draw(H, 1, 5),
    });
  });

  it('gives zeros for a loss that depends on nothing', () => {
    const norms = createTraceBackward(kernels, drawWeights('lstm', 2, 4)).norms(
      createSequenceReader(kernels, drawWeights('lstm', 2, 4)).run({ kind: 'rows', rows: draw(10, 1, 2) }, 5, {
        h: new Float32Array(4),
        c: new Float32Array(4),
      }),
      5,
      { at: 'all', dLdh: new Float32Array(20) },
    );
    assert.ok(norms.dLdh.mantissa.every((mantissa) => mantissa === 0));
  });
});

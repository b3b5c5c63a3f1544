import assert from 'node:assert/strict';
import { compareDecay, type DecayRequest } from '../../../src/engine/decay/decay';
import { spectralRadius, drawMatrix, scaleToRadius } from '../../../src/engine/decay/initialise';
import { createRandom } from '../../../src/base/random';
import { type DecayEntry, type UntrainedSpec } from '../../../src/trace/reading/decay';
import { finish } from '../cells/randomCell';
import { dense, model, recurrent } from './smallModels';

/** Norm at lag k / norm at lag 0, geometric mean over 20 seeds, and the standard deviation of log10 over the seeds. */
type Row = readonly (readonly [ratio: number, deviation: number])[];

const lags = [10, 25, 50, 100, 200];
const seeds = 5;
const noise: Omit<DecayRequest, 'networks'> = {
  inputName: 'noise',
  steps: 201,
  inputs: 32,
  seeds,
  loss: { at: 'last' },
};

function decay(specs: readonly UntrainedSpec[], request: Partial<DecayRequest> = {}): readonly DecayEntry[] {
  return finish(compareDecay({ ...noise, networks: specs.map((spec) => ({ kind: 'cell', spec })), ...request }))
    .entries;
}

const table: readonly {
  readonly name: string;
  readonly spec: UntrainedSpec;
  readonly of: 'h' | 'c';
  readonly row: Row;
}[] = [
  {
    name: 'RNN, h',
    spec: { cell: 'rnn', units: 64 },
    of: 'h',
    row: [
      [1.6e-2, 0.18],
      [3.3e-5, 0.34],
      [1.5e-9, 0.56],
      [1.9e-18, 0.93],
      [2.1e-36, 1.4],
    ],
  },
  {
    name: 'LSTM forget bias 0, h',
    spec: { cell: 'lstm', units: 64, forgetBias: 0 },
    of: 'h',
    row: [
      [2.7e-3, 0.15],
      [4.4e-6, 0.14],
      [1.0e-10, 0.25],
      [6.1e-20, 0.38],
      [1.7e-38, 0.53],
    ],
  },
  {
    name: 'LSTM 1, h',
    spec: { cell: 'lstm', units: 64, forgetBias: 1 },
    of: 'h',
    row: [
      [2.5e-2, 0.11],
      [2.0e-3, 0.1],
      [3.1e-5, 0.17],
      [9.3e-9, 0.26],
      [6.7e-16, 0.42],
    ],
  },
  {
    name: 'LSTM 1, c',
    spec: { cell: 'lstm', units: 64, forgetBias: 1 },
    of: 'c',
    row: [
      [1.1e-1, 0.1],
      [8.8e-3, 0.12],
      [1.4e-4, 0.18],
      [4.3e-8, 0.26],
      [3.1e-15, 0.43],
    ],
  },
  {
    name: 'LSTM 3, c',
    spec: { cell: 'lstm', units: 64, forgetBias: 3 },
    of: 'c',
    row: [
      [0.65, 0.04],
      [0.55, 0.09],
      [0.56, 0.15],
      [0.59, 0.19],
      [2.7, 0.31],
    ],
  },
  {
    name: 'chrono, h',
    spec: { cell: 'lstm', units: 64, forgetBias: 'chrono' },
    of: 'h',
    row: [
      [1.0e-2, 0.14],
      [5.3e-3, 0.09],
      [3.5e-3, 0.08],
      [2.0e-3, 0.14],
      [7.3e-4, 0.14],
    ],
  },
  {
    name: 'chrono, c',
    spec: { cell: 'lstm', units: 64, forgetBias: 'chrono' },
    of: 'c',
    row: [
      [0.82, 0.02],
      [0.68, 0.03],
      [0.51, 0.04],
      [0.32, 0.06],
      [0.14, 0.08],
    ],
  },
];

describe('the decay of gradients in untrained cells', () => {
  for (const { name, spec, of, row } of table) {
    it(`of ${name} is the one measured elsewhere, at every lag within 2.5 sd / sqrt(${seeds})`, () => {
      const [entry] = decay([spec]);
      row.forEach(([ratio, deviation], k) => {
        const lag = lags[k] as number;
        const found = (of === 'h' ? entry?.h : entry?.c)?.mean[lag] as number;
        const off = Math.abs(found - Math.log10(ratio));
        assert.ok(
          off <= (2.5 * deviation) / Math.sqrt(seeds),
          `lag ${lag}: 10^${found}, expected ${ratio}; ${(off / deviation) * Math.sqrt(seeds)} sd / sqrt(n)`,
        );
      });
    });
  }
});

describe('a comparison of decay', () => {
  it('keeps a finite, straight log10 curve for an RNN over 3,000 steps', () => {
    const [entry] = decay([{ cell: 'rnn', units: 16 }], { steps: 3000, seeds: 1, inputs: 4 });
    assert.ok(entry?.h.mean.every(Number.isFinite));
    assert.equal(entry?.h.fit.lastLag, 2999);
    assert.ok((entry?.h.fit.r2 as number) > 0.99, `r2 ${entry?.h.fit.r2}`);
    assert.ok((entry?.h.mean[2999] as number) < -350, 'the last norm is far below the smallest float64');
  });

  it('explodes where the spectral radius says so and is held by clipping', () => {
    const wild: UntrainedSpec = { cell: 'rnn', units: 16, init: 'zero', spectralRadius: 3 };
    const [free] = decay([wild], { steps: 200, seeds: 2 });
    assert.ok((free?.h.mean[100] as number) > 30);
    const [held] = decay([wild], { steps: 200, seeds: 2, clipNorm: 1 });
    assert.ok((held?.h.mean[100] as number) < 1);
    assert.ok((held?.clippedSteps as number) > 100);
  });

  it('has on the direct path the product of the forget gates, and says how far the whole gradient is from it', () => {
    const [entry] = decay([{ cell: 'lstm', units: 64 }]);
    assert.ok(
      (entry?.direct?.mean[100] as number) < (entry?.c?.mean[100] as number) - 5,
      'with forget bias 1 the whole is millions of times larger at lag 100',
    );
    assert.ok((entry?.gapLog10 as number) > 10);
  });

  it('gives cells the same number of parameters where that is asked for', () => {
    const entries = decay(
      [
        { cell: 'lstm', units: 32 },
        { cell: 'gru', units: 32 },
        { cell: 'rnn', units: 32 },
      ],
      { equal: 'parameters', seeds: 1, steps: 5 },
    );
    const [lstm, ...others] = entries.map(({ parameters }) => parameters);
    for (const parameters of others)
      assert.ok(
        Math.abs(parameters / (lstm as number) - 1) < 0.03,
        `${entries.map(({ parameters: each }) => each).join()}`,
      );
  });

  it('says that the LSTM is not better where it is not', () => {
    const { sentences } = finish(
      compareDecay({
        ...noise,
        networks: [
          { kind: 'cell', spec: { cell: 'lstm', units: 64, forgetBias: 0 } },
          { kind: 'cell', spec: { cell: 'rnn', units: 64 } },
        ],
      }),
    );
    assert.match(sentences.join(' '), /LSTM, forget bias 0 is not better than RNN/);
    const better = finish(
      compareDecay({
        ...noise,
        networks: [
          { kind: 'cell', spec: { cell: 'lstm', units: 64 } },
          { kind: 'cell', spec: { cell: 'rnn', units: 64 } },
        ],
      }),
    );
    assert.match(better.sentences.join(' '), /LSTM, forget bias 1 has .* more of its gradient left than RNN/);
  });

  it('is the same for the same seeds', () => {
    const request = { steps: 30, seeds: 2 };
    assert.deepEqual(decay([{ cell: 'gru', units: 8 }], request), decay([{ cell: 'gru', units: 8 }], request));
  });

  it('sets a trained model beside the same one untrained, with the same loss', () => {
    const trained = model(
      [
        { kind: 'oneHot', name: 'o', width: 5 },
        recurrent('lstm', { D: 5, H: 6, seed: 2 }),
        dense([6, 5], 'softmax', 3),
      ],
      { task: 'next-token', vocabularySize: 5 },
    );
    const input = { kind: 'ids', ids: Int32Array.from({ length: 40 }, (_, t) => (t * 3) % 5) } as const;
    const { entries, settings } = finish(
      compareDecay({
        ...noise,
        inputName: 'text',
        networks: [
          { kind: 'trained', model: trained, input },
          { kind: 'twin', model: trained, input, settings: {} },
        ],
      }),
    );
    assert.equal(settings.lossStep, 38);
    assert.match(settings.lossName, /next token.*at step 38/);
    assert.deepEqual(
      entries.map(({ trained: is, h }) => [is, h.mean.length]),
      [
        [true, 39],
        [false, 39],
      ],
    );
    assert.ok(entries[1]?.h.deviation.some((value) => value > 0));
  });

  it('is refused where nothing is compared, or a size makes no sense', () => {
    assert.throws(() => finish(compareDecay({ ...noise, networks: [] })), /nothing to compare/);
    for (const wrong of [{ seeds: 0 }, { steps: 1.5 }, { inputs: NaN }])
      assert.throws(() => decay([{ cell: 'rnn', units: 4 }], wrong), /whole number/);
    assert.throws(() => decay([{ cell: 'rnn', units: 0 }]), /units/);
    assert.throws(() => decay([{ cell: 'rnn', units: 4 }], { loss: { at: { step: 201 } } }), /0 to 200/);
  });

  it('of a minGRU is the direct path alone, the product of 1 - z, and says so', () => {
    const { entries, sentences } = finish(
      compareDecay({ ...noise, networks: [{ kind: 'cell', spec: { cell: 'mingru', units: 16 } }] }),
    );
    assert.match(sentences.at(-1) ?? '', /^The whole gradient of minGRU is the direct path, the product of 1 \u2212 z/);
    assert.match(entries[0]?.settingsLine ?? '', /^16 units, 1056 parameters, W glorot, other biases 0$/);
    // Sigmoids of normal sums about 0: half of the state is kept a step.
    const slope = entries[0]?.h.fit.slope ?? NaN;
    assert.ok(Math.abs(slope - Math.log10(0.5)) < 0.12, String(slope));
  });

  it('of one step has nothing to fit and says nothing', () => {
    const { entries, sentences } = finish(
      compareDecay({ ...noise, steps: 1, networks: [{ kind: 'cell', spec: { cell: 'lstm', units: 4 } }] }),
    );
    assert.deepEqual(entries[0]?.h.fit, {
      slope: null,
      intercept: null,
      r2: null,
      halfLife: null,
      measuredHalfLife: null,
      lastLag: 0,
    });
    assert.deepEqual(sentences, []);
  });
});

describe('drawn matrices', () => {
  it('are orthonormal along their shorter side where that is asked for', () => {
    for (const [rows, columns] of [
      [5, 5],
      [3, 7],
      [7, 3],
    ] as const) {
      const matrix = finish(drawMatrix('orthogonal', { rows, columns }, createRandom(1)));
      const short = Math.min(rows, columns);
      for (let a = 0; a < short; a++) {
        for (let b = 0; b < short; b++) {
          let dot = 0;
          for (let k = 0; k < Math.max(rows, columns); k++) {
            dot +=
              rows <= columns
                ? (matrix[a * columns + k] as number) * (matrix[b * columns + k] as number)
                : (matrix[k * columns + a] as number) * (matrix[k * columns + b] as number);
          }
          assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-12);
        }
      }
    }
  });

  it('get the spectral radius asked for, complex eigenvalues included', () => {
    assert.ok(Math.abs(finish(spectralRadius(Float32Array.of(0, -2, 2, 0), 2)) - 2) < 1e-3);
    const scaled = finish(
      scaleToRadius(
        Float32Array.from(finish(drawMatrix('normal', { rows: 20, columns: 20 }, createRandom(3)))),
        20,
        1.5,
      ),
    );
    assert.ok(Math.abs(finish(spectralRadius(scaled, 20)) - 1.5) < 1e-3);
    assert.equal(finish(spectralRadius(new Float32Array(9), 3)), 0);
    assert.ok(finish(spectralRadius(Float32Array.of(0, 1, 0, 0), 2)) < 1e-3, 'nilpotent');
  });
});

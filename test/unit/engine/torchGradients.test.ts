import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { computeGradients } from '../../../src/engine/gradients/gradients';
import { createHead } from '../../../src/engine/gradients/gradientsHead';
import { evaluateTerm } from '../../../src/engine/gradients/gradientsLoss';
import { backpropagateModel } from '../../../src/engine/gradients/gradientsModel';
import { readScalar } from '../../../src/engine/gradients/gradientsScalar';
import { type GradientSource } from '../../../src/engine/gradients/gradientsSource';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { finish } from '../cells/randomCell';

type Matrix = readonly (readonly number[])[];

interface ReferenceLayer {
  readonly kernel: Matrix;
  readonly recurrentKernel: Matrix;
  readonly bias: readonly number[];
  readonly recurrentBias: readonly number[];
  readonly dLdh: Matrix;
  /** LSTM only. */
  readonly dLdc?: Matrix;
  readonly dLdx: Matrix;
  readonly dLdGates: Matrix;
}

interface Reference {
  readonly cell: CellWeights['cell'];
  readonly D: number;
  readonly H: number;
  readonly V: number;
  readonly x: Matrix;
  readonly targets: readonly number[];
  readonly head: { readonly kernel: Matrix; readonly bias: readonly number[] };
  readonly layers: readonly ReferenceLayer[];
}

const references = JSON.parse(
  readFileSync(path.resolve(__dirname, '../cells/reference-gradients/torchGradients.json'), 'utf8'),
) as readonly Reference[];

function cellOf({ cell, H }: Reference, layer: ReferenceLayer): CellWeights {
  const bias = cell === 'gru' ? layer.bias : layer.bias.map((value, k) => value + (layer.recurrentBias[k] as number));
  return {
    cell,
    inputWidth: layer.kernel.length,
    units: H,
    kernel: Float32Array.from(layer.kernel.flat()),
    recurrentKernel: Float32Array.from(layer.recurrentKernel.flat()),
    bias: Float32Array.from(bias),
    ...(cell === 'gru' && { resetAfter: true, recurrentBias: Float32Array.from(layer.recurrentBias) }),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
  };
}

function modelOf(reference: Reference): RecurrentModel {
  const cells = reference.layers.map((layer) => cellOf(reference, layer));
  const stage = (k: number) =>
    ({
      kind: 'recurrent',
      name: `l${k}`,
      forward: cells[2 * k] as CellWeights,
      backward: cells[2 * k + 1] as CellWeights,
      merge: 'concat',
      returnSequences: true,
    }) as const;
  const { H, V, head } = reference;
  const dense = {
    kind: 'dense',
    name: 'head',
    inputWidth: 2 * H,
    outputWidth: V,
    kernel: Float32Array.from(head.kernel.flat()),
    bias: Float32Array.from(head.bias),
    activation: 'softmax',
  } as const;
  return {
    name: reference.cell,
    format: 'torch',
    input: { kind: 'values', width: reference.D },
    stages: [stage(0), stage(1), dense],
    task: 'classify',
    notes: [],
  };
}

function rounded(source: GradientSource): GradientSource {
  return {
    ...source,
    layers: source.layers.map((layer) => ({
      ...layer,
      field: (...of: Parameters<typeof layer.field>) => Float32Array.from(layer.field(...of)),
    })),
  };
}

/** The sum of the cross-entropies of the reference's targets, one at each step. */
function gradientsOf(source: GradientSource, targets: readonly number[]): Map<string, number[][]> {
  const head = createHead(source);
  const found = new Map<string, number[][]>();
  finish(
    backpropagateModel(source, {
      losses: [targets.flatMap((target, step) => evaluateTerm(head, { place: step, step, target }).gradients)],
      record: ({ layer, direction, steps }, { t, batch, dx, dxAt }) => {
        const scale = 2 ** (batch.exponent[0] as number);
        const D = source.layers[2 * layer]?.weights.inputWidth as number;
        for (const [name, values] of [
          ['dLdh', batch.states.h],
          ['dLdc', batch.states.c ?? []],
          ['dLdGates', batch.da],
          ['dLdx', dx.subarray(dxAt, dxAt + D)],
        ] as const) {
          const key = `${layer}.${direction}.${name}`;
          const rows = found.get(key) ?? Array.from({ length: steps }, () => []);
          rows[t] = [...values].map((value) => value * scale);
          found.set(key, rows);
        }
      },
    }),
  );
  return found;
}

function largestError(actual: readonly number[], expected: readonly number[]): number {
  const most = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, k) => Math.abs((actual[k] as number) - value) / most));
}

describe('gradients equal those of PyTorch', () => {
  for (const reference of references) {
    const input = { kind: 'values', data: Float64Array.from(reference.x.flat()), width: reference.D } as const;
    // The biases of LSTM and RNN are added in float64 there and held as float32 here.
    for (const [what, tolerance] of [
      ['float64', 1e-6],
      ['float32', 1e-5],
    ] as const) {
      it(`for two bidirectional ${reference.cell} layers, from values kept in ${what}`, () => {
        const exact = finish(readScalar(modelOf(reference), input));
        const found = gradientsOf(what === 'float64' ? exact : rounded(exact), reference.targets);
        reference.layers.forEach((layer, k) => {
          const place = `${Math.floor(k / 2)}.${k % 2 === 0 ? 'forward' : 'backward'}`;
          for (const name of ['dLdh', 'dLdc', 'dLdGates', 'dLdx'] as const) {
            const expected = layer[name];
            if (expected === undefined) continue;
            const error = largestError((found.get(`${place}.${name}`) as number[][]).flat(), expected.flat());
            assert.ok(error <= tolerance, `${place}.${name} is off by ${error} of its largest value`);
          }
        });
      });
    }
  }

  it('also through the arrays that are written to files', () => {
    const [reference] = references;
    assert.ok(reference);
    const source = finish(
      readScalar(modelOf(reference), {
        kind: 'values',
        data: Float64Array.from(reference.x.flat()),
        width: reference.D,
      }),
    );
    const { arrays } = finish(computeGradients(source, { loss: { at: { step: 3 }, target: 2 }, keepsArrays: true }));
    assert.deepEqual(
      [...arrays.keys()].filter((key) => key.startsWith('1.backward')),
      ['dLdh', 'dLdc', 'dLdx', 'dLdi', 'dLdf', 'dLdg', 'dLdo'].map((name) => `1.backward.${name}`),
    );
  });
});

import assert from 'node:assert/strict';
import { computeConnectivity } from '../../../src/engine/gradients/connectivity';
import { computeGradients } from '../../../src/engine/gradients/gradients';
import { createHead } from '../../../src/engine/gradients/gradientsHead';
import { evaluateLogit } from '../../../src/engine/gradients/gradientsLoss';
import { readScalar, type ScalarInput } from '../../../src/engine/gradients/gradientsScalar';
import { type GradientSource } from '../../../src/engine/gradients/gradientsSource';
import { computeLossMatrix, type LossMatrixRequest } from '../../../src/engine/gradients/lossMatrix';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { log10Norms } from '../../../src/trace/reading/gradients';
import { finish, normals } from '../cells/randomCell';
import { dense, model, recurrent } from './smallModels';

const T = 20;
const ids = Int32Array.from({ length: T }, (_, t) => (t * 3) % 5);
const embedding = { kind: 'embedding', name: 'e', table: normals(15, 22), vocabularySize: 5, width: 3 } as const;
const stacked = model(
  [
    embedding,
    recurrent('lstm', { D: 3, H: 4, seed: 1 }),
    recurrent('gru', { D: 4, H: 3, seed: 2 }),
    dense([3, 5], 'softmax', 30),
  ],
  { task: 'next-token', vocabularySize: 5 },
);
const tagger = model([recurrent('lstm', { D: 3, H: 4, seed: 1 }, { merge: 'concat' }), dense([8, 3], 'softmax', 30)], {
  task: 'classify',
});
const values: ScalarInput = { kind: 'values', data: normals(T * 3, 5), width: 3 };

function read(of: RecurrentModel, input: ScalarInput = { kind: 'ids', ids }): GradientSource {
  return finish(readScalar(of, input));
}

/** Every row of the matrix must be the gradient of that step's loss alone. */
function assertRows(source: GradientSource, request: LossMatrixRequest): void {
  const matrix = finish(computeLossMatrix(source, request));
  const columns = matrix.to - matrix.from;
  matrix.lossSteps.forEach((step, row) => {
    const { norms } = finish(computeGradients(source, { loss: { at: { step } } }));
    const layer = norms.layers.find((each) => each.layer === request.layer && each.direction === request.direction);
    const expected = log10Norms(
      request.state === 'x'
        ? (layer?.dLdx as never)
        : request.state === 'c'
          ? (layer?.dLdc as never)
          : (layer?.dLdh as never),
    );
    for (let k = 0; k < columns; k++) {
      const found = matrix.log10[row * columns + k] as number;
      const wanted = expected[matrix.from + k] as number;
      assert.ok(
        found === wanted || Math.abs(found - wanted) < 1e-5,
        `row ${step}, column ${matrix.from + k}: ${found}, alone ${wanted}`,
      );
    }
  });
}

describe('the matrix of loss step by time step', () => {
  it('has in each row the norms of that loss alone', () => {
    for (const state of ['h', 'c', 'x'] as const) assertRows(read(stacked), { layer: 0, direction: 'forward', state });
    assertRows(read(stacked), { layer: 1, direction: 'forward' });
  });

  it('is the same where it is cut out of a longer text', () => {
    assertRows(read(stacked), { layer: 0, direction: 'forward', state: 'c', from: 7, to: 15 });
  });

  it('reaches both ways in a bidirectional model', () => {
    assertRows(read(tagger, values), { layer: 0, direction: 'backward', state: 'h' });
    assertRows(read(tagger, values), { layer: 0, direction: 'forward', state: 'x', from: 3, to: 9 });
  });

  it('is exactly zero behind the loss of a layer that reads forward', () => {
    const { log10, lossSteps } = finish(computeLossMatrix(read(stacked), { layer: 0, direction: 'forward' }));
    lossSteps.forEach((step, row) => {
      for (let t = 0; t < T; t++) assert.equal(log10[row * T + t] === -Infinity, t > step);
    });
  });

  it('has one row where the model answers once from both ends', () => {
    const once = model(
      [
        recurrent('lstm', { D: 3, H: 4, seed: 1 }, { merge: 'concat', returnSequences: false }),
        dense([8, 3], 'softmax', 30),
      ],
      { task: 'classify' },
    );
    assert.deepEqual(finish(computeLossMatrix(read(once, values), { layer: 0, direction: 'forward' })).lossSteps, [
      T - 1,
    ]);
  });

  it('is refused where it is too long, with its cost and a range that can be had', () => {
    const long = read(stacked, { kind: 'ids', ids: new Int32Array(700) });
    assert.throws(
      () => finish(computeLossMatrix(long, { layer: 0, direction: 'forward', from: 0, to: 700 })),
      /700 x 700 .* s and 2 MB; .* 188 to 700/,
    );
    assert.equal(finish(computeLossMatrix(long, { layer: 1, direction: 'forward' })).from, 188);
  });

  it('is refused where the range or the layer is not there', () => {
    const source = read(stacked);
    for (const [from, to] of [
      [-1, 5],
      [0, T + 1],
      [5, 5],
      [9, 3],
      [0.5, 3],
    ]) {
      assert.throws(
        () =>
          finish(computeLossMatrix(source, { layer: 0, direction: 'forward', from: from as number, to: to as number })),
        /not a range/,
      );
    }
    assert.throws(() => finish(computeLossMatrix(source, { layer: 2, direction: 'forward' })), /no recurrent layer 2/);
    assert.throws(
      () => finish(computeLossMatrix(source, { layer: 1, direction: 'forward', state: 'c' })),
      /has no cell state/,
    );
    assert.throws(
      () =>
        finish(
          computeLossMatrix(read(stacked, { kind: 'ids', ids: ids.slice(0, 1) }), { layer: 0, direction: 'forward' }),
        ),
      /known target/,
    );
  });
});

describe('connectivity', () => {
  it('equals finite differences of the logit by the input, both directions together', () => {
    const input = Float64Array.from(normals(T * 3, 5));
    const source = read(tagger, { kind: 'values', data: input, width: 3 });
    const { log10, targets } = finish(computeConnectivity(source, { from: 4, to: 6 }));
    const logit = (row: number, changed: Float64Array): number =>
      evaluateLogit(createHead(read(tagger, { kind: 'values', data: changed, width: 3 })), {
        place: 4 + row,
        target: targets[row]?.index as number,
      }).value;
    for (const [row, t] of [
      [0, 0],
      [0, 4],
      [1, 6],
      [1, 19],
    ] as const) {
      const squares = [0, 1, 2].map((d) => {
        const at = (change: number): number =>
          logit(
            row,
            input.map((value, k) => (k === t * 3 + d ? value + change : value)),
          );
        return ((at(1e-5) - at(-1e-5)) / 2e-5) ** 2;
      });
      const expected = Math.log10(Math.sqrt(squares.reduce((sum, square) => sum + square, 0)));
      assert.ok(
        Math.abs((log10[row * T + t] as number) - expected) < 1e-4,
        `${row} ${t}: ${log10[row * T + t]} and ${expected}`,
      );
    }
  });

  it('states both scales: the largest of each row and the largest of all', () => {
    const { log10, rowMaximum, maximum, steps } = finish(
      computeConnectivity(read(stacked), { from: 0, to: T, target: 2 }),
    );
    assert.equal(steps, T);
    assert.equal(rowMaximum.length, T);
    assert.equal(maximum[0], Math.max(...log10.filter(Number.isFinite)));
    assert.equal(Math.max(...rowMaximum), maximum[0]);
  });

  it('is refused for an output or a range that is not there', () => {
    const source = read(stacked);
    assert.throws(() => finish(computeConnectivity(source, { from: 0, to: 1, target: 5 })), /0 to 4/);
    assert.throws(() => finish(computeConnectivity(source, { from: 3, to: 99 })), /not a range/);
  });
});

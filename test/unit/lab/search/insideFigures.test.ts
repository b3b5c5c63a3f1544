import assert from 'node:assert/strict';
import { compareDecay } from '../../../../src/engine/decay/decay';
import { longestHalfLife, measureInside } from '../../../../src/lab/search/insideFigures';
import { type CellWeights } from '../../../../src/cells/cellWeights';
import { type RecurrentModel } from '../../../../src/network/recurrentModel';
import { denseStage, randomCell, recurrentStage } from '../../../support/randomModel';

const texts = [
  Int32Array.from({ length: 20 }, (_, t) => t % 5),
  Int32Array.from({ length: 30 }, (_, t) => (7 * t) % 6),
];
const breathe = (): Promise<void> => Promise.resolve();

function modelOf(forward: CellWeights): RecurrentModel {
  return {
    name: 'inside',
    format: 'tfjs',
    input: { kind: 'tokens', vocabularySize: forward.inputWidth },
    stages: [
      { kind: 'oneHot', name: 'ids', width: forward.inputWidth },
      recurrentStage('cell', { forward }, { returnSequences: false }),
      denseStage(forward.units, 2),
    ],
    task: 'classify',
    notes: [],
  };
}

function withBias(cell: CellWeights, columns: readonly [number, number], value: number): CellWeights {
  return { ...cell, bias: cell.bias.map((b, k) => (k >= columns[0] && k < columns[1] ? value : b)) };
}

describe('figures of the inside', () => {
  it('give the half-life that a linear recurrence must have', async () => {
    const units = 4;
    const cell = randomCell('rnn', 6, units);
    const recurrentKernel = Float32Array.from({ length: units * units }, (_, k) => (k % (units + 1) === 0 ? 0.8 : 0));
    const { gradient_half_life: halfLife, saturated_forget_gates: saturated } = await measureInside(
      modelOf({ ...cell, recurrentKernel, activation: 'linear' }),
      texts,
      breathe,
    );
    assert.ok(Math.abs((halfLife ?? NaN) - Math.log(0.5) / Math.log(Math.fround(0.8))) < 1e-6, `${halfLife}`);
    assert.equal(saturated, undefined);
  });

  it('are those of the decay page for one text', async () => {
    const model = modelOf(randomCell('lstm', 6, 5, { seed: 3 }));
    const ids = texts[0] as Int32Array;
    const work = compareDecay({
      networks: [{ kind: 'trained', model, input: { kind: 'ids', ids } }],
      inputName: 'text',
      steps: ids.length,
      inputs: 1,
      seeds: 1,
      loss: { at: 'last' },
    });
    let next = work.next();
    while (next.done !== true) next = work.next();
    const { gradient_half_life: halfLife } = await measureInside(model, [ids], breathe);
    assert.equal(halfLife, next.value.entries[0]?.h.fit.halfLife);
  });

  it('name a gradient that does not fall by the longest half-life', async () => {
    const cell = randomCell('rnn', 6, 3);
    const recurrentKernel = Float32Array.of(1.1, 0, 0, 0, 1.1, 0, 0, 0, 1.1);
    assert.equal(
      (await measureInside(modelOf({ ...cell, recurrentKernel, activation: 'linear' }), texts, breathe))
        .gradient_half_life,
      longestHalfLife,
    );
  });

  it('count forget gates under 0.1 and over 0.9', async () => {
    const cell = {
      ...randomCell('lstm', 6, 4),
      kernel: new Float32Array(6 * 16),
      recurrentKernel: new Float32Array(4 * 16),
      bias: new Float32Array(16),
    };
    const shareOf = async (weights: CellWeights): Promise<number | undefined> =>
      (await measureInside(modelOf(weights), texts, breathe)).saturated_forget_gates;
    assert.equal(await shareOf(cell), 0);
    assert.equal(await shareOf(withBias(cell, [4, 8], 3)), 1);
    assert.equal(await shareOf(withBias(cell, [4, 8], -3)), 1);
    assert.equal(await shareOf(withBias(cell, [4, 5], 3)), 0.25);
  });

  it('are absent without a text', async () => {
    assert.deepEqual(await measureInside(modelOf(randomCell('lstm', 6, 4)), [], breathe), {});
  });
});

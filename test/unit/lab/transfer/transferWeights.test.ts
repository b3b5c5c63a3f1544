import assert from 'node:assert/strict';
import { type LabSettings } from '../../../../src/lab/training/labSettings';
import { type NetworkShape } from '../../../../src/lab/training/networkShape';
import { copyArray, layersFromTop, measureMovement, withNewHead } from '../../../../src/lab/transfer/transferWeights';

const shape: NetworkShape = { cell: 'lstm', vocabularySize: 3, embeddingWidth: 2, units: 2, layers: 1, bidirectional: false, outputs: 4, activation: 'tanh', answersEveryStep: true };
const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, k) => k + 1);
const weights = [
  { name: 'embedding', shape: [3, 2], data: ramp(6) },
  { name: '0.forward.kernel', shape: [2, 8], data: ramp(16) },
  { name: '0.forward.recurrentKernel', shape: [2, 8], data: ramp(16) },
  { name: '0.forward.bias', shape: [8], data: ramp(8) },
  { name: 'dense.kernel', shape: [2, 4], data: ramp(8) },
  { name: 'dense.bias', shape: [4], data: ramp(4) },
];
const settings = { seed: 1, hyperparameters: { init_mode: 'glorot_uniform' } } as LabSettings;

describe('a new head', () => {
  const { shape: grown, weights: made } = withNewHead({ shape, weights }, { outputs: 2, added: 5, settings });

  it('replaces the old one and leaves the layers below as they were', () => {
    assert.deepEqual([grown.outputs, grown.vocabularySize, grown.answersEveryStep], [2, 8, false]);
    assert.deepEqual(made.map(({ name }) => name), weights.map(({ name }) => name));
    assert.deepEqual(made[1], weights[1]);
    assert.deepEqual(made[4]?.shape, [2, 2]);
  });

  it('keeps the known rows of the embedding and adds small new ones', () => {
    assert.deepEqual(made[0]?.shape, [8, 2]);
    assert.deepEqual(made[0]?.data.slice(0, 6), weights[0]?.data);
    const added = made[0]?.data.slice(6) ?? new Float32Array();
    assert.ok(added.length === 10 && added.every((value) => value !== 0 && Math.abs(value) <= 0.05));
  });

  it('shares no memory with the source', () => {
    made[1]?.data.fill(0);
    assert.equal(weights[1]?.data[0], 1);
  });
});

describe('the movement of gates', () => {
  it('is zero where nothing moved and one where a gate doubled', () => {
    const after = weights.map(copyArray);
    for (const { data } of after.slice(1, 4)) for (let at = 0; at < data.length; at++) if (at % 8 === 2) data[at] = 2 * (data[at] ?? 0);
    const moved = measureMovement(shape, weights, after);
    assert.deepEqual(moved.map(({ gate }) => gate), ['i', 'f', 'g', 'o']);
    assert.deepEqual(moved[1]?.perUnit, [1, 0]);
    assert.ok((moved[1]?.relative ?? 0) > 0.6 && (moved[1]?.relative ?? 0) < 0.8);
    assert.deepEqual([moved[0]?.relative, moved[2]?.relative, moved[3]?.relative], [0, 0, 0]);
  });
});

describe('the layers of a network', () => {
  it('come from the top', () => {
    assert.deepEqual(layersFromTop({ ...shape, layers: 2 }), ['dense.', '1.', '0.', 'embedding']);
    assert.deepEqual(layersFromTop({ ...shape, embeddingWidth: null }), ['dense.', '0.']);
  });
});

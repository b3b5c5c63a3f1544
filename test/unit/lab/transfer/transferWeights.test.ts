import assert from 'node:assert/strict';
import { type LabSettings } from '../../../../src/lab/training/labSettings';
import { type NetworkShape } from '../../../../src/lab/training/network/networkShape';
import { measureMovement } from '../../../../src/lab/transfer/gateMovement';
import { unfrozenPlan } from '../../../../src/lab/transfer/inductive';
import { copyArray, describeLayers, layersFromTop, withNewLayers } from '../../../../src/lab/transfer/transferWeights';

const shape: NetworkShape = {
  cell: 'lstm',
  vocabularySize: 3,
  embeddingWidth: 2,
  units: 2,
  layers: 1,
  bidirectional: false,
  outputs: 4,
  activation: 'tanh',
  answersEveryStep: true,
};
const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, k) => k + 1);
const weights = [
  { name: 'embedding', shape: [3, 2], data: ramp(6) },
  { name: '0.forward.kernel', shape: [2, 8], data: ramp(16) },
  { name: '0.forward.recurrentKernel', shape: [2, 8], data: ramp(16) },
  { name: '0.forward.bias', shape: [8], data: ramp(8) },
  { name: 'dense.kernel', shape: [2, 4], data: ramp(8) },
  { name: 'dense.bias', shape: [4], data: ramp(4) },
];
const settings = {
  seed: 1,
  model: { forgetBias: 1, recurrentInit: 'orthogonal' },
  hyperparameters: { init_mode: 'glorot_uniform' },
} as LabSettings;

describe('new layers', () => {
  const { shape: grown, weights: made } = withNewLayers({ shape, weights }, { outputs: 2, added: 5, settings });

  it('replace the head and leave the layers below as they were', () => {
    assert.deepEqual([grown.outputs, grown.vocabularySize, grown.answersEveryStep], [2, 8, false]);
    assert.deepEqual(
      made.map(({ name }) => name),
      weights.map(({ name }) => name),
    );
    assert.deepEqual(made[1], weights[1]);
    assert.deepEqual(made[4]?.shape, [2, 2]);
  });

  it('keep the known rows of the embedding and add small new ones', () => {
    assert.deepEqual(made[0]?.shape, [8, 2]);
    assert.deepEqual(made[0]?.data.slice(0, 6), weights[0]?.data);
    const added = made[0]?.data.slice(6) ?? new Float32Array();
    assert.ok(added.length === 10 && added.every((value) => value !== 0 && Math.abs(value) <= 0.05));
  });

  it('share no memory with the source', () => {
    made[1]?.data.fill(0);
    assert.equal(weights[1]?.data[0], 1);
  });

  it("may be recurrent: of the source's kind, reading what its last layer gives, with the forget bias of the lab file", () => {
    const { shape: taller, weights: more } = withNewLayers(
      { shape, weights },
      { outputs: 2, added: 0, recurrent: 1, settings },
    );
    assert.equal(taller.layers, 2);
    assert.deepEqual(more.map(({ name }) => name).slice(4, 7), [
      '1.forward.kernel',
      '1.forward.recurrentKernel',
      '1.forward.bias',
    ]);
    assert.deepEqual(more[4]?.shape, [2, 8]);
    assert.deepEqual([...(more[6]?.data ?? [])], [0, 0, 1, 1, 0, 0, 0, 0]);
  });
});

describe('the movement of gates', () => {
  it('is zero where nothing moved and one where a gate doubled', () => {
    const after = weights.map(copyArray);
    for (const { data } of after.slice(1, 4))
      for (let at = 0; at < data.length; at++) if (at % 8 === 2) data[at] = 2 * (data[at] ?? 0);
    const moved = measureMovement(shape, weights, after);
    assert.deepEqual(
      moved.map(({ gate }) => gate),
      ['i', 'f', 'g', 'o'],
    );
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

  it('are described from the bottom with what is frozen and what learns at which rate', () => {
    const plan = (name: string) =>
      name === 'embedding' ? { rateScale: 1, frozenValues: 4 } : { rateScale: name.startsWith('dense.') ? 1 : 0 };
    const rows = describeLayers({ shape, weights }, { source: shape, plan, rate: 0.5 });
    assert.deepEqual(
      rows.map(({ name, weights: all, frozen, rate }) => [name, all, frozen, rate]),
      [
        ['embedding', 6, 4, 0.5],
        ['0', 40, 40, 0],
        ['dense', 12, 0, 0.5],
      ],
    );
  });

  it('are unfrozen from the top at rates that fall by layer', () => {
    const plan = unfrozenPlan(layersFromTop({ ...shape, layers: 2 }), 3, 2);
    const scales = ['dense.kernel', '1.forward.kernel', '0.forward.bias', 'embedding'].map(
      (name) => plan(name).rateScale,
    );
    assert.deepEqual(scales, [1, 0.5, 0.25, 0]);
  });
});

import assert from 'node:assert/strict';
import { measureEffect } from '../../../src/engine/edits/editEffect';
import { openEdited } from '../../../src/engine/edits/openEdited';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type Pace } from '../../../src/engine/forward/pace';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { type RecurrentModel, type Stage } from '../../../src/network/recurrentModel';
import { type EditEffect } from '../../../src/trace/causes/editEffect';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import { unpackPredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { useWasmBackend } from '../../support/tfjsBackend';
import { dense, model, recurrent } from './smallModels';

const V = 6;
const pace: Pace = { breathe: () => Promise.resolve() };
const ids = Array.from({ length: 40 }, (_, t) => (t * t + t) % V);
const oneHot: Stage = { kind: 'oneHot', name: 'o', width: V };

describe('what edits change', () => {
  before(() => useWasmBackend());

  async function effectOf(net: RecurrentModel, edit: string): Promise<{ effect: EditEffect; readings: Reading[] }> {
    const prepared = prepareModel(net, createPlainRunner);
    const input = { kind: 'ids', ids } as const;
    const untouched = new Reading(prepared, input, new BlockCache());
    const parsed = parseEdit(edit);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const edited = await openEdited(prepared, input, new BlockCache(), { pace, edits: [parsed.value] });
    return { effect: await measureEffect(untouched, edited, pace), readings: [untouched, edited] };
  }

  for (const activation of ['softmax', 'linear'] as const)
    it(`is the divergence of every prediction, of a ${activation} head, nothing before the first edit`, async () => {
      const stages = [oneHot, recurrent('lstm', { D: V, H: 5, seed: 2 }), dense([5, V], activation, 3)];
      const net = model(stages, { task: 'next-token', vocabularySize: V });
      const { effect, readings } = await effectOf(net, 'f[2]@12..=0');
      assert.ok(effect.kind === 'tokens');
      const [before, after] = readings.map((reading) =>
        Array.from({ length: 40 }, (_, t) => {
          const row = Array.from(reading.chain.overTime?.rows(t, t + 1) ?? []);
          if (activation === 'softmax') return row;
          const sum = row.reduce((total, value) => total + Math.exp(value), 0);
          return row.map((value) => Math.exp(value) / sum);
        }),
      ) as [number[][], number[][]];
      for (let t = 0; t < 40; t++) {
        const wanted = (before[t] as number[]).reduce(
          (sum, p, k) => sum + p * Math.log(p / (after[t]?.[k] as number)),
          0,
        );
        assert.ok(Math.abs((effect.divergence[t] as number) - wanted) < 1e-5, `step ${t}`);
        if (t < 12) assert.equal(effect.divergence[t], 0);
      }
      assert.ok(effect.divergence.some((value) => value > 1e-4));
      const loss = (rows: number[][]): number =>
        ids.slice(1).reduce((sum, next, t) => sum - Math.log(rows[t]?.[next] as number), 0) / 39;
      assert.ok(Math.abs(effect.lossBefore - loss(before)) < 1e-5);
      assert.ok(Math.abs(effect.lossAfter - loss(after)) < 1e-5);
      assert.ok(effect.chance?.count === 5 && effect.chance.mean > 0);
      assert.equal(unpackPredictionTrack(effect.before as ArrayBuffer).steps, 40);
    });

  it('is the answer of a classifier before and after', async () => {
    const head = recurrent('gru', { D: V, H: 5, seed: 4 }, { returnSequences: false });
    const net = model([oneHot, head, dense([5, 3], 'softmax', 8)], { task: 'classify', vocabularySize: V });
    const { effect, readings } = await effectOf(net, 'h[1]=0');
    assert.ok(effect.kind === 'answer' && effect.areProbabilities);
    assert.deepEqual(Array.from(effect.before), Array.from(readings[0]?.output()?.data ?? []));
    assert.deepEqual(Array.from(effect.after), Array.from(readings[1]?.output()?.data ?? []));
    assert.notDeepEqual(effect.before, effect.after);
    assert.ok(effect.chance?.count === 5);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src/base/random';
import { findCauses } from '../../../src/engine/causes/findCauses';
import { patchStates } from '../../../src/engine/causes/patchStates';
import { measureRecall } from '../../../src/engine/causes/recall';
import { type DirectionPlan } from '../../../src/engine/edits/directionPlan';
import { openEdited } from '../../../src/engine/edits/openEdited';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type RunnerFactory } from '../../../src/engine/forward/cellRunner';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { type Pace } from '../../../src/engine/forward/pace';
import { type PreparedModel, prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { createHead } from '../../../src/engine/gradients/gradientsHead';
import { sourceOfReading } from '../../../src/engine/gradients/gradientsReading';
import { type RecurrentModel, type Stage } from '../../../src/network/recurrentModel';
import { type Edit } from '../../../src/trace/edits/edit';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import { statesOf, type StateName } from '../../../src/trace/reading/cellKind';
import { useKernels } from '../../support/kernels';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile } from '../../support/traceModel';
import { dense, model, recurrent } from './smallModels';

const V = 7;
const pace: Pace = { breathe: () => Promise.resolve() };
const oneHot: Stage = { kind: 'oneHot', name: 'o', width: V };
const ids = Array.from({ length: 60 }, (_, t) => (t * t + 3 * t + (t % 5)) % V);

const tokenNets: Readonly<Record<string, RecurrentModel>> = {
  'an LSTM': model([oneHot, recurrent('lstm', { D: V, H: 5, seed: 2 }), dense([5, V], 'softmax', 3)], {
    task: 'next-token',
    vocabularySize: V,
  }),
  'a GRU that resets after the product, logits': model(
    [oneHot, recurrent('gru', { D: V, H: 6, seed: 5 }, { extra: { resetAfter: true } }), dense([6, V], 'linear', 3)],
    { task: 'next-token', vocabularySize: V },
  ),
  'a GRU that resets before the product': model(
    [oneHot, recurrent('gru', { D: V, H: 6, seed: 5 }), dense([6, V], 'softmax', 3)],
    { task: 'next-token', vocabularySize: V },
  ),
  'a simple RNN under an LSTM': model(
    [
      oneHot,
      recurrent('rnn', { D: V, H: 4, seed: 9 }),
      recurrent('lstm', { D: 4, H: 5, seed: 12 }),
      dense([5, V], 'softmax', 3),
    ],
    { task: 'next-token', vocabularySize: V },
  ),
};

const classifier = model(
  [oneHot, recurrent('lstm', { D: V, H: 5, seed: 2 }, { returnSequences: false }), dense([5, 3], 'softmax', 8)],
  { task: 'classify', vocabularySize: V },
);

function editOf(text: string): Edit {
  const parsed = parseEdit(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('what a reading rests on', () => {
  let createRunner: RunnerFactory;
  before(async () => {
    await useWasmBackend();
    createRunner = fastRunners(await useKernels());
  });

  const open = (prepared: PreparedModel, tokens: readonly number[] = ids): Reading =>
    new Reading(prepared, { kind: 'ids', ids: tokens }, new BlockCache());

  /** ln p of the next token after every step, by the rows of the head alone. */
  function logProbabilities(reading: Reading, following: readonly number[] = ids): number[] {
    const rows = reading.chain.overTime?.rows(0, reading.steps) ?? new Float32Array(0);
    return following.slice(1).map((next, t) => {
      const row = Array.from(rows.subarray(t * V, (t + 1) * V));
      const isProbability = Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-4 && Math.min(...row) >= 0;
      const total = isProbability ? 1 : row.reduce((sum, value) => sum + Math.exp(value), 0);
      return isProbability ? Math.log(row[next] as number) : (row[next] as number) - Math.log(total);
    });
  }

  describe('taking units out', () => {
    for (const [name, net] of Object.entries(tokenNets))
      for (const by of ['zero', 'mean'] as const)
        it(`says what reading with each unit of ${name} held at its ${by} says`, async () => {
          const prepared = prepareModel(net, createRunner);
          const untouched = open(prepared);
          const report = await findCauses(untouched, { at: [20, 41], by, isSteered: true, pace });
          const base = logProbabilities(untouched);
          for (const { layer, effect, effects, elsewhere, heldLow, heldHigh } of report.layers) {
            assert.ok(heldLow?.every(Number.isFinite) && heldHigh?.every(Number.isFinite));
            for (let unit = 0; unit < effect.length; unit++) {
              const edits = [editOf(`${layer}.h[${unit}]=${by === 'zero' ? '0' : 'mean'}`)];
              const changed = await openEdited(prepared, { kind: 'ids', ids }, new BlockCache(), { pace, edits });
              const changes = logProbabilities(changed).map((value, t) => value - (base[t] as number));
              const [one, other] = [changes[20] as number, changes[41] as number];
              close(effect[unit], (one + other) / 2);
              close(effects[unit], one);
              close(effects[effect.length + unit], other);
              const rest = changes.filter((_, t) => t !== 20 && t !== 41);
              close(elsewhere[unit], rest.reduce((sum, value) => sum + value, 0) / rest.length);
            }
          }
        });

    it('is judged by the class that a classifier gives', async () => {
      const prepared = prepareModel(classifier, createRunner);
      const report = await findCauses(open(prepared), { pace });
      const answer = (reading: Reading): Float32Array => reading.output()?.data as Float32Array;
      const before = answer(open(prepared));
      const chosen = before.indexOf(Math.max(...before));
      const edits = [editOf('h[2]=0')];
      const after = answer(await openEdited(prepared, { kind: 'ids', ids }, new BlockCache(), { pace, edits }));
      close(report.layers[0]?.effect[2], Math.log(after[chosen] as number) - Math.log(before[chosen] as number));
      assert.deepEqual(report.steps, [59]);
      assert.equal(report.layers[0]?.correlation, null);
    });

    it('is refused after a step that nothing follows', async () => {
      const untouched = open(prepareModel(tokenNets['an LSTM'] as RecurrentModel, createRunner));
      await assert.rejects(findCauses(untouched, { at: [59], pace }), /after step 59: the last one .* is 58/);
      await assert.rejects(findCauses(untouched, { at: [-1], pace }), /after step -1/);
    });

    it('measures chance by units drawn among all, the same ones each time', async () => {
      const untouched = open(prepareModel(tokenNets['an LSTM'] as RecurrentModel, createRunner));
      const { chance, layers } = await findCauses(untouched, { at: [20], pace });
      const sizes = Array.from(layers[0]?.effect ?? [], Math.abs);
      assert.equal(chance.count, 5);
      close(chance.largest, Math.max(...sizes));
      close(chance.mean, sizes.reduce((sum, value) => sum + value, 0) / 5);
    });

    const vectors = sharedData('vectors', 'edits', 'prose-lstm.json');
    it(`of prose-lstm gives what a step loop in float64 gives${vectors ? '' : ' (skipped: no data)'}`, async function () {
      if (vectors === null) return this.skip();
      this.timeout(300_000);
      const {
        ids: letters,
        targets,
        ablation,
      } = JSON.parse(readFileSync(vectors, 'utf8')) as {
        ids: number[];
        targets: Record<string, number[]>;
        ablation: Record<string, number[]> & { singleSteps: number[]; atSingleSteps: number[][] };
      };
      const file = path.resolve(__dirname, '../../../media/models/prose-lstm/model.json');
      const { stages } = await openFile(file);
      const net = model([{ kind: 'oneHot', name: 'characters', width: 98 }, ...stages], {
        ...{ task: 'next-token', vocabularySize: 98 },
      });
      const prepared = prepareModel(net, createRunner);
      const untouched = open(prepared, letters);
      const closing = targets['closing quotation mark'] as number[];
      const { layers } = await findCauses(untouched, { at: [...closing, ...ablation.singleSteps], pace });
      const effects = layers[0]?.effects as Float64Array;
      for (let unit = 0; unit < 128; unit++) {
        const mean = closing.reduce((sum, _, k) => sum + (effects[k * 128 + unit] as number), 0) / closing.length;
        close(mean, ablation['closing quotation mark']?.[unit] as number, 2e-5);
        ablation.singleSteps.forEach((_, k) =>
          close(effects[(closing.length + k) * 128 + unit], ablation.atSingleSteps[unit]?.[k] as number, 1e-4),
        );
      }
    });
  });

  describe('recall', () => {
    const row = (reading: Reading, t: number): number[] => {
      const values = Array.from(reading.chain.overTime?.rows(t, t + 1) ?? []);
      const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
      return Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-4
        ? values
        : values.map((value) => Math.exp(value) / total);
    };
    const divergence = (p: number[], q: number[]): number =>
      p.reduce((sum, value, k) => sum + value * Math.log(value / (q[k] as number)), 0);

    for (const [name, net] of Object.entries(tokenNets))
      it(`of ${name} is what reading the whole changed text gives`, async () => {
        const prepared = prepareModel(net, createRunner);
        const at = 30;
        const report = await measureRecall(open(prepared), { at: [at], lags: 6, others: 'all', pace });
        const expected = row(open(prepared), at);
        for (let lag = 0; lag < 6; lag++) {
          const moved = Array.from({ length: V }, (_, id) => id)
            .filter((id) => id !== ids[at - lag])
            .map((id) => {
              const changed = ids.slice(0, at + 1);
              changed[at - lag] = id;
              return divergence(expected, row(open(prepared, changed), at));
            });
          close(report.changed[lag], moved.reduce((sum, value) => sum + value, 0) / moved.length);
          close(report.mostChanged[lag], Math.max(...moved));
          const scratch = row(open(prepared, ids.slice(at - lag, at + 1)), lag);
          close(report.fromScratch[lag], divergence(expected, scratch));
        }
        assert.equal(report.others, V - 1);
        assert.ok(report.isEveryOther);
      });

    it('goes no further back than the text, and says so; draws the same tokens for a seed', async () => {
      const prepared = prepareModel(tokenNets['an LSTM'] as RecurrentModel, createRunner);
      const ask = (seed: number) => measureRecall(open(prepared), { at: [3, 9], others: 2, seed, pace });
      const [one, again, other] = [await ask(4), await ask(4), await ask(5)];
      assert.equal(one.lags, 4);
      assert.deepEqual(one.changed, again.changed);
      assert.notDeepEqual(one.changed, other.changed);
    });

    it('is refused for a classifier and outside the text', async () => {
      await assert.rejects(
        measureRecall(open(prepareModel(classifier, createRunner)), { pace }),
        /does not predict the next token/,
      );
      const reading = open(prepareModel(tokenNets['an LSTM'] as RecurrentModel, createRunner));
      await assert.rejects(measureRecall(reading, { at: [60], pace }), /Step 60 does not lie/);
    });
  });

  describe('states put in from another text', () => {
    const random = createRandom(8);
    const corrupt = ids.map((id, t) => (t > 10 && t < 20 ? Math.floor(random() * V) : id)).slice(0, 24);
    const clean = ids.slice(0, 24);
    const logits = (reading: Reading): Float64Array => {
      const head = createHead(sourceOfReading(reading));
      return head.answer(head.canGoOverTime ? head.steps - 1 : 'whole').logits;
    };
    const nets = { ...tokenNets, 'a classifier': classifier };

    for (const [name, net] of Object.entries(nets))
      it(`give back of ${name} what the edit that takes them gives, and are estimated by the true slope`, async () => {
        const prepared = prepareModel(net, createRunner);
        const [one, other] = [open(prepared, clean), open(prepared, corrupt)];
        const report = await patchStates(one, other, { target: 1, against: 2, units: 3, pace });
        const L = (reading: Reading): number => (logits(reading)[1] as number) - (logits(reading)[2] as number);
        await one.compute(pace);
        await other.compute(pace);
        const share = (value: number): number => (value - L(other)) / (L(one) - L(other));
        close(report.clean, L(one));
        close(report.corrupt, L(other));
        const readWith = async (plan: DirectionPlan): Promise<number> => {
          const changed = new Reading(prepared, { kind: 'ids', ids: corrupt }, new BlockCache(), { plans: [plan] });
          await changed.compute(pace);
          return L(changed);
        };
        for (const [k, { layer, direction, whole, estimate }] of report.layers.entries()) {
          const { units, cell } = one.directions[k]!.shape;
          for (const step of [13, 17, 23]) {
            const states = statesOf(cell).join(',');
            const edits = [editOf(`${layer}.${states}@${step}:=other@${step}`)];
            const edited = await openEdited(prepared, { kind: 'ids', ids: corrupt }, new BlockCache(), {
              ...{ pace, edits, other: { kind: 'ids', ids: clean } },
            });
            await edited.compute(pace);
            close(whole[step], share(L(edited)), 1e-5);
            const [mine, theirs] = [other.directions[k]!.stateBefore(step), one.directions[k]!.stateBefore(step)];
            const towards = (unit: number, part: number): DirectionPlan => ({
              ...{ layer, direction, holds: [] },
              settings: statesOf(cell).map((field: StateName) => {
                const [a, b] = [mine[field]?.[unit] as number, theirs[field]?.[unit] as number];
                return { field, unit, step, values: a + part * (b - a) };
              }),
            });
            const h = 0.05;
            for (let unit = 0; unit < units; unit++) {
              const slope =
                ((await readWith(towards(unit, h))) - (await readWith(towards(unit, -h)))) /
                (2 * h) /
                (L(one) - L(other));
              close(estimate[step * units + unit], slope, 2e-3 * Math.max(1, Math.abs(slope)));
            }
          }
        }
        for (const { layer, unit, step, measured } of report.units) {
          const k = report.layers.findIndex((each) => each.layer === layer);
          const theirs = one.directions[k]!.stateBefore(step);
          const settings = statesOf(one.directions[k]!.shape.cell).map((field) => {
            return { field, unit, step, values: theirs[field] as Float32Array };
          });
          close(measured, share(await readWith({ layer, direction: 'forward', holds: [], settings })), 1e-5);
        }
      });

    it('are refused for texts of two lengths, and for two that give the same answer', async () => {
      const prepared = prepareModel(classifier, createRunner);
      await assert.rejects(
        patchStates(open(prepared, clean), open(prepared, ids), { pace }),
        /24 steps and the changed one 60/,
      );
      await assert.rejects(
        patchStates(open(prepared, clean), open(prepared, clean), { pace }),
        /nothing can come back/,
      );
    });
  });
});

function close(actual: number | undefined, expected: number, tolerance = 2e-5): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`);
}

import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type RunnerFactory } from '../../../src/engine/forward/cellRunner';
import { collectTrace } from '../../../src/engine/questions/collectTrace';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading, type ReadingOptions } from '../../../src/engine/forward/reading';
import { type InputSpec } from '../../../src/trace/reading/inputSpec';
import { type RecurrentModel, type Stage } from '../../../src/network/recurrentModel';
import { assertClose } from '../../support/closeTo';
import { useKernels } from '../../support/kernels';
import {
  denseStage,
  normals,
  randomCell,
  randomCharacterModel,
  recurrentStage,
  valuesModel,
} from '../../support/randomModel';
import { useWasmBackend } from '../../support/tfjsBackend';

let createRunner: RunnerFactory = createPlainRunner;

async function read(model: RecurrentModel, raw: InputSpec, options: ReadingOptions = {}): Promise<Reading> {
  const reading = new Reading(prepareModel(model, createRunner), raw, new BlockCache(), options);
  await reading.compute(unhurried);
  return reading;
}

function rows(T: number, width: number): Extract<InputSpec, { kind: 'values' }> {
  return { kind: 'values', data: normals(createRandom(3), T * width), width };
}

function h(reading: Reading, layer = 0, direction: 'forward' | 'backward' = 'forward'): Float32Array {
  return reading.direction(layer, direction).field('h', 0, reading.direction(layer, direction).steps);
}

for (const path of ['plain', 'kernels'] as const) {
  describe(`degenerate input on ${path === 'plain' ? 'plain tfjs' : 'the kernels'}`, () => {
    before(async () => {
      await useWasmBackend();
      createRunner = path === 'plain' ? createPlainRunner : fastRunners(await useKernels());
    });

    it('an empty text, no ids and no rows are refused with a sentence', async () => {
      const model = randomCharacterModel();
      await assert.rejects(read(model, { kind: 'text', text: '' }), { code: 'empty-input' });
      await assert.rejects(read(model, { kind: 'ids', ids: [] }), { code: 'empty-input' });
      await assert.rejects(
        read(valuesModel(2, [recurrentStage('l', { forward: randomCell('lstm', 2, 3) })]), {
          kind: 'values',
          data: new Float32Array(0),
          width: 2,
        }),
        { code: 'empty-input' },
      );
    });

    it('a text over the limit is refused with both numbers', async () => {
      await assert.rejects(read(randomCharacterModel(), { kind: 'text', text: 'abcdef' }, { limitTokens: 5 }), {
        code: 'input-too-long',
        message: /6 tokens.*5/,
      });
    });

    it('one character is read', async () => {
      const reading = await read(randomCharacterModel(), { kind: 'text', text: 'x' });
      assert.equal(reading.steps, 1);
      assert.deepEqual(reading.output()?.shape, [1, 98]);
    });

    it('only unknown characters are read as unknown, and said to be', async () => {
      const reading = await read(randomCharacterModel(), { kind: 'text', text: '\u4f60\u597d\u{1f600}' });
      assert.deepEqual(
        reading.tokens.map(({ id }) => id),
        [97, 97, 97],
      );
      assert.ok(reading.notes.some((note) => note.startsWith('None of the 3 characters is in the vocabulary')));
    });

    it('a long line without a break is read', async () => {
      const reading = await read(randomCharacterModel('rnn', 4), {
        kind: 'text',
        text: 'a'.repeat(path === 'plain' ? 3000 : 100_000),
      });
      assert.ok(h(reading).every(Number.isFinite));
    });

    it('an id outside the vocabulary is refused', async () => {
      for (const id of [-1, 98, 1.5, NaN])
        await assert.rejects(read(randomCharacterModel(), { kind: 'ids', ids: [1, id] }), { code: 'unknown-input' });
    });

    it('text for a model of numbers, and rows of the wrong width, are refused with what to give', async () => {
      const model = valuesModel(3, [recurrentStage('l', { forward: randomCell('gru', 3, 2) })]);
      await assert.rejects(read(model, { kind: 'text', text: 'a' }), { code: 'unknown-input', message: /3 numbers/ });
      await assert.rejects(read(model, rows(4, 2)), { code: 'unknown-input' });
      await assert.rejects(read(model, { ...rows(4, 3), data: new Float32Array(10) }), { code: 'data-invalid' });
    });

    for (const cell of ['lstm', 'gru', 'rnn'] as const) {
      it(`a NaN or an infinity in the data shows from its step on, and only there (${cell})`, async () => {
        for (const wrong of [NaN, Infinity, -Infinity]) {
          const model = valuesModel(2, [recurrentStage('l', { forward: randomCell(cell, 2, 3) })]);
          const raw = rows(40, 2);
          raw.data[2 * 20] = wrong;
          const clean = await read(model, rows(40, 2));
          const reading = await read(model, raw);
          assert.deepEqual(h(reading).subarray(0, 60), h(clean).subarray(0, 60));
          if (Number.isNaN(wrong)) assert.ok(h(reading).subarray(60).every(Number.isNaN));
        }
      });

      it(`one unit and one input are enough (${cell})`, async () => {
        const reading = await read(
          valuesModel(1, [recurrentStage('l', { forward: randomCell(cell, 1, 1) })]),
          rows(3, 1),
        );
        assert.equal(h(reading).length, 3);
      });
    }

    it('masked steps keep the state, and their gates are NaN', async () => {
      const stages: Stage[] = [
        { kind: 'masking', name: 'mask', value: 0 },
        recurrentStage('l', { forward: randomCell('lstm', 2, 3), backward: randomCell('lstm', 2, 3, { seed: 2 }) }),
      ];
      const raw = rows(10, 2);
      raw.data.fill(0, 0, 4);
      raw.data.fill(0, 2 * 5, 2 * 7);
      const reading = await read(valuesModel(2, stages), raw);
      const packed = { ...raw, data: Float32Array.of(...raw.data.subarray(4, 10), ...raw.data.subarray(14)) };
      const compact = await read(valuesModel(2, stages.slice(1)), packed);
      const stepsRead = [2, 3, 4, 7, 8, 9];
      for (const direction of ['forward', 'backward'] as const) {
        const all = h(reading, 0, direction);
        stepsRead.forEach((t, k) =>
          assertClose(all.slice(t * 3, t * 3 + 3), h(compact, 0, direction).slice(k * 3, k * 3 + 3), 1e-6),
        );
      }
      assert.deepEqual(h(reading).slice(0, 6), new Float32Array(6));
      assert.deepEqual(h(reading).slice(15, 18), h(reading).slice(12, 15));
      assert.ok(reading.direction(0, 'forward').field('f', 5, 7).every(Number.isNaN));
    });

    it('a text of padding alone leaves the state where it began', async () => {
      const embedding: Stage = {
        kind: 'embedding',
        name: 'e',
        table: normals(createRandom(1), 10),
        vocabularySize: 5,
        width: 2,
        maskZero: true,
      };
      const model: RecurrentModel = {
        ...valuesModel(2, [embedding, recurrentStage('l', { forward: randomCell('gru', 2, 3) })]),
        input: { kind: 'tokens', vocabularySize: 5 },
      };
      assert.deepEqual(h(await read(model, { kind: 'ids', ids: [0, 0, 0] })), new Float32Array(9));
    });

    it('a saved window is read over, unless asked for: then the state is set back, counted from the end', async () => {
      const stage = recurrentStage('l', { forward: randomCell('lstm', 2, 3) }, { returnSequences: false });
      const model = valuesModel(2, [stage, denseStage(3, 2)], { window: 8 });
      const raw = rows(20, 2);
      const carried = await read(model, raw);
      const trained = await read(model, raw, { asTrained: true });
      assert.ok(carried.notes.some((note) => note.includes('--window')));
      const lastWindow = await read(valuesModel(2, [stage]), { ...raw, data: raw.data.slice(24) });
      assertClose(h(trained).slice(36), h(lastWindow), 1e-6);
      assert.notDeepEqual(h(trained).slice(36), h(carried).slice(36));
      assertClose(
        trained.output()?.data ?? [],
        (await read({ ...model, notes: [] }, { ...raw, data: raw.data.slice(24) })).output()?.data ?? [],
        1e-6,
      );
    });

    it('a text shorter than the window is filled on the side that the model names', async () => {
      const stage = recurrentStage('l', { forward: randomCell('lstm', 2, 3) }, { returnSequences: false });
      for (const paddingSide of ['left', 'right'] as const) {
        const reading = await read(valuesModel(2, [stage], { window: 8, paddingSide }), rows(5, 2), {
          asTrained: true,
        });
        const zeros = new Float32Array(6);
        const { data } = rows(5, 2);
        const filled = await read(valuesModel(2, [stage]), {
          kind: 'values',
          width: 2,
          data: paddingSide === 'left' ? Float32Array.of(...zeros, ...data) : Float32Array.of(...data, ...zeros),
        });
        assert.equal(reading.steps, 8);
        assertClose(reading.output()?.data ?? [], filled.output()?.data ?? [], 1e-6);
      }
    });

    it('a model that leaves out what lies behind its window reads that alone, and says so', async () => {
      const stage = recurrentStage('l', { forward: randomCell('lstm', 2, 3) }, { returnSequences: false });
      const model = valuesModel(2, [stage], { window: 4, paddingSide: 'right', readsOneWindow: true });
      const reading = await read(model, rows(7, 2), { asTrained: true });
      const first = await read(valuesModel(2, [stage]), {
        kind: 'values',
        width: 2,
        data: rows(7, 2).data.slice(0, 8),
      });
      assert.equal(reading.steps, 4);
      assertClose(reading.output()?.data ?? [], first.output()?.data ?? [], 1e-6);
      assert.match(reading.notes.join(' '), /reads the first 4 tokens; 3 behind them are left out/);
      assert.match((await read(model, rows(3, 2))).notes.join(' '), /filled up to 4 steps/);
    });

    it('a stage that is not understood behind a recurrent layer leaves its states and takes the output', async () => {
      const model = valuesModel(2, [
        recurrentStage('l', { forward: randomCell('lstm', 2, 3) }),
        { kind: 'unsupported', name: 'attention', why: 'it is no recurrent layer' },
        recurrentStage('m', { forward: randomCell('lstm', 3, 3) }),
      ]);
      const reading = await read(model, rows(6, 2));
      assert.equal(reading.output(), undefined);
      assert.equal(reading.directions.length, 1);
      assert.ok(reading.notes.some((note) => note.includes('attention')));
    });

    it('a recurrent layer of a text model is read alone where numbers of its width are given', async () => {
      const reading = await read(randomCharacterModel('lstm', 6, 2), rows(5, 6));
      assert.deepEqual(
        reading.directions.map(({ shape }) => shape.layer),
        [1],
      );
      await assert.rejects(read(randomCharacterModel('lstm', 6, 2), rows(5, 7)), {
        code: 'unknown-input',
        message: /98.*6/,
      });
    });

    it('pooled heads are given for every beginning of the text', async () => {
      for (const how of ['average', 'max', 'last'] as const) {
        const stages: Stage[] = [
          recurrentStage('l', { forward: randomCell('gru', 2, 4) }),
          { kind: 'pool', name: 'p', how },
          denseStage(4, 2),
        ];
        const raw = rows(30, 2);
        const reading = await read(valuesModel(2, stages), raw);
        assert.deepEqual(reading.output()?.shape, [2]);
        for (const T of [1, 7, 30]) {
          const beginning = await read(valuesModel(2, stages), { ...raw, data: raw.data.slice(0, 2 * T) });
          assertClose(reading.chain.overTime?.rows(T - 1, T) ?? [], beginning.output()?.data ?? [], 1e-6, how);
        }
      }
    });

    it('a repeated vector is read by a decoder of its own length', async () => {
      const stages: Stage[] = [
        recurrentStage('encoder', { forward: randomCell('lstm', 2, 3) }, { returnSequences: false }),
        { kind: 'repeat', name: 'r', count: 4 },
        recurrentStage('decoder', { forward: randomCell('lstm', 3, 3) }),
        denseStage(3, 2, 'linear'),
      ];
      const reading = await read(valuesModel(2, stages), rows(9, 2));
      assert.deepEqual(reading.output()?.shape, [4, 2]);
      assert.deepEqual(
        reading.directions.map(({ steps }) => steps),
        [9, 4],
      );
      const file = await collectTrace(reading, 'npz', unhurried);
      assert.deepEqual(file.arrays['1.forward.c']?.shape, [4, 3]);
    });

    it('a backward layer alone hands its sequence on as it read it', async () => {
      const cell = randomCell('lstm', 2, 3);
      const raw = rows(7, 2);
      const given = await read(
        valuesModel(2, [recurrentStage('l', { backward: cell }, { outputReversed: true })]),
        raw,
      );
      const kept = h(given, 0, 'backward');
      const output = given.output()?.data as Float32Array;
      for (let t = 0; t < 7; t++)
        assert.deepEqual(output.slice(t * 3, t * 3 + 3), kept.slice((6 - t) * 3, (7 - t) * 3));
    });
  });
}

import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { unhurried } from '../../support/unhurried';
import { type RunnerFactory } from '../../../src/engine/forward/cellRunner';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading, type ReadingOptions } from '../../../src/engine/forward/reading';
import { type InputSpec } from '../../../src/trace/reading/inputSpec';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { type CellKind, fieldsOf } from '../../../src/trace/reading/cellKind';
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

async function read(
  model: RecurrentModel,
  raw: InputSpec,
  options: ReadingOptions = {},
  cache = new BlockCache(),
): Promise<Reading> {
  const reading = new Reading(prepareModel(model, createRunner), raw, cache, options);
  await reading.compute(unhurried);
  return reading;
}

function text(length: number): InputSpec {
  const random = createRandom(5);
  return {
    kind: 'text',
    text: Array.from({ length }, () => String.fromCharCode(32 + Math.floor(random() * 95))).join(''),
  };
}

function values(T: number, width: number, seed = 3): InputSpec {
  return { kind: 'values', data: normals(createRandom(seed), T * width), width };
}

for (const path of ['plain', 'kernels'] as const)
  describe(`a reading on ${path === 'plain' ? 'plain tfjs' : 'the kernels'}`, () => {
    before(async () => {
      await useWasmBackend();
      createRunner = path === 'plain' ? createPlainRunner : fastRunners(await useKernels());
    });

    it('holds the equations of the LSTM over 2,000 characters', async () => {
      const reading = await read(randomCharacterModel('lstm', 12), text(2000));
      const [layer] = reading.directions;
      assert.ok(layer);
      assert.equal(layer.steps, 2000);
      const [i, f, g, o, c, h] = layer.fields(fieldsOf('lstm'), 0, 2000) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      for (const gate of [i, f, o]) assert.ok(gate.every((value) => value >= 0 && value <= 1));
      for (let k = 0; k < c.length; k++) {
        const before = k < 12 ? 0 : (c[k - 12] as number);
        const cell = (f[k] as number) * before + (i[k] as number) * (g[k] as number);
        const allowed = 1e-5 * Math.max(1, Math.abs(c[k] as number));
        assert.ok(Math.abs(cell - (c[k] as number)) <= allowed, `c[${k}]`);
        assert.ok(Math.abs((o[k] as number) * Math.tanh(c[k] as number) - (h[k] as number)) <= allowed, `h[${k}]`);
      }
      reading.dispose();
    });

    it('has tokens that tile the text', async () => {
      const given = 'a\r\nb\u00e9\u{1f600}e\u0301\t.';
      const { tokens } = await read(randomCharacterModel(), { kind: 'text', text: given });
      assert.equal(tokens.map((token) => token.text).join(''), given);
      tokens.forEach(({ start, end, text: slice }, k) => {
        assert.equal(start, tokens[k - 1]?.end ?? 0);
        assert.equal(given.slice(start, end), slice);
      });
    });

    it('gives the same bits when blocks were dropped and computed again', async () => {
      const model = randomCharacterModel('lstm', 8, 2);
      const whole = await read(model, text(700));
      const cache = new BlockCache(1);
      const small = await read(model, text(700), {}, cache);
      for (const [k, direction] of small.directions.entries()) {
        for (const field of fieldsOf('lstm')) {
          assert.deepEqual(
            direction.field(field, 130, 513),
            (whole.directions[k] as typeof direction).field(field, 130, 513),
          );
        }
      }
      assert.ok(cache.keptBytes <= 256 * 8 * 6 * 4, `${cache.keptBytes} bytes kept`);
    });

    it('reads backward from the end and shows it in text order', async () => {
      const cell = randomCell('gru', 3, 5, { resetAfter: true });
      const raw = values(90, 3) as Extract<InputSpec, { kind: 'values' }>;
      const reversed = new Float32Array(raw.data.length);
      for (let t = 0; t < 90; t++) reversed.set(raw.data.subarray(t * 3, t * 3 + 3), (89 - t) * 3);
      const backward = await read(valuesModel(3, [recurrentStage('layer', { backward: cell })]), raw);
      const forward = await read(valuesModel(3, [recurrentStage('layer', { forward: cell })]), {
        ...raw,
        data: reversed,
      });
      const expected = forward.direction(0, 'forward').field('h', 0, 90);
      const actual = backward.direction(0, 'backward').field('h', 0, 90);
      for (let t = 0; t < 90; t++)
        assert.deepEqual(actual.slice(t * 5, t * 5 + 5), expected.slice((89 - t) * 5, (90 - t) * 5));
      assert.deepEqual(backward.direction(0, 'backward').field('h', 17, 44), actual.slice(17 * 5, 44 * 5));
    });

    for (const cell of ['lstm', 'gru', 'rnn'] as const satisfies readonly CellKind[]) {
      it(`takes over what an edit leaves unchanged, bit for bit (${cell}, stacked and bidirectional)`, async () => {
        const stages = [
          recurrentStage('one', { forward: randomCell(cell, 4, 6, { seed: 1 }) }),
          recurrentStage('two', {
            forward: randomCell(cell, 6, 5, { seed: 2 }),
            backward: randomCell(cell, 6, 5, { seed: 3 }),
          }),
          recurrentStage('three', { forward: randomCell(cell, 10, 3, { seed: 4 }) }),
        ];
        const prepared = prepareModel(valuesModel(4, stages), createRunner);
        const before = values(300, 4) as Extract<InputSpec, { kind: 'values' }>;
        const after = {
          ...before,
          data: Float32Array.of(...before.data.subarray(0, 150 * 4), 9, 9, 9, 9, ...before.data.subarray(152 * 4)),
        };
        const cache = new BlockCache();
        const previous = new Reading(prepared, before, cache);
        await previous.compute(unhurried);
        const edited = new Reading(prepared, after, cache, { previous });
        await edited.compute(unhurried);
        const whole = new Reading(prepared, after, cache);
        await whole.compute(unhurried);
        edited.directions.forEach((direction, k) => {
          for (const field of fieldsOf(cell)) {
            assert.deepEqual(
              direction.field(field, 0, 299),
              (whole.directions[k] as typeof direction).field(field, 0, 299),
              `${direction.shape.name} ${field}`,
            );
          }
        });
        assert.deepEqual(
          edited.directions.map(({ stepsRun }) => stepsRun),
          [149, 149, 299, 299],
        );
        prepared.dispose();
      });
    }

    it('starts a backward layer at the last changed token when its input is the text itself', async () => {
      const prepared = prepareModel(
        valuesModel(2, [recurrentStage('one', { backward: randomCell('lstm', 2, 3) })]),
        createRunner,
      );
      const before = values(200, 2) as Extract<InputSpec, { kind: 'values' }>;
      const after = { ...before, data: before.data.slice() };
      after.data[2 * 60] = 5;
      const cache = new BlockCache();
      const previous = new Reading(prepared, before, cache);
      await previous.compute(unhurried);
      const edited = new Reading(prepared, after, cache, { previous });
      await edited.compute(unhurried);
      const whole = await read(prepared.model, after);
      assert.equal(edited.directions[0]?.stepsRun, 61);
      assert.deepEqual(
        edited.direction(0, 'backward').field('c', 0, 200),
        whole.direction(0, 'backward').field('c', 0, 200),
      );
    });

    it('applies the head at every step of a model that answers once', async () => {
      const cell = randomCell('lstm', 3, 4);
      const once = valuesModel(3, [
        recurrentStage('lstm', { forward: cell }, { returnSequences: false }),
        denseStage(4, 2),
      ]);
      const reading = await read(once, values(30, 3));
      const { overTime } = reading.chain;
      assert.ok(overTime);
      assert.deepEqual([overTime.steps, overTime.width], [30, 2]);
      const output = reading.output();
      assert.deepEqual(output?.shape, [2]);
      assertClose(output?.data ?? [], overTime.rows(29, 30), 1e-6);
    });

    it('leaks no tensor', async () => {
      const prepared = prepareModel(randomCharacterModel('gru', 6, 2), createRunner);
      const run = async (): Promise<void> => {
        const reading = new Reading(prepared, text(100), new BlockCache());
        await reading.compute(unhurried);
        reading.output();
        reading.dispose();
      };
      await run();
      const before = tf.memory().numTensors;
      await run();
      assert.equal(tf.memory().numTensors, before);
      prepared.dispose();
      if (path === 'plain') assert.ok(tf.memory().numTensors < before, 'the weights are given back');
    });
  });

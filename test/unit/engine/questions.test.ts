import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { trackPredictions } from '../../../src/engine/questions/predictions';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { readRange } from '../../../src/engine/questions/rangeFrame';
import { Reading } from '../../../src/engine/forward/reading';
import { summarizeStep } from '../../../src/engine/questions/stepSummary';
import { explainUnit } from '../../../src/engine/questions/unitFormula';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { packFrame, unpackFrame } from '../../../src/trace/reading/frame';
import { assertClose } from '../../support/closeTo';
import { normals, randomCell, randomCharacterModel, recurrentStage, valuesModel } from '../../support/randomModel';
import { useWasmBackend } from '../../support/tfjsBackend';

function open(model: RecurrentModel, text = 'The quick brown fox.\n'.repeat(20)): Reading {
  const raw =
    model.input.kind === 'values'
      ? { kind: 'values' as const, data: normals(createRandom(4), 40 * model.input.width), width: model.input.width }
      : { kind: 'text' as const, text };
  return new Reading(prepareModel(model, createPlainRunner), raw, new BlockCache());
}

const activations = {
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

describe('questions about a reading', () => {
  before(useWasmBackend);

  it('are answered before anything was computed, as after', async () => {
    const asked = open(randomCharacterModel('lstm', 8, 2));
    const computed = open(randomCharacterModel('lstm', 8, 2));
    await computed.compute(unhurried);
    assert.deepEqual(await summarizeStep(asked, 300, unhurried), await summarizeStep(computed, 300, unhurried));
  });

  it('give the surprise as -ln of what the head said one step before', async () => {
    const reading = open(randomCharacterModel('gru', 8));
    await reading.compute(unhurried);
    const track = await trackPredictions(reading, [0, reading.steps], unhurried);
    const rows = reading.chain.overTime?.rows(0, reading.steps) as Float32Array;
    assert.ok(Number.isNaN(track.surprise[0]));
    const expected = Array.from(
      { length: 99 },
      (_, k) => -Math.log(rows[k * 98 + (reading.tokens[k + 1]?.id as number)] as number),
    );
    assertClose(track.surprise.slice(1, 100), expected, 1e-6);
    for (let t = 0; t < 50; t++) {
      const row = [...rows.subarray(t * 98, (t + 1) * 98)];
      assert.equal(track.probabilities[t * 5], Math.max(...row));
      assert.equal(track.indices[t * 5], row.indexOf(Math.max(...row)));
    }
    const part = await trackPredictions(reading, [37, 60], unhurried);
    assert.deepEqual(part.surprise, track.surprise.slice(37, 60));
  });

  it('make probabilities of a head that gives logits, and say so', async () => {
    const softmax = randomCharacterModel('gru', 8);
    const stages = softmax.stages.map((stage) =>
      stage.kind === 'dense' ? { ...stage, activation: 'linear' as const } : stage,
    );
    const reading = open({ ...softmax, stages });
    const same = open(softmax);
    const [track, expected] = [
      await trackPredictions(reading, [0, 50], unhurried),
      await trackPredictions(same, [0, 50], unhurried),
    ];
    assertClose(track.probabilities, expected.probabilities, 1e-6);
    assertClose(track.surprise.slice(1), expected.surprise.slice(1), 1e-5);
    assert.ok(reading.notes.some((note) => note.includes('The model gives logits')));
    assert.ok(!same.notes.some((note) => note.includes('logits')));
    assert.equal((await summarizeStep(reading, 3, unhurried)).outputKind, 'logits');
  });

  for (const [name, cell] of [
    ['an LSTM', randomCell('lstm', 3, 5)],
    ['an LSTM with peepholes', randomCell('lstm', 3, 5, { peepholes: normals(createRandom(9), 15) })],
    ['a GRU', randomCell('gru', 3, 5)],
    ['a GRU that resets after', randomCell('gru', 3, 5, { resetAfter: true })],
    ['a simple RNN', randomCell('rnn', 3, 5)],
  ] as const) {
    it(`explain every unit of ${name}: the activation of the sum is the value`, async () => {
      const reading = open(valuesModel(3, [recurrentStage('layer', { forward: cell })]));
      await reading.compute(unhurried);
      for (const step of [0, 1, 39]) {
        for (let unit = 0; unit < 5; unit++) {
          const formula = explainUnit(reading.direction(0, 'forward'), unit, step);
          for (const gate of formula.gates) {
            const value = activations[gate.activation as keyof typeof activations](gate.sum);
            assert.ok(Math.abs(value - gate.value) < 1e-5, `${gate.gate} at ${step}: ${value} against ${gate.value}`);
          }
        }
      }
    });
  }

  for (const direction of ['forward', 'backward'] as const) {
    it(`give minimum, mean and maximum of columns, whatever their place (${direction})`, async () => {
      const cell = randomCell('lstm', 98, 4);
      const model = randomCharacterModel('lstm', 4);
      const stages = [
        model.stages[0] as RecurrentModel['stages'][number],
        recurrentStage('layer', { [direction]: cell }),
      ];
      const reading = open({ ...model, stages, task: 'states' });
      await reading.compute(unhurried);
      const fields = fieldsOf('lstm');
      const whole = reading.direction(0, direction).fields(fields, 0, reading.steps);
      for (const [from, to, stride] of [
        [0, 420, 64],
        [5, 333, 7],
        [100, 101, 8],
        [64, 320, 128],
      ] as const) {
        const frame = unpackFrame(
          packFrame(await readRange(reading, { layer: 0, direction, fields, from, to, stride }, unhurried)),
        );
        const columns = Math.ceil((to - from) / stride);
        frame.planes.forEach((plane, k) => {
          for (let column = 0; column < columns; column++) {
            for (let unit = 0; unit < 4; unit++) {
              const steps = Array.from(
                { length: Math.min(stride, to - from - column * stride) },
                (_, s) => (whole[k] as Float32Array)[(from + column * stride + s) * 4 + unit] as number,
              );
              const at = column * 4 + unit;
              assert.equal(plane[at], Math.min(...steps));
              assert.ok(
                Math.abs((plane[columns * 4 + at] as number) - steps.reduce((a, b) => a + b) / steps.length) < 1e-6,
              );
              assert.equal(plane[2 * columns * 4 + at], Math.max(...steps));
            }
          }
        });
      }
    });
  }

  it('refuse what lies outside', async () => {
    const reading = open(randomCharacterModel('lstm', 4));
    const base = { layer: 0, direction: 'forward' as const, fields: ['f'] as const, from: 0, to: 10 };
    for (const wrong of [
      { from: -1 },
      { to: 100000 },
      { from: 10 },
      { stride: 0 },
      { stride: 1.5 },
      { layer: 3 },
      { direction: 'backward' as const },
      { fields: ['z'] as const },
      { fields: [] },
    ]) {
      await assert.rejects(readRange(reading, { ...base, ...wrong }, unhurried), { code: 'out-of-range' });
    }
    await assert.rejects(summarizeStep(reading, 420, unhurried), { code: 'out-of-range' });
  });
});

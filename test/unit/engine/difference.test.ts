import assert from 'node:assert/strict';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { compareReadings } from '../../../src/engine/questions/difference';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { useWasmBackend } from '../../support/tfjsBackend';
import { randomCharacterModel } from '../../support/randomModel';
import { dense, model, recurrent } from './smallModels';

const D = 3;
const values = (T: number): { kind: 'values'; data: Float32Array; width: number } => ({
  kind: 'values',
  data: Float32Array.from({ length: T * D }, (_, at) => Math.sin(at)),
  width: D,
});
const lstmOf = (seed: number, H = 4): RecurrentModel =>
  model([recurrent('lstm', { D, H, seed }, { merge: 'concat' }), dense([2 * H, 2], 'softmax', 9)], {
    task: 'classify',
  });

async function read(of: RecurrentModel, input: Parameters<typeof values>[0] | string): Promise<Reading> {
  const reading = new Reading(
    prepareModel(of, createPlainRunner),
    typeof input === 'string' ? { kind: 'text', text: input } : values(input),
    new BlockCache(),
  );
  await reading.compute(unhurried);
  return reading;
}

describe('the difference of two readings', () => {
  before(useWasmBackend);

  it('is now minus before at every step and unit, with the largest changes named', async () => {
    const [before, now] = [await read(lstmOf(1), 6), await read(lstmOf(2), 6)];
    const {
      difference,
      before: earlier,
      changes,
      fields,
      layers,
      shown,
      width,
    } = await compareReadings(before, now, { shown: { layer: 0, direction: 'backward', field: 'c' } }, unhurried);
    const [a, b] = [before, now].map((reading) => reading.direction(0, 'backward').field('c', 0, 6));
    assert.deepEqual(shown, { layer: 0, direction: 'backward', field: 'c' });
    assert.equal(layers.length, 2);
    assert.deepEqual([...earlier], [...(a ?? [])]);
    assert.deepEqual([...difference], [...Float32Array.from(b ?? [], (value, at) => value - (a?.[at] ?? NaN))]);
    const order = Array.from(difference, Math.abs).sort((one, other) => other - one);
    assert.deepEqual(
      changes.map(({ step, unit }) => Math.abs(difference[step * width + unit] ?? NaN)),
      order.slice(0, 12),
    );
    assert.ok(
      changes.every(
        ({ step, unit, before: was, now: is }) => was === a?.[step * width + unit] && is === b?.[step * width + unit],
      ),
    );
    const own = fields.find(({ direction, field }) => direction === 'backward' && field === 'c');
    assert.equal(own?.largest, order[0]);
    assert.ok(
      Math.abs(
        (own?.rootMeanSquare ?? NaN) - Math.sqrt(order.reduce((sum, size) => sum + size * size, 0) / order.length),
      ) < 1e-7,
    );
  });

  it('shows the field that changed most where none is asked for, and nothing but zeros between equal weights', async () => {
    const [one, same] = [await read(lstmOf(1), 5), await read(lstmOf(1), 5)];
    const equal = await compareReadings(one, same, {}, unhurried);
    assert.ok(equal.difference.every((value) => value === 0));
    assert.deepEqual(
      [
        equal.changes.length,
        equal.fields.every(({ largest, rootMeanSquare }) => largest === 0 && rootMeanSquare === 0),
      ],
      [0, true],
    );
    const { fields, shown } = await compareReadings(one, await read(lstmOf(2), 5), {}, unhurried);
    const most = Math.max(...fields.map(({ rootMeanSquare }) => rootMeanSquare));
    assert.equal(
      fields.find(
        ({ layer, direction, field }) =>
          layer === shown.layer && direction === shown.direction && field === shown.field,
      )?.rootMeanSquare,
      most,
    );
  });

  it('matches tokens by their place in the text, and leaves out what the earlier reading has not', async () => {
    const [before, now] = [
      await read(randomCharacterModel('gru', 5), 'abc'),
      await read(randomCharacterModel('gru', 5), 'abcde'),
    ];
    const { difference, tokens, unmatched, width } = await compareReadings(before, now, {}, unhurried);
    assert.deepEqual([tokens.length, unmatched, width], [5, 2, 5]);
    assert.ok(
      difference.subarray(0, 15).every((value) => value === 0),
      'the same text has the same states',
    );
    assert.ok(difference.subarray(15).every(Number.isNaN));
  });

  it('takes a range, and refuses one that is too long or outside', async () => {
    const [before, now] = [await read(lstmOf(1), 6), await read(lstmOf(2), 6)];
    const whole = await compareReadings(
      before,
      now,
      { shown: { layer: 0, direction: 'forward', field: 'f' } },
      unhurried,
    );
    const part = await compareReadings(before, now, { from: 2, to: 4, shown: whole.shown }, unhurried);
    assert.deepEqual([...part.difference], [...whole.difference.subarray(8, 16)]);
    assert.ok(part.changes.every(({ step }) => step >= 2 && step < 4));
    for (const range of [
      { from: 0, to: 7 },
      { from: 3, to: 3 },
      { from: -1, to: 2 },
    ])
      await assert.rejects(compareReadings(before, now, range, unhurried), /cannot be compared/);
  });

  it('says in a sentence which layers are of another size', async () => {
    const [before, now] = [await read(lstmOf(1), 4), await read(lstmOf(2, 3), 4)];
    await assert.rejects(
      compareReadings(before, now, {}, unhurried),
      /no layer of the same cell and size.*LSTM of 3 units, forward.*before it was LSTM of 4 units/,
    );
  });

  it('says NaN where one side is no number, and goes on with the others', async () => {
    const broken = lstmOf(2);
    const [stage] = broken.stages;
    if (stage?.kind === 'recurrent') stage.forward?.kernel.fill(NaN);
    const { fields, difference } = await compareReadings(
      await read(lstmOf(1), 4),
      await read(broken, 4),
      { shown: { layer: 0, direction: 'forward', field: 'h' } },
      unhurried,
    );
    assert.ok(difference.some(Number.isNaN));
    assert.ok(Number.isNaN(fields.find(({ direction, field }) => direction === 'forward' && field === 'h')?.largest));
    assert.ok((fields.find(({ direction }) => direction === 'backward')?.largest ?? 0) > 0);
  });
});

import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { openEdited } from '../../../src/engine/edits/openEdited';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type RunnerFactory } from '../../../src/engine/forward/cellRunner';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { type PreparedModel, prepareModel } from '../../../src/engine/forward/preparedModel';
import { type Reading } from '../../../src/engine/forward/reading';
import { type Edit } from '../../../src/trace/edits/edit';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import { type Field, fieldsOf } from '../../../src/trace/reading/cellKind';
import { type InputSpec } from '../../../src/trace/reading/inputSpec';
import { useKernels } from '../../support/kernels';
import { normals, randomCell, recurrentStage, valuesModel } from '../../support/randomModel';
import { useWasmBackend } from '../../support/tfjsBackend';

const [D, H, T] = [3, 5, 300];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A hold of the loop below: field, unit, first and last step in reading order, value. */
type LoopHold = readonly [Field, number, number, number, number];

/** A plain step loop over one cell, every number held by the list replaced where it comes about; rows by field. */
function loop(weights: CellWeights, rows: Float32Array, holds: readonly LoopHold[]): Record<string, number[][]> {
  const out: Record<string, number[][]> = Object.fromEntries(fieldsOf(weights.cell).map((field) => [field, []]));
  let h = new Array<number>(H).fill(0);
  let c = new Array<number>(H).fill(0);
  const G = weights.bias.length / H;
  for (let t = 0; t < T; t++) {
    const keep = (field: Field, values: number[]): number[] => {
      const held = values.map(
        (value, j) =>
          holds.findLast(([f, u, from, to]) => f === field && u === j && from <= t && t <= to)?.[4] ?? value,
      );
      out[field]?.push(held);
      return held;
    };
    const sum = (block: number, source: readonly number[]): number[] =>
      Array.from({ length: H }, (_, j) => {
        const column = block * H + j;
        let a = weights.bias[column] as number;
        for (let d = 0; d < D; d++) a += (rows[t * D + d] as number) * (weights.kernel[d * G * H + column] as number);
        source.forEach((value, k) => (a += value * (weights.recurrentKernel[k * G * H + column] as number)));
        return a;
      });
    if (weights.cell === 'rnn') h = keep('h', sum(0, h).map(Math.tanh));
    else if (weights.cell === 'lstm') {
      const before = c;
      const [i, f] = [keep('i', sum(0, h).map(sigmoid)), keep('f', sum(1, h).map(sigmoid))];
      const g = keep('g', sum(2, h).map(Math.tanh));
      c = keep(
        'c',
        before.map((value, j) => (f[j] as number) * value + (i[j] as number) * (g[j] as number)),
      );
      const o = keep('o', sum(3, h).map(sigmoid));
      h = keep(
        'h',
        c.map((value, j) => (o[j] as number) * Math.tanh(value)),
      );
    } else {
      const before = h;
      const [z, r] = [keep('z', sum(0, h).map(sigmoid)), keep('r', sum(1, h).map(sigmoid))];
      const n = keep(
        'n',
        sum(
          2,
          before.map((value, j) => value * (r[j] as number)),
        ).map(Math.tanh),
      );
      h = keep(
        'h',
        before.map((value, j) => (z[j] as number) * value + (1 - (z[j] as number)) * (n[j] as number)),
      );
    }
  }
  return out;
}

function edit(text: string): Edit {
  const parsed = parseEdit(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const input: InputSpec = { kind: 'values', width: D, data: normals(createRandom(3), T * D) };

function prepare(weights: CellWeights, createRunner: RunnerFactory, direction: 'forward' | 'backward' = 'forward') {
  return prepareModel(valuesModel(D, [recurrentStage('cell', { [direction]: weights })]), createRunner);
}

async function read(prepared: PreparedModel, edits: readonly string[], previous?: Reading): Promise<Reading> {
  const reading = await openEdited(prepared, input, new BlockCache(), {
    pace: unhurried,
    edits: edits.map(edit),
    ...(previous && { previous }),
  });
  await reading.compute(unhurried);
  return reading;
}

function fieldOf(reading: Reading, field: Field): Float32Array {
  return (reading.directions[0] as Reading['directions'][number]).field(field, 0, T);
}

function bits(reading: Reading): Record<string, Float32Array> {
  const fields = reading.directions[0]?.fieldNames ?? [];
  return Object.fromEntries(fields.map((field) => [field, fieldOf(reading, field)]));
}

const cases: readonly (readonly ['lstm' | 'gru' | 'rnn', string, readonly string[], readonly LoopHold[]])[] = [
  ['lstm', 'a gate shut from a step on', ['f[2]@41..=0'], [['f', 2, 41, T - 1, 0]]],
  [
    'lstm',
    'gates of several units over several stretches',
    ['i[0]@5..90=1', 'g[4]@60..200=-0.75'],
    [
      ['i', 0, 5, 90, 1],
      ['g', 4, 60, 200, -0.75],
    ],
  ],
  ['lstm', 'a value that the activation never gives', ['i[1]@20..50=1.5'], [['i', 1, 20, 50, 1.5]]],
  ['lstm', 'a cell state beyond 1', ['c[3]@250..=-2.5'], [['c', 3, 250, T - 1, -2.5]]],
  [
    'lstm',
    'a state kept by its gates',
    ['c[1]@10..120=keep'],
    [
      ['f', 1, 10, 120, 1],
      ['i', 1, 10, 120, 0],
    ],
  ],
  [
    'lstm',
    'a hidden state while a gate is held',
    ['h[4]@6..130=0.2', 'o[0]=0'],
    [
      ['h', 4, 6, 130, 0.2],
      ['o', 0, 0, T - 1, 0],
    ],
  ],
  [
    'lstm',
    'the later of two edits of one number',
    ['o[0]=0', 'o[0]@100..=0.5'],
    [
      ['o', 0, 0, T - 1, 0],
      ['o', 0, 100, T - 1, 0.5],
    ],
  ],
  [
    'gru',
    'a gate and a candidate',
    ['z[1]@4..90=1', 'n[2]=0'],
    [
      ['z', 1, 4, 90, 1],
      ['n', 2, 0, T - 1, 0],
    ],
  ],
  ['gru', 'a reset gate for a few steps', ['r[0]@6..12=0'], [['r', 0, 6, 12, 0]]],
  ['gru', 'a hidden state', ['h[3]@40..=0.7'], [['h', 3, 40, T - 1, 0.7]]],
  ['rnn', 'a hidden state', ['h[3]@0..40=-0.7'], [['h', 3, 0, 40, -0.7]]],
];

describe('reading with edits', () => {
  let fast: RunnerFactory = createPlainRunner;

  before(async () => {
    await useWasmBackend();
    fast = fastRunners(await useKernels());
  });

  for (const [cell, what, edits, holds] of cases) {
    for (const path of ['fast', 'plain'] as const) {
      it(`holds ${what} in a ${cell} on the ${path} path as a step loop does`, async () => {
        const weights = randomCell(cell, D, H, { seed: 4 });
        const reading = await read(prepare(weights, path === 'fast' ? fast : createPlainRunner), edits);
        const expected = loop(weights, (input as { data: Float32Array }).data, holds);
        for (const [field, values] of Object.entries(bits(reading))) {
          const wanted = expected[field]?.flat() ?? [];
          const worst = values.reduce((most, value, k) => Math.max(most, Math.abs(value - (wanted[k] as number))), 0);
          assert.ok(worst < 5e-6, `${field} is off by ${worst}`);
        }
      });
    }
  }

  it('sets a state once, and reads on from there', async () => {
    const weights = randomCell('lstm', D, H, { seed: 4 });
    const prepared = prepare(weights, fast);
    const reading = await read(prepared, ['h,c@150:=0']);
    const rest = new Float32Array((input as { data: Float32Array }).data.subarray(150 * D));
    const alone = await openEdited(prepared, { kind: 'values', width: D, data: rest }, new BlockCache(), {
      pace: unhurried,
      edits: [],
    });
    await alone.compute(unhurried);
    assert.deepEqual(fieldOf(reading, 'c').subarray(150 * H), alone.directions[0]?.field('c', 0, T - 150));
    assert.deepEqual(
      fieldOf(reading, 'c').subarray(0, 150 * H),
      fieldOf(await read(prepared, []), 'c').subarray(0, 150 * H),
    );
  });

  it('counts steps of a backward layer in text order', async () => {
    const weights = randomCell('lstm', D, H, { seed: 4 });
    const reading = await read(prepare(weights, fast, 'backward'), ['f[2]@..258=0', 'c[1]@100:=1.5']);
    const plain = await read(prepare(weights, fast, 'backward'), []);
    const [edited, untouched] = [fieldOf(reading, 'c'), fieldOf(plain, 'c')];
    assert.deepEqual(edited.subarray(259 * H), untouched.subarray(259 * H));
    assert.ok(
      fieldOf(reading, 'f')
        .subarray(0, 259 * H)
        .every((value, k) => k % H !== 2 || value === 0),
    );
    assert.equal(
      edited[101 * H + 1],
      fieldOf(await read(prepare(weights, fast, 'backward'), ['f[2]@..258=0']), 'c')[101 * H + 1],
    );
    const [f, i, g] = (['f', 'i', 'g'] as const).map((field) => fieldOf(reading, field)[100 * H + 1] as number) as [
      number,
      number,
      number,
    ];
    assert.ok(Math.abs((edited[100 * H + 1] as number) - (f * 1.5 + i * g)) < 1e-6);
  });

  it('gives the trace again where a gate is held at its own recorded values', async () => {
    const prepared = prepare(randomCell('lstm', D, H, { seed: 4 }), fast);
    const untouched = await read(prepared, []);
    const recorded = fieldOf(untouched, 'f');
    const edits = Array.from(
      { length: T * H },
      (_, k) => `f[${k % H}]@${Math.floor(k / H)}..${Math.floor(k / H)}=${recorded[k]}`,
    );
    const [again, before] = [bits(await read(prepared, edits)), bits(untouched)];
    for (const [field, values] of Object.entries(again))
      values.forEach((value, k) => assert.ok(Math.abs(value - (before[field]?.[k] as number)) < 1e-6, `${field} ${k}`));
  });

  it('leaves what an edit does not reach its bits, and gives them back once it is taken away', async () => {
    const prepared = prepare(randomCell('lstm', D, H, { seed: 4 }), fast);
    const untouched = await read(prepared, []);
    const plain = bits(untouched);
    for (const text of ['o[2]@299..=0', 'c[2]@299..=3', 'h[2]@299..=0', 'f[2]@299..299=0.5']) {
      const edited = bits(await read(prepared, [text], untouched));
      const first = fieldsOf('lstm').indexOf(text[0] as Field);
      const order: readonly Field[] = ['i', 'f', 'g', 'o', 'c', 'h'];
      for (const field of order.filter((each) => each !== text[0] && !['c', 'h'].includes(each)))
        assert.deepEqual(edited[field], plain[field], `${text} changes ${field}`);
      assert.ok(first >= 0);
      for (const field of order)
        assert.deepEqual(edited[field]?.subarray(0, 299 * H), plain[field]?.subarray(0, 299 * H));
    }
    const edited = await read(prepared, ['f[0]@100..=0'], untouched);
    assert.ok(edited.directions[0]?.stepsRun === T - 100, `${edited.directions[0]?.stepsRun} steps were run again`);
    const undone = await read(prepared, [], untouched);
    assert.equal(undone.directions[0]?.stepsRun, 0);
    assert.deepEqual(bits(undone), plain);
    assert.deepEqual(bits(await read(prepared, [], edited)), plain);
  });

  it('holds a gate at its mean over the untouched text', async () => {
    const prepared = prepare(randomCell('gru', D, H, { seed: 4 }), fast);
    const recorded = fieldOf(await read(prepared, []), 'z');
    const mean = recorded.filter((_, k) => k % H === 3).reduce((sum, value) => sum + value, 0) / T;
    const held = fieldOf(await read(prepared, ['z[3]=mean']), 'z');
    assert.ok(Math.abs((held[3] as number) - mean) < 1e-6);
    assert.ok(held.every((value, k) => k % H !== 3 || value === held[3]));
  });

  it('leaves skipped steps as they are', async () => {
    const weights = randomCell('lstm', D, H, { seed: 4 });
    const data = (input as { data: Float32Array }).data.slice();
    data.fill(0, 40 * D, 60 * D);
    const stages = [
      { kind: 'masking' as const, name: 'masking', value: 0 },
      recurrentStage('cell', { forward: weights }),
    ];
    const reading = await openEdited(
      prepareModel(valuesModel(D, stages), fast),
      { kind: 'values', width: D, data },
      new BlockCache(),
      {
        pace: unhurried,
        edits: [edit('h[1]@30..=0.25'), edit('c[0]=mean')],
      },
    );
    await reading.compute(unhurried);
    const [h, i] = [fieldOf(reading, 'h'), fieldOf(reading, 'i')];
    assert.ok(h.subarray(30 * H).every((value, k) => k % H !== 1 || value === 0.25));
    assert.ok(Number.isNaN(i[45 * H]));
    assert.ok(!Number.isNaN(fieldOf(reading, 'c')[0]));
  });
});

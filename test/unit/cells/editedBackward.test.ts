import assert from 'node:assert/strict';
import { type KeptEdits, type UnitMarks } from '../../../src/cells/backwardCell';
import { rowsOf } from '../../support/keptRows';
import { backwardThroughTime } from '../../../src/cells/backwardThroughTime';
import { cells } from '../../../src/cells/cells';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { addToSequence, createGradientSequence } from '../../../src/cells/gradientSequence';
import { outputWidthOf, stateWidth } from '../../../src/cells/initialStates';
import { createReferenceState, fieldAfter } from '../../../src/cells/referenceForward';
import { type Field, fieldsOf, type StateName, statesOf } from '../../../src/trace/reading/cellKind';
import { finish, normals, randomCell } from './randomCell';

const [T, D, H] = [9, 3, 4];

/** Field or state, unit, first and last step of the text, value; a setting has one step. */
type Hold = readonly [Field, number, number, number, number];
type Setting = readonly [StateName, number, number, number];

interface Case {
  readonly name: string;
  readonly weights: CellWeights;
  readonly reversed?: boolean;
  readonly holds?: readonly Hold[];
  readonly settings?: readonly Setting[];
}

const lstm = (extra: Partial<CellWeights> = {}): CellWeights => randomCell('lstm', { D, H, seed: 5 }, extra);
const gru = (extra: Partial<CellWeights> = {}): CellWeights => randomCell('gru', { D, H, seed: 6 }, extra);
const rnn = (): CellWeights => randomCell('rnn', { D, H, seed: 7 }, {});
const minGru = (): CellWeights => randomCell('mingru', { D, H, seed: 8 }, { activation: 'linear' });

const gates: readonly Hold[] = [
  ['i', 0, 2, 5, 1],
  ['f', 1, 0, 8, 0],
  ['g', 2, 3, 7, -0.75],
  ['o', 3, 4, 6, 0.4],
];
const cases: readonly Case[] = [
  {
    name: 'gates of a minGRU',
    weights: minGru(),
    holds: [
      ['z', 0, 2, 5, 0],
      ['g', 2, 3, 7, -0.75],
    ],
  },
  { name: 'h of a minGRU', weights: minGru(), holds: [['h', 1, 3, 6, 0.2]] },
  { name: 'gates of an LSTM', weights: lstm(), holds: gates },
  { name: 'gates of an LSTM with peepholes', weights: lstm({ peepholes: normals(3 * H, 1, 0.7) }), holds: gates },
  {
    name: 'gates of a clipped LSTM with GELU',
    weights: lstm({ clip: 0.5, activation: { kind: 'gelu' } }),
    holds: gates,
  },
  { name: 'gates of an LSTM read from the end', weights: lstm(), reversed: true, holds: gates },
  { name: 'c of an LSTM', weights: lstm({ peepholes: normals(3 * H, 1, 0.7) }), holds: [['c', 1, 3, 6, -1.5]] },
  { name: 'h of an LSTM', weights: lstm(), holds: [['h', 1, 3, 6, 0.2]] },
  {
    name: 'h of an LSTM with a projection',
    weights: lstm({ projection: normals(H * 2, 2) }),
    holds: [
      ['h', 1, 3, 6, 0.2],
      ['c', 0, 2, 4, 0.5],
    ],
  },
  {
    name: 'c of an LSTM with softmax',
    weights: lstm({ activation: 'softmax' }),
    holds: [
      ['c', 1, 3, 6, 0.3],
      ['h', 2, 5, 7, 0.1],
    ],
  },
  {
    name: 'z, r, n and h of a GRU',
    weights: gru(),
    holds: [
      ['z', 0, 2, 5, 1],
      ['r', 1, 0, 8, 0],
      ['n', 2, 3, 7, -0.75],
      ['h', 3, 4, 6, 0.4],
    ],
  },
  {
    name: 'z, r, n and h of a GRU with the reset gate after the product',
    weights: gru({ resetAfter: true, recurrentBias: normals(3 * H, 4, 0.3) }),
    holds: [
      ['z', 0, 2, 5, 1],
      ['r', 1, 0, 8, 0],
      ['n', 2, 3, 7, -0.75],
      ['h', 3, 4, 6, 0.4],
    ],
  },
  { name: 'h of a simple RNN', weights: rnn(), holds: [['h', 3, 4, 6, 0.4]] },
  {
    name: 'states set once in an LSTM',
    weights: lstm({ clip: 2 }),
    settings: [
      ['h', 0, 5, 0],
      ['c', 2, 3, 1.5],
      ['c', 1, 0, -1],
    ],
  },
  { name: 'a state set once in a GRU read from the end', weights: gru(), reversed: true, settings: [['h', 1, 4, 0.7]] },
  {
    name: 'a state set once in a simple RNN',
    weights: rnn(),
    settings: [['h', 1, 4, 0.7]],
    holds: [['h', 0, 2, 3, 0]],
  },
];

const x = Float64Array.from(normals(T * D, 11));

interface Forward {
  readonly fields: Partial<Record<Field, Float64Array>>;
  readonly before: ReadonlyMap<string, Float64Array>;
}

/** A step loop in float64; `probe` may change the sums before the gates. */
function forward(current: Case, input: Float64Array, probe?: (t: number, a: Float64Array) => void): Forward {
  const { weights, reversed, holds = [], settings = [] } = current;
  const state = createReferenceState(weights);
  const before = new Map<string, Float64Array>();
  const fields: Partial<Record<Field, Float64Array>> = {};
  const width = (field: Field): number =>
    statesOf(weights.cell).includes(field as StateName) ? stateWidth(weights, field as StateName) : H;
  for (const field of fieldsOf(weights.cell)) fields[field] = new Float64Array(T * width(field));
  for (let done = 0; done < T; done++) {
    const t = reversed === true ? T - 1 - done : done;
    for (const [name, unit, at, value] of settings) if (at === t) (state.states[name] as Float64Array)[unit] = value;
    for (const name of statesOf(weights.cell)) before.set(`${name}${t}`, (state.states[name] as Float64Array).slice());
    state.x.set(input.subarray(t * D, (t + 1) * D));
    cells[weights.cell].reference(weights, state, (what, values) => {
      if (what === 'a') probe?.(t, values);
      for (const [field, unit, from, to, value] of holds)
        if (field === what && from <= t && t <= to) values[unit] = value;
    });
    for (const field of fieldsOf(weights.cell)) fields[field]?.set(fieldAfter(weights, state, field), t * width(field));
  }
  return { fields, before };
}

/** L = sum over t of r(t) . h(t). */
function lossOf(current: Case, input: Float64Array, probe?: (t: number, a: Float64Array) => void): number {
  const r = normals(T * outputWidthOf(current.weights), 12);
  return (forward(current, input, probe).fields.h as Float64Array).reduce((sum, h, k) => sum + h * (r[k] as number), 0);
}

function marks({ weights }: Case, units: readonly (readonly [Field, number])[]): UnitMarks | null {
  if (units.length === 0) return null;
  const found: Partial<Record<Field, Uint8Array>> = {};
  for (const [field, unit] of units)
    (found[field] ??= new Uint8Array(field === 'h' ? outputWidthOf(weights) : H))[unit] = 1;
  return found;
}

function backward(current: Case): { readonly a: Float64Array; readonly x: Float64Array } {
  const { weights, holds = [], settings = [] } = current;
  const { fields, before } = forward(current, x);
  const P = outputWidthOf(weights);
  const outer = createGradientSequence(T, 1, P);
  const r = Float64Array.from(normals(T * P, 12));
  for (let t = 0; t < T; t++) addToSequence(outer, t, 0, { data: r, at: t * P, exponent: 0 });
  const edits: KeptEdits = {
    heldAt: (t) =>
      marks(
        current,
        holds.filter(([, , from, to]) => from <= t && t <= to).map(([field, unit]) => [field, unit]),
      ),
    setAt: (t) =>
      marks(
        current,
        settings.filter(([, , at]) => at === t).map(([field, unit]) => [field, unit]),
      ),
    stateBefore: (state, t) => before.get(`${state}${t}`) as Float64Array,
  };
  const G = weights.bias.length;
  const found = { a: new Float64Array(T * G), x: new Float64Array(T * D) };
  const input = (t: number, into: Float64Array): void => into.set(x.subarray(t * D, (t + 1) * D));
  finish(
    backwardThroughTime(
      { weights, row: rowsOf(fields), input, edits },
      {
        outer,
        reversed: current.reversed === true,
        record: ({ t, batch, dx, dxAt }) => {
          const scale = 2 ** (batch.exponent[0] as number);
          found.a.set(
            batch.da.map((value) => value * scale),
            t * G,
          );
          found.x.set(
            dx.subarray(dxAt, dxAt + D).map((value) => value * scale),
            t * D,
          );
        },
      },
    ),
  );
  return found;
}

const epsilon = 1e-6;

describe('backpropagation through an edited forward pass', () => {
  for (const current of cases) {
    it(`gives the finite differences in float64: ${current.name}`, () => {
      const found = backward(current);
      const G = current.weights.bias.length;
      for (let k = 0; k < T * D; k++) {
        const at = (sign: number): number =>
          lossOf(
            current,
            x.map((value, j) => (j === k ? value + sign * epsilon : value)),
          );
        assert.ok(Math.abs((at(1) - at(-1)) / (2 * epsilon) - (found.x[k] as number)) < 1e-6, `dL/dx at ${k}`);
      }
      if (current.weights.cell === 'gru' && current.weights.resetAfter === true) return;
      for (let k = 0; k < T * G; k++) {
        const at = (sign: number): number =>
          lossOf(current, x, (t, a) => {
            if (t === Math.floor(k / G)) a[k % G] = (a[k % G] as number) + sign * epsilon;
          });
        assert.ok(Math.abs((at(1) - at(-1)) / (2 * epsilon) - (found.a[k] as number)) < 1e-6, `da at ${k}`);
      }
    });
  }
});

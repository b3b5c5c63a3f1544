import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { type MergeMode } from '../../../src/network/recurrentModel';
import { type CellKind, type Field, fieldsOf } from '../../../src/trace/reading/cellKind';
import { assertClose } from '../../support/closeTo';
import { recurrentStage, valuesModel } from '../../support/randomModel';
import { useBackend, useWasmBackend } from '../../support/tfjsBackend';

type Sides<V> = { readonly forward: V; readonly backward: V };
interface Case {
  readonly name: string;
  readonly cell: CellKind;
  readonly input: readonly number[];
  readonly weights: Sides<Readonly<Record<string, readonly number[] | string | boolean>>>;
  readonly fields: Sides<Readonly<Record<Field, readonly number[]>>>;
  readonly merged: Readonly<Record<string, readonly number[]>>;
}
interface Reference {
  readonly steps: number;
  readonly inputWidth: number;
  readonly units: number;
  readonly cases: readonly Case[];
}

const reference = JSON.parse(readFileSync(path.join(__dirname, 'reference', 'cells.json'), 'utf8')) as Reference;

function cellOf({ cell, weights }: Case, side: 'forward' | 'backward'): CellWeights {
  const entries = Object.entries(weights[side]).map(([key, value]) => [
    key,
    Array.isArray(value) ? Float32Array.from(value) : value,
  ]);
  return {
    cell,
    inputWidth: reference.inputWidth,
    units: reference.units,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...Object.fromEntries(entries),
  } as CellWeights;
}

async function readBoth(each: Case, merge: MergeMode, returnSequences = true): Promise<Reading> {
  const stage = recurrentStage(
    'layer',
    { forward: cellOf(each, 'forward'), backward: cellOf(each, 'backward') },
    { merge, returnSequences },
  );
  const prepared = prepareModel(valuesModel(reference.inputWidth, [stage]), createPlainRunner);
  const reading = new Reading(
    prepared,
    { kind: 'values', data: Float32Array.from(each.input), width: reference.inputWidth },
    new BlockCache(),
  );
  await reading.compute(unhurried);
  return reading;
}

describe('every cell, direction and merge mode, against PyTorch', () => {
  for (const backend of ['wasm', 'cpu'] as const) {
    describe(`on tfjs's ${backend} backend`, () => {
      before(async () => {
        await useWasmBackend();
        await useBackend(backend);
      });
      after(() => useBackend('wasm'));

      for (const each of reference.cases) {
        it(`${each.name}: every gate and state in both directions`, async () => {
          const reading = await readBoth(each, 'concat');
          for (const side of ['forward', 'backward'] as const) {
            for (const field of fieldsOf(each.cell)) {
              assertClose(
                reading.direction(0, side).field(field, 0, reference.steps),
                each.fields[side][field],
                1e-5,
                `${side} ${field}`,
              );
            }
          }
        });
      }
    });
  }

  for (const merge of ['concat', 'sum', 'mul', 'ave'] as const) {
    it(`merges by ${merge}, every step and only the last of each direction`, async () => {
      await useWasmBackend();
      for (const each of reference.cases) {
        const expected = each.merged[merge] as readonly number[];
        assertClose((await readBoth(each, merge)).output()?.data ?? [], expected, 1e-5, each.name);
        const last = (await readBoth(each, merge, false)).output();
        const width = (last?.data.length ?? 0) / (merge === 'concat' ? 2 : 1);
        const f = each.fields.forward.h.slice(-width);
        const b = each.fields.backward.h.slice(0, width);
        const both = {
          concat: [...f, ...b],
          sum: f.map((v, k) => v + (b[k] as number)),
          mul: f.map((v, k) => v * (b[k] as number)),
          ave: f.map((v, k) => (v + (b[k] as number)) / 2),
        };
        assertClose(last?.data ?? [], both[merge], 1e-5, `${each.name}, last`);
      }
    });
  }

  it('covers each cell with several activations', () => {
    assert.deepEqual([...new Set(reference.cases.map(({ cell }) => cell))], ['lstm', 'gru', 'rnn']);
    assert.ok(reference.steps >= 12 && reference.inputWidth !== reference.units);
  });
});

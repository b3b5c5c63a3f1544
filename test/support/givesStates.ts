import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type OpenOptions } from '../../src/models/openModel';
import { assertClose } from './closeTo';
import { openFile, traceModel, valuesInput } from './traceModel';

/** The folder of the model files that are committed with what they must give. */
export const modelFixtures = path.resolve(__dirname, '../fixtures/models');
const tolerance = 1e-5;

interface Expectation {
  readonly input?: readonly (readonly number[])[];
  readonly ids?: readonly number[];
  readonly arrays: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly output?: readonly number[];
}

/** Asserts that a fixture gives every state of every step, and the output, that `EXPECTATION.expected.json` holds. */
export async function assertGives(file: string, expectation: string, options: OpenOptions = {}): Promise<void> {
  const expected = JSON.parse(
    readFileSync(path.join(modelFixtures, `${expectation}.expected.json`), 'utf8'),
  ) as Expectation;
  const model = await openFile(path.join(modelFixtures, file), options);
  const trace = await traceModel(
    model,
    expected.input ? valuesInput(expected.input) : { kind: 'ids', ids: expected.ids ?? [] },
  );
  for (const [key, rows] of Object.entries(expected.arrays)) {
    const array = trace.arrays[key];
    assert.ok(array, `${file}: ${key} is missing`);
    assertClose(array.data, rows.flat(), tolerance, `${file}: ${key}`);
  }
  if (expected.output !== undefined)
    assertClose(trace.output?.data ?? [], expected.output, tolerance, `${file}: output`);
}

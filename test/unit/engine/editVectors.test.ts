import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openEdited } from '../../../src/engine/edits/openEdited';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { unhurried } from '../../support/unhurried';
import { type PreparedModel, prepareModel } from '../../../src/engine/forward/preparedModel';
import { collectTrace } from '../../../src/engine/questions/collectTrace';
import { type Edit } from '../../../src/trace/edits/edit';
import { parseEdit } from '../../../src/trace/edits/parseEdit';
import { type InputSpec } from '../../../src/trace/reading/inputSpec';
import { useKernels } from '../../support/kernels';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';
import { openFile, valuesInput } from '../../support/traceModel';

type Rows = readonly (readonly number[])[];

interface GivenInput {
  readonly values?: Rows;
  readonly ids?: readonly number[];
}

interface Vectors {
  readonly model: string;
  readonly input: GivenInput;
  readonly other?: GivenInput;
  readonly untouched: Readonly<Record<string, Rows>>;
  readonly cases: readonly { readonly edits: readonly string[]; readonly changed: Readonly<Record<string, Rows>> }[];
}

const folder = sharedData('vectors', 'edits');

function inputOf({ values, ids }: GivenInput): InputSpec {
  return ids === undefined ? valuesInput(values ?? []) : { kind: 'ids', ids };
}

function editOf(text: string): Edit {
  const parsed = parseEdit(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

type Arrays = ReadonlyMap<string, Float32Array>;

async function read(prepared: PreparedModel, { input, other }: Vectors, edits: readonly string[]): Promise<Arrays> {
  const reading = await openEdited(prepared, inputOf(input), new BlockCache(), {
    pace: unhurried,
    edits: edits.map(editOf),
    ...(other && { other: inputOf(other) }),
  });
  await reading.compute(unhurried);
  const { arrays, output } = await collectTrace(reading, 'npz', unhurried);
  reading.dispose();
  return new Map(
    [...Object.entries(arrays), ...(output ? [['output', output] as const] : [])].map(([key, { data }]) => [key, data]),
  );
}

function assertCase(
  found: Arrays,
  untouched: Arrays,
  { vectors, changed }: { vectors: Vectors; changed: Vectors['untouched'] },
) {
  for (const [key, rows] of Object.entries(vectors.untouched)) {
    const values = found.get(key) as Float32Array;
    if (changed[key] === undefined) assert.deepEqual(values, untouched.get(key), `${key} has other bits`);
    const wanted = (changed[key] ?? rows).flat();
    const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = wanted.reduce((most, value, k) => Math.max(most, Math.abs(value - (values[k] as number))), 0);
    assert.ok(worst <= 5e-6 * scale, `${key} is off by ${worst}`);
  }
}

describe('the shared vectors of edits', () => {
  if (folder === null) {
    it('are not here', function () {
      this.skip();
    });
    return;
  }
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const vectors = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Vectors;
    if (vectors.untouched === undefined) continue;
    it(`agree with what is read: ${name}, ${vectors.cases.length} cases`, async () => {
      await useWasmBackend();
      const place = path.join(folder, vectors.model);
      const file = existsSync(path.join(place, 'model.json')) ? path.join(place, 'model.json') : place;
      const prepared = prepareModel(await openFile(file), fastRunners(await useKernels()));
      const untouched = await read(prepared, vectors, []);
      for (const { edits, changed } of vectors.cases)
        assertCase(await read(prepared, vectors, edits), untouched, { vectors, changed });
      prepared.dispose();
    });
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { computeGradients } from '../../../src/engine/gradients/gradients';
import { sourceOfReading } from '../../../src/engine/gradients/gradientsReading';
import { unhurried } from '../../support/unhurried';
import { createPlainRunner } from '../../../src/engine/forward/plainRunner';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { openModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';
import { finish } from '../cells/randomCell';

interface Expected {
  readonly input: readonly (readonly number[])[];
  readonly target: number;
  readonly loss_value: number;
  readonly layers: readonly { readonly dL_dh: number[][]; readonly dL_dc: number[][] }[];
  readonly dL_dx: number[][];
}

function assertClose(actual: Float64Array | undefined, expected: readonly (readonly number[])[], name: string): void {
  const flat = expected.flat();
  const most = Math.max(...flat.map(Math.abs));
  assert.equal(actual?.length, flat.length, name);
  flat.forEach((value, k) => {
    const error = Math.abs((actual?.[k] as number) - value) / most;
    assert.ok(error <= 1e-5, `${name}[${k}]: ${actual?.[k]} and ${value} differ by ${error} of the largest`);
  });
}

/**
 * Computed with Keras 3.15 on TensorFlow 2.21 for models that people saved; from the float32 trace of the plain path.
 */
describe('gradients of saved models equal those of Keras to 1e-5 of the largest', () => {
  for (const [folder, file] of [
    ['keras-h5', 'tfkeras2.3_lstm50x3.h5'],
    ['keras-v3', 'keras3.3_lstm50x2-dense2.keras'],
  ] as const) {
    it(`in ${file}; skipped: no data, where shared/data is absent`, async function () {
      const path = sharedData('models', folder, file);
      if (path === null) return this.skip();
      await useWasmBackend();
      const expected = JSON.parse(readFileSync(path.replace(/\.(h5|keras)$/, '.expected.json'), 'utf8')) as Expected;
      const files = openModelFiles(path);
      const prepared = prepareModel(await openModel(files), createPlainRunner);
      files.close();
      const values = {
        kind: 'values',
        data: Float32Array.from(expected.input.flat()),
        width: expected.input[0]?.length ?? 0,
      } as const;
      const reading = new Reading(prepared, values, new BlockCache(1e8));
      await reading.compute(unhurried);
      const { norms, arrays } = finish(
        computeGradients(sourceOfReading(reading), {
          loss: { at: 'last', target: expected.target },
          keepsArrays: true,
        }),
      );
      assert.ok(Math.abs(norms.lossValue - expected.loss_value) < 1e-5);
      expected.layers.forEach(({ dL_dh, dL_dc }, layer) => {
        assertClose(arrays.get(`${layer}.forward.dLdh`)?.data, dL_dh, `dL_dh of layer ${layer}`);
        assertClose(arrays.get(`${layer}.forward.dLdc`)?.data, dL_dc, `dL_dc of layer ${layer}`);
      });
      assertClose(arrays.get('0.forward.dLdx')?.data, expected.dL_dx, 'dL_dx');
      reading.dispose();
      prepared.dispose();
    });
  }
});

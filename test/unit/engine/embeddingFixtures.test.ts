import { readFileSync } from 'node:fs';
import { createValuesNode, nothingUnchanged } from '../../../src/network/sequenceNode';
import { createTokenNode } from '../../../src/network/stages/tokens';
import { createRowNode } from '../../../src/network/stages/rowStages';
import { assertClose } from '../../support/closeTo';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';

interface Stored {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}
type Fixtures = Readonly<
  Record<string, { readonly input: Stored; readonly weights: readonly Stored[]; readonly expected: Stored }>
>;

const folder = sharedData('vectors', 'keras-js-fixtures');

describe(`embeddings and layers applied step by step, against keras-js fixtures${folder ? '' : ' (skipped: no data)'}`, () => {
  before(async function () {
    if (!folder) this.skip();
    await useWasmBackend();
  });
  if (!folder) it('skipped: no data');
  if (!folder) return;

  const read = (file: string): Fixtures => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Fixtures;
  for (const [key, { input, weights, expected }] of Object.entries(read('Embedding.json'))) {
    it(`${key} gives Keras's output`, () => {
      const [table] = weights as [Stored];
      const [vocabularySize, width] = table.shape as [number, number];
      const node = createTokenNode(
        Int32Array.from(input.data),
        { kind: 'embedding', name: key, table: Float32Array.from(table.data), vocabularySize, width },
        nothingUnchanged,
      );
      assertClose(node.rows(0, node.steps), expected.data, 1e-5, key);
    });
  }
  // The other case of TimeDistributed wraps a Conv2D: no layer that this project reads.
  for (const [key, { input, weights, expected }] of Object.entries(read('TimeDistributed.json')).filter(
    ([
      ,
      {
        weights: [kernel],
      },
    ]) => kernel?.shape.length === 2,
  )) {
    it(`${key}, a dense layer, gives Keras's output`, () => {
      const [kernel, bias] = weights as [Stored, Stored];
      const [inputWidth, outputWidth] = kernel.shape as [number, number];
      const start = createValuesNode(Float32Array.from(input.data), inputWidth, nothingUnchanged);
      const node = createRowNode(start, {
        kind: 'dense',
        name: key,
        inputWidth,
        outputWidth,
        kernel: Float32Array.from(kernel.data),
        bias: Float32Array.from(bias.data),
        activation: 'linear',
      });
      assertClose(node.rows(0, node.steps), expected.data, 1e-5, key);
    });
  }
});

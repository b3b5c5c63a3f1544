import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { unroll } from '../../../src/cells/unroll';
import { assertClose } from '../../support/closeTo';
import { fromTorch } from '../../support/files/kerasWeights';
import { sharedData } from '../../support/sharedData';
import { useWasmBackend } from '../../support/tfjsBackend';

type Matrix = number[][];
interface Case {
  readonly input: Matrix;
  readonly weights: {
    readonly weight_ih_l0: Matrix;
    readonly weight_hh_l0: Matrix;
    readonly bias_ih_l0: number[];
    readonly bias_hh_l0: number[];
  };
  readonly h_all: Matrix;
  readonly final: Matrix;
}

const file = sharedData('vectors', 'candle-torch-vectors', 'vectors.json');

describe(`the cells, against PyTorch's states of seven steps${file ? '' : ' (skipped: no data)'}`, () => {
  before(async function () {
    if (!file) this.skip();
    await useWasmBackend();
  });
  for (const cell of ['lstm', 'gru'] as const) {
    it(`${cell}: every h, and the state at the end`, () => {
      const {
        input,
        weights,
        h_all: expected,
        final,
      } = (JSON.parse(readFileSync(file as string, 'utf8')) as Record<string, Case>)[cell] as Case;
      const tensors = createCellTensors(
        fromTorch(cell, [weights.weight_ih_l0, weights.weight_hh_l0, weights.bias_ih_l0, weights.bias_hh_l0]),
      );
      tf.tidy(() => {
        const run = unroll(tensors, tf.tensor3d([input]));
        assertClose(run.fields.h.dataSync(), expected.flat(), 1e-5, 'h');
        assertClose(run.last.h.dataSync(), final[0] as number[], 1e-5, 'last h');
        if (run.last.c) assertClose(run.last.c.dataSync(), final[1] as number[], 1e-5, 'last c');
      });
      tensors.dispose();
    });
  }
});

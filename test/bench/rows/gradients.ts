import { registerRowProduct } from '../../../src/cells/backwardProduct';
import { computeGradients } from '../../../src/engine/gradients/gradients';
import { readScalar } from '../../../src/engine/gradients/gradientsScalar';
import { type GradientSource } from '../../../src/engine/gradients/gradientsSource';
import { computeLossMatrix } from '../../../src/engine/gradients/lossMatrix';
import { createRowProduct } from '../../../src/kernels/rowProduct';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { log10Norms, type LossChoice } from '../../../src/trace/reading/gradients';
import { useKernels } from '../../support/kernels';
import { drawLstm, drawNumbers } from '../randomCell';
import { type Row } from '../row';

const V = 98;
const H = 128;

function finish<T>(work: Generator<unknown, T>): T {
  let next = work.next();
  while (next.done !== true) next = work.next();
  return next.value;
}

/** A character model: one-hot, LSTM(128), softmax over 98 symbols; what a trace of it kept. */
async function readCharacters(steps: number): Promise<GradientSource> {
  registerRowProduct(createRowProduct(await useKernels()));
  const model: RecurrentModel = {
    name: 'characters',
    format: 'bundled',
    input: { kind: 'tokens', vocabularySize: V },
    stages: [
      { kind: 'oneHot', name: 'one-hot', width: V },
      { kind: 'recurrent', name: 'lstm', forward: drawLstm(V, H), merge: null, returnSequences: true },
      {
        kind: 'dense',
        name: 'head',
        inputWidth: H,
        outputWidth: V,
        kernel: drawNumbers(H * V, 0.1, 5),
        activation: 'softmax',
      },
    ],
    task: 'next-token',
    notes: [],
  };
  return finish(readScalar(model, { kind: 'ids', ids: Int32Array.from({ length: steps }, (_, t) => (t * 37) % V) }));
}

/** The norms must decay to something finite and be zero nowhere. */
function checkNorms(log10: Float32Array): void {
  const wrong = log10.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`The norm at step ${wrong} is 10^${log10[wrong]}.`);
}

function normsRow(name: string, loss: LossChoice): Row {
  return {
    name,
    peer: null,
    bars: { 24: { must: 300 }, 20: { must: 300 } },
    prepare: async () => {
      const source = await readCharacters(1000);
      let log10: Float32Array = new Float32Array(0);
      return {
        ours: () => {
          const [layer] = finish(computeGradients(source, { loss })).norms.layers;
          if (layer !== undefined) log10 = log10Norms(layer.dLdh);
        },
        check: () => checkNorms(log10.subarray(0, 999)),
      };
    },
  };
}

/**
 * Backpropagation with all norms of dL/dh, dL/dc, dL/dx and the gates, and the matrix of every loss; budgets in
 * milliseconds.
 */
export const rows: readonly Row[] = [
  normsRow('gradients, all norms, last loss, 1000x98x128', { at: 'last' }),
  normsRow('gradients, all norms, sum of losses, 1000x98x128', { at: 'all' }),
  {
    name: 'loss matrix 512 x 512, 98x128',
    peer: null,
    bars: { 24: { must: 2000 }, 20: { must: 2000 } },
    prepare: async () => {
      const source = await readCharacters(513);
      let matrix: Float32Array = new Float32Array(0);
      return {
        ours: () => {
          matrix = finish(computeLossMatrix(source, { layer: 0, direction: 'forward', from: 0, to: 512 })).log10;
        },
        check: () => checkNorms(matrix.subarray(511 * 512)),
      };
    },
  },
];

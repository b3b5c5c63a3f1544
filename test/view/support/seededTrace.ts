import * as tf from '@tensorflow/tfjs-core';
import { createRandom, drawNormal } from '../../../src/base/random';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { unroll } from '../../../src/cells/unroll';
import { type CellKind, type Field } from '../../../src/trace/cellKind';
import { type Token } from '../../../src/trace/token';
import { type LayerTrace, type Trace } from '../../../src/trace/trace';

/** What a small network with seeded random weights does with a text, computed by src/cells. */
export function seededTrace(text: string, options: { readonly cell?: CellKind; readonly units?: number; readonly layers?: number } = {}): Trace {
  const { cell = 'lstm', units = 24, layers: depth = 1 } = options;
  const characters = [...text];
  const vocabulary = [...new Set(characters)].sort();
  let input = tf.expandDims(tf.oneHot(tf.tensor1d(characters.map((letter) => vocabulary.indexOf(letter)), 'int32'), Math.max(2, vocabulary.length)), 0) as tf.Tensor3D;
  const layers: LayerTrace[] = [];
  for (let layer = 0; layer < depth && characters.length > 0; layer++) {
    const weights = seededWeights(cell, input.shape[2], units, 11 + layer);
    const run = unroll(createCellTensors(weights), input);
    const fields = Object.fromEntries(Object.entries(run.fields).map(([field, values]) => [field, values.dataSync().slice() as Float32Array]));
    layers.push({ layer, direction: 'forward', cell, name: `${cell}_${layer}`, units, outputWidth: units, inputWidth: input.shape[2], fields: fields as Record<Field, Float32Array>, path: 'plain' });
    input = run.fields.h;
  }
  return { modelName: `seeded-${cell}`, tokens: tokensOf(characters, vocabulary), steps: characters.length, layers, notes: [] };
}

function seededWeights(cell: CellKind, inputWidth: number, units: number, seed: number): CellWeights {
  const random = createRandom(seed);
  const blocks = { lstm: 4, gru: 3, rnn: 1 }[cell];
  const draw = (count: number, scale: number): Float32Array => Float32Array.from({ length: count }, () => scale * drawNormal(random));
  const bias = draw(blocks * units, 0.5);
  if (cell === 'lstm') for (let unit = 0; unit < units; unit++) bias[units + unit] = (bias[units + unit] ?? 0) + 1;
  return {
    cell,
    inputWidth,
    units,
    kernel: draw(inputWidth * blocks * units, 1.2),
    recurrentKernel: draw(units * blocks * units, 1 / Math.sqrt(units)),
    bias,
    ...(cell === 'gru' && { resetAfter: true, recurrentBias: draw(3 * units, 0.2) }),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
  };
}

function tokensOf(characters: readonly string[], vocabulary: readonly string[]): readonly Token[] {
  let start = 0;
  return characters.map((text) => {
    const token = { text, start, end: start + text.length, id: vocabulary.indexOf(text) };
    start = token.end;
    return token;
  });
}

import * as tf from '@tensorflow/tfjs-core';
import { createRandom, drawNormal } from '../../../src/base/random';
import { createCellTensors } from '../../../src/cells/cellTensors';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { unroll } from '../../../src/cells/unroll';
import { type CellKind, type Field, gatesOf } from '../../../src/trace/reading/cellKind';
import { type UnitFormula } from '../../../src/protocol/summaries';
import { type PredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { type Token } from '../../../src/trace/reading/token';
import { type ComputePath, type LayerShape, type NumericArray } from '../../../src/trace/reading/trace';

/** Every gate and state of one layer in one direction, in reading order of the text. */
export interface LayerTrace extends LayerShape {
  /** Each [T, H] row-major (`h` is [T, outputWidth]); the cell decides which fields there are. */
  readonly fields: Readonly<Partial<Record<Field, Float32Array>>>;
  /** What enters the layer, [T, D]; absent where it was not asked for. */
  readonly input?: Float32Array;
  readonly path: ComputePath;
}

/** What one model did with one input. */
export interface Trace {
  readonly modelName: string;
  readonly tokens: readonly Token[];
  /** T, the number of steps. */
  readonly steps: number;
  readonly layers: readonly LayerTrace[];
  /** What the saved model's predict gives for the whole input, batch removed. */
  readonly output?: NumericArray;
  /** The head applied at every step, [T, outputs], where the model has one that can be. */
  readonly outputOverTime?: NumericArray;
  /** Remarks the user should know: folded characters, unknown tokens, state carried over a saved window... */
  readonly notes: readonly string[];
}

/** A small network with seeded random weights, and what it does with a text. */
export interface SeededReading {
  readonly trace: Trace;
  readonly predictions: PredictionTrack;
  readonly formula: (params: { readonly layer: number; readonly unit: number; readonly step: number }) => UnitFormula;
}

/** Reads a text with a small network with seeded random weights, computed by src/cells. */
export function seededReading(
  text: string,
  options: { readonly cell?: CellKind; readonly units?: number; readonly layers?: number } = {},
): SeededReading {
  const { cell = 'lstm', units = 24, layers: depth = 1 } = options;
  const characters = [...text];
  const vocabulary = [...new Set(characters)].sort();
  let input = tf.expandDims(
    tf.oneHot(
      tf.tensor1d(
        characters.map((letter) => vocabulary.indexOf(letter)),
        'int32',
      ),
      Math.max(2, vocabulary.length),
    ),
    0,
  ) as tf.Tensor3D;
  const layers: LayerTrace[] = [];
  const read: { readonly weights: CellWeights; readonly input: Float32Array }[] = [];
  for (let layer = 0; layer < depth && characters.length > 0; layer++) {
    const weights = seededWeights(cell, input.shape[2], units, 11 + layer);
    read.push({ weights, input: input.dataSync().slice() as Float32Array });
    const run = unroll(createCellTensors(weights), input);
    const fields = Object.fromEntries(
      Object.entries(run.fields).map(([field, values]) => [field, values.dataSync().slice() as Float32Array]),
    );
    layers.push({
      layer,
      direction: 'forward',
      cell,
      name: `${cell}_${layer}`,
      units,
      outputWidth: units,
      inputWidth: input.shape[2],
      fields: fields as Record<Field, Float32Array>,
      path: 'plain',
    });
    input = run.fields.h;
  }
  const trace: Trace = {
    modelName: `seeded-${cell}`,
    tokens: tokensOf(characters, vocabulary),
    steps: characters.length,
    layers,
    notes: [],
  };
  return {
    trace,
    predictions: predict(trace, vocabulary),
    formula: ({ layer, unit, step }) =>
      formulaOf(layers[layer] as LayerTrace, read[layer] as { weights: CellWeights; input: Float32Array }, {
        unit,
        step,
      }),
  };
}

/** A head with seeded weights: softmax over the text's own characters. */
function predict(trace: Trace, vocabulary: readonly string[]): PredictionTrack {
  const top = Math.min(4, vocabulary.length);
  const last = trace.layers.at(-1);
  const units = last?.outputWidth ?? 0;
  const random = createRandom(5);
  const head = Float32Array.from({ length: units * vocabulary.length }, () => 0.8 * drawNormal(random)); // [H, V]
  const indices = new Int32Array(trace.steps * top);
  const probabilities = new Float32Array(trace.steps * top);
  const surprise = new Float32Array(trace.steps).fill(NaN);
  for (let step = 0; step < trace.steps; step++) {
    const h = (last?.fields.h as Float32Array).subarray(step * units, (step + 1) * units);
    const scores = vocabulary.map((_, v) =>
      Math.exp(h.reduce((sum, value, unit) => sum + value * (head[unit * vocabulary.length + v] ?? 0), 0)),
    );
    const total = scores.reduce((sum, score) => sum + score, 0);
    const best = vocabulary
      .map((_, v) => v)
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
      .slice(0, top);
    best.forEach((v, k) => {
      indices[step * top + k] = v;
      probabilities[step * top + k] = (scores[v] ?? 0) / total;
    });
    const next = trace.tokens[step + 1];
    if (next !== undefined) surprise[step + 1] = -Math.log((scores[next.id] ?? 0) / total);
  }
  return {
    steps: trace.steps,
    top,
    indices,
    probabilities,
    surprise,
    names: Object.fromEntries(vocabulary.map((letter, v) => [v, letter])),
  };
}

function formulaOf(
  layer: LayerTrace,
  { weights, input }: { weights: CellWeights; input: Float32Array },
  { unit, step }: { unit: number; step: number },
): UnitFormula {
  const gates = gatesOf(layer.cell);
  const { inputWidth: D, units: H, kernel, recurrentKernel, bias } = weights;
  const width = gates.length * H;
  const x = input.subarray(step * D, (step + 1) * D);
  const before = step === 0 ? new Float32Array(H) : (layer.fields.h as Float32Array).subarray((step - 1) * H, step * H);
  const at = (field: Field, t: number): number => layer.fields[field]?.[t * H + unit] ?? 0;
  return {
    step,
    shape: layer,
    unit,
    gates: gates.map((gate, block) => {
      const column = block * H + unit;
      const pushes = [...before].map((value, other) => ({
        unit: other,
        value: value * (recurrentKernel[other * width + column] ?? 0),
      }));
      const fromInput = x.reduce((sum, value, d) => sum + value * (kernel[d * width + column] ?? 0), 0);
      const fromState = pushes.reduce((sum, push) => sum + push.value, 0);
      const sum = fromInput + fromState + (bias[column] ?? 0);
      const contributions = pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 4);
      return {
        gate,
        activation: gate === 'g' || gate === 'n' || gate === 'a' ? 'tanh' : 'sigmoid',
        fromInput,
        fromState,
        bias: bias[column] ?? 0,
        sum,
        value: at(gate === 'a' ? 'h' : (gate as Field), step),
        contributions,
      };
    }),
    previousH: before[unit] ?? 0,
    h: at('h', step),
    ...(layer.cell === 'lstm' && { c: at('c', step), previousC: step === 0 ? 0 : at('c', step - 1) }),
  };
}

function seededWeights(cell: CellKind, inputWidth: number, units: number, seed: number): CellWeights {
  const random = createRandom(seed);
  const blocks = gatesOf(cell).length;
  const draw = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => scale * drawNormal(random));
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

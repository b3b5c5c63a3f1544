import { countCellParameters } from '../../network/stageShape';
import { reduceBlock } from '../../analysis/reduceBlock';
import { findSpectralRadius } from '../../analysis/spectralRadius';
import { figuresOf, histogramOf, takeBlock } from '../../analysis/weightFigures';
import { type Activation, type CellWeights } from '../../cells/cellWeights';
import { cellDescriptions, type Gate, gatesOf, hasRecurrentKernel } from '../../trace/reading/cellKind';
import {
  type BiasHistogram,
  type CellOverview,
  type GateOverview,
  type RecurrentFigures,
  type WeightBlock,
  type WeightMap,
} from '../../trace/reading/modelOverview';
import { type LayerShape } from '../../trace/reading/trace';
import { type Pace } from '../forward/pace';

/** Everything that the weights of a cell say of it without reading a text. */
export async function describeCell(
  shape: LayerShape,
  weights: CellWeights,
  { fileOrder, pace }: { readonly fileOrder: readonly Gate[]; readonly pace: Pace },
): Promise<CellOverview> {
  const gates: GateOverview[] = [];
  for (const gate of gatesOf(weights.cell)) gates.push(await describeGate(weights, gate, pace));
  const memoryBias = histogramOfMemory(weights);
  return {
    ...shape,
    gates,
    fileOrder,
    activation: nameOfActivation(weights.activation),
    recurrentActivation: nameOfActivation(weights.recurrentActivation),
    parameters: countCellParameters(weights),
    extras: extrasOf(weights),
    ...(memoryBias === null ? {} : { memoryBias }),
  };
}

async function describeGate(weights: CellWeights, gate: Gate, pace: Pace): Promise<GateOverview> {
  return {
    gate,
    kernel: figuresOf(blockOf(weights, gate, 'kernel')),
    bias: figuresOf(blockOf(weights, gate, 'bias')),
    ...(hasRecurrentKernel(weights.cell) && { recurrent: await describeRecurrent(weights, gate, pace) }),
  };
}

async function describeRecurrent(weights: CellWeights, gate: Gate, pace: Pace): Promise<RecurrentFigures> {
  const recurrent = blockOf(weights, gate, 'recurrent');
  const { units } = weights;
  const square = weights.projection === undefined ? recurrent : product(weights.projection, recurrent, units);
  const work = findSpectralRadius(square, units);
  let next = work.next();
  while (next.done !== true) {
    await pace.breathe();
    next = work.next();
  }
  const { radius: spectralRadius, isEstimate } = next.value;
  return { ...figuresOf(recurrent), spectralRadius, isEstimate };
}

function histogramOfMemory(weights: CellWeights): BiasHistogram | null {
  const gate = cellDescriptions[weights.cell].memory?.gate;
  return gate === undefined ? null : histogramOf(gate, blockOf(weights, gate, 'bias'));
}

/** W [D, H], U [P, H] or b [1, H] of one gate; the bias of a GRU with two is their sum. */
function blockOf(weights: CellWeights, gate: Gate, block: WeightBlock): Float64Array {
  const { cell, units, inputWidth, kernel, recurrentKernel, bias, recurrentBias } = weights;
  const gates = gatesOf(cell);
  const [width, from] = [gates.length * units, gates.indexOf(gate) * units];
  if (block === 'kernel') return takeBlock(kernel, { rows: inputWidth, width, from, units });
  if (block === 'recurrent')
    return takeBlock(recurrentKernel, { rows: recurrentKernel.length / width, width, from, units });
  const first = takeBlock(bias, { rows: 1, width, from, units });
  return recurrentBias === undefined
    ? first
    : first.map((value, unit) => value + (recurrentBias[from + unit] as number));
}

/** Projection [H, P] times U [P, H]: from o * act(c) to the pre-activation. */
function product(projection: Float32Array, recurrent: Float64Array, units: number): Float64Array {
  const width = projection.length / units;
  const result = new Float64Array(units * units);
  for (let row = 0; row < units; row++) {
    for (let k = 0; k < width; k++) {
      const factor = projection[row * width + k] as number;
      for (let column = 0; column < units; column++) {
        result[row * units + column] =
          (result[row * units + column] as number) + factor * (recurrent[k * units + column] as number);
      }
    }
  }
  return result;
}

/** Pictures of every block of every gate, at most `most` rows and columns each. */
export function mapWeights(weights: CellWeights, most: number): readonly WeightMap[] {
  const { units } = weights;
  const blocks: readonly WeightBlock[] = hasRecurrentKernel(weights.cell)
    ? ['kernel', 'recurrent', 'bias']
    : ['kernel', 'bias'];
  return gatesOf(weights.cell).flatMap((gate) =>
    blocks.map((block): WeightMap => {
      const values = blockOf(weights, gate, block);
      const inputs = units === 0 ? 0 : values.length / units;
      return { gate, block, units, inputs, ...reduceBlock(values, { inputs, units, most }) };
    }),
  );
}

/** An activation as its formula is known by: `tanh`, `leakyRelu(0.2)`. */
export function nameOfActivation(activation: Activation): string {
  if (typeof activation === 'string') return activation;
  const { kind, alpha, beta } = activation;
  const numbers = [alpha, beta]
    .filter((value) => value !== undefined)
    .map((value) => String(Number(value.toPrecision(4))));
  return numbers.length === 0 ? kind : `${kind}(${numbers.join(', ')})`;
}

function extrasOf({
  peepholes,
  projection,
  clip,
  inputForget,
  resetAfter,
  initialH,
  initialC,
}: CellWeights): readonly string[] {
  const has: Readonly<Record<string, boolean>> = {
    peepholes: peepholes !== undefined,
    projection: projection !== undefined,
    [`clip ${clip ?? ''}`]: clip !== undefined,
    'input_forget (f = 1 - i)': inputForget === true,
    reset_after: resetAfter === true,
    'initial state': initialH !== undefined || initialC !== undefined,
  };
  return Object.entries(has).flatMap(([name, isThere]) => (isThere ? [name] : []));
}

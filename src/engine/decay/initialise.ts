import { drawNormal, type Random } from '../../base/random';
import { multiplyRows } from '../../cells/backwardProduct';
import { type CellWeights } from '../../cells/cellWeights';
import { initialBias } from '../../cells/initialBias';
import {
  cellDescriptions,
  type CellKind,
  gatesOf,
  hasRecurrentKernel,
  knowsSetting,
} from '../../trace/reading/cellKind';
import { type InitialisationSettings, type Initialiser, type UntrainedSpec } from '../../trace/reading/decay';

/** Limits of `uniform` and standard deviation of `normal`, as Keras has them by default. */
export const plainScale = 0.05;

/** Fan in and fan out of a matrix [rows, columns]; a gate's block has its own. */
interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Draws a matrix [rows, columns]. glorot: U(+-sqrt(6 / (in + out))) (Glorot and Bengio 2010); he: N(0, 2 / in) (He et
 * al. 2015); lecun: N(0, 1 / in) (LeCun et al. 1998); orthogonal: uniform over orthonormal matrices (Saxe et al. 2014);
 * uniform: U(+-0.05); normal: N(0, 0.05^2). Yields between slices: an orthogonal matrix of many units takes its time.
 */
export function* drawMatrix(
  init: Initialiser,
  { rows, columns }: Shape,
  random: Random,
): Generator<void, Float64Array> {
  const fill = (draw: () => number): Generator<void, Float64Array<ArrayBuffer>> => drawMany(rows * columns, draw);
  switch (init) {
    case 'glorot': {
      const limit = Math.sqrt(6 / (rows + columns));
      return yield* fill(() => limit * (2 * random() - 1));
    }
    case 'he':
      return yield* fill(() => Math.sqrt(2 / rows) * drawNormal(random));
    case 'lecun':
      return yield* fill(() => Math.sqrt(1 / rows) * drawNormal(random));
    case 'orthogonal':
      return yield* drawOrthogonal({ rows, columns }, random);
    case 'uniform':
      return yield* fill(() => plainScale * (2 * random() - 1));
    case 'normal':
      return yield* fill(() => plainScale * drawNormal(random));
    case 'zero':
      return new Float64Array(rows * columns);
  }
}

/** `count` draws; yields every few milliseconds. */
export function* drawMany(count: number, draw: () => number): Generator<void, Float64Array<ArrayBuffer>> {
  const drawn = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    drawn[at] = draw();
    if (at % 65536 === 65535) yield;
  }
  return drawn;
}

/**
 * Gram and Schmidt over normal vectors, each orthogonalised twice against rounding; the shorter side is orthonormal.
 */
function* drawOrthogonal({ rows, columns }: Shape, random: Random): Generator<void, Float64Array> {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = yield* drawMany(count * length, () => drawNormal(random));
  for (let k = 0; k < count; k++) {
    const own = vectors.subarray(k * length, (k + 1) * length);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < k; other++) removePart(own, vectors.subarray(other * length, (other + 1) * length));
    }
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < length; j++) own[j] = (own[j] as number) / norm;
    yield;
  }
  if (rows <= columns) return vectors;
  const turned = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[row * columns + column] = vectors[column * length + row] as number;
  }
  return turned;
}

function removePart(own: Float64Array, other: Float64Array): void {
  let dot = 0;
  for (let j = 0; j < own.length; j++) dot += (own[j] as number) * (other[j] as number);
  for (let j = 0; j < own.length; j++) own[j] = (own[j] as number) - dot * (other[j] as number);
}

/** Draws each gate's block by itself and puts them side by side, [rows, G H]. */
function* drawBlocks(
  init: Initialiser,
  shape: Shape & { readonly blocks: number },
  random: Random,
): Generator<void, Float32Array> {
  const { rows, columns, blocks } = shape;
  const out = new Float32Array(rows * columns * blocks);
  for (let block = 0; block < blocks; block++) {
    const drawn = yield* drawMatrix(init, { rows, columns }, random);
    for (let r = 0; r < rows; r++)
      out.set(drawn.subarray(r * columns, (r + 1) * columns), r * columns * blocks + block * columns);
  }
  return out;
}

/** The settings with their defaults filled in. */
export function completeSettings(cell: UntrainedSpec['cell'], settings: InitialisationSettings) {
  return {
    ...settings,
    init: settings.init ?? 'glorot',
    recurrentInit: settings.recurrentInit ?? cellDescriptions[cell].untrained.recurrentInit,
    ...(knowsSetting(cell, 'forgetBias') && { forgetBias: settings.forgetBias ?? 1 }),
  } as const;
}

/** Sizes of a cell to draw; `steps` is T, for chrono. */
export interface CellSize {
  readonly inputWidth: number;
  readonly units: number;
  readonly steps: number;
}

/**
 * An untrained cell with its usual activation and sigmoid gates; biases are 0 but for an LSTM's forget bias. chrono:
 * b_f = ln U(1, T - 1), b_i = -b_f (Tallec and Ollivier 2018). Yields between slices.
 */
export function* drawCell(
  spec: Omit<UntrainedSpec, 'units'>,
  size: CellSize,
  random: Random,
): Generator<void, CellWeights> {
  const { cell } = spec;
  const { inputWidth, units } = size;
  const settings = completeSettings(cell, spec);
  const blocks = gatesOf(cell).length;
  const kernel = yield* drawBlocks(settings.init, { rows: inputWidth, columns: units, blocks }, random);
  const rows = hasRecurrentKernel(cell) ? units : 0;
  let recurrentKernel = yield* drawBlocks(settings.recurrentInit, { rows, columns: units, blocks }, random);
  if (knowsSetting(cell, 'spectralRadius') && spec.spectralRadius !== undefined)
    recurrentKernel = yield* scaleToRadius(recurrentKernel, units, spec.spectralRadius);
  const bias = drawBias(cell, { ...size, forgetBias: settings.forgetBias ?? 1 }, random);
  const base = {
    cell,
    inputWidth,
    units,
    kernel,
    recurrentKernel,
    bias,
    activation: cellDescriptions[cell].untrained.activation,
    recurrentActivation: 'sigmoid',
  } as const;
  return knowsSetting(cell, 'resetAfter') ? { ...base, resetAfter: spec.resetAfter ?? true } : base;
}

/** [G H]: zeros, but for the gates whose bias decides how long the cell remembers. */
function drawBias(
  cell: CellKind,
  { units, steps, forgetBias }: CellSize & { forgetBias: number | 'chrono' },
  random: Random,
): Float32Array {
  if (forgetBias !== 'chrono') return initialBias(cell, units, forgetBias);
  const bias = new Float32Array(gatesOf(cell).length * units);
  const { forgetBias: biased } = cellDescriptions[cell];
  if (biased === undefined) return bias;
  const [at, against] = [biased.gate, biased.against].map((gate) => gatesOf(cell).indexOf(gate) * units) as [
    number,
    number,
  ];
  for (let j = 0; j < units; j++) {
    const value = Math.log(1 + random() * Math.max(0, steps - 2));
    bias[at + j] = value;
    bias[against + j] = -value;
  }
  return bias;
}

/** A matrix [H, H] times a factor, so that its largest absolute eigenvalue is `radius`; zero stays zero. */
export function* scaleToRadius(matrix: Float32Array, units: number, radius: number): Generator<void, Float32Array> {
  const own = yield* spectralRadius(matrix, units);
  return own === 0 ? matrix : matrix.map((value) => (value * radius) / own);
}

/**
 * The largest absolute eigenvalue of a matrix [H, H], complex ones included, by Gelfand's formula: |A^m|^(1/m) with m =
 * 2^squarings.
 */
export function* spectralRadius(matrix: Float32Array, units: number): Generator<void, number> {
  const squarings = 16;
  let power = Float64Array.from(matrix);
  let logNorm = 0;
  for (let k = 0; ; k++) {
    const norm = Math.sqrt(power.reduce((sum, value) => sum + value * value, 0));
    if (norm === 0) return 0;
    // A^(2^k) = exp(logNorm) * power.
    logNorm += Math.log(norm);
    if (k === squarings) return Math.exp(logNorm / 2 ** squarings);
    power = power.map((value) => value / norm);
    power = yield* square(power, units);
    logNorm *= 2;
  }
}

function* square(matrix: Float64Array, units: number): Generator<void, Float64Array<ArrayBuffer>> {
  const transposed = new Float64Array(units * units);
  for (let r = 0; r < units; r++)
    for (let c = 0; c < units; c++) transposed[c * units + r] = matrix[r * units + c] as number;
  const out = new Float64Array(units * units);
  const rowsAtOnce = 16;
  for (let from = 0; from < units; from += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, units - from);
    const place = { offset: from * units, stride: units };
    multiplyRows(
      { data: matrix, ...place },
      { data: transposed, offset: 0, stride: units },
      { data: out, ...place },
      { rows, columns: units, depth: units, add: false },
    );
    yield;
  }
  return out;
}

/**
 * The units with which a cell has nearest to so many parameters at D inputs: G (D H + H^2 + H) = parameters, without
 * H^2 where the gates do not read the state.
 */
export function unitsForParameters(cell: UntrainedSpec['cell'], parameters: number, inputWidth: number): number {
  const perGate = parameters / gatesOf(cell).length;
  const b = inputWidth + 1;
  const units = hasRecurrentKernel(cell) ? (-b + Math.sqrt(b * b + 4 * perGate)) / 2 : perGate / b;
  return Math.max(1, Math.round(units));
}

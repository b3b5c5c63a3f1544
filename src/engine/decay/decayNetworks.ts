import { createRandom, drawNormal, type Random } from '../../base/random';
import { type CellWeights } from '../../cells/cellWeights';
import {
  type DenseStage,
  type EmbeddingStage,
  type RecurrentModel,
  type RecurrentStage,
  type Stage,
} from '../../network/recurrentModel';
import { type InitialisationSettings, type UntrainedSpec } from '../../trace/reading/decay';
import { type ScalarInput } from '../gradients/gradientsScalar';
import { drawCell, drawMany, drawMatrix } from './initialise';

/** A stream of random numbers of its own for each seed and purpose. */
export function randomOf(seed: number, purpose: 'input' | 'weights' | 'loss'): Random {
  return createRandom(Math.imul(seed + 1, 2654435761) ^ { input: 0x1f3d, weights: 0x5bd1, loss: 0x9e37 }[purpose]);
}

/** x ~ N(0, 1), [T, D]. Yields between slices. */
export function* drawNoise(steps: number, width: number, seed: number): Generator<void, ScalarInput> {
  const random = randomOf(seed, 'input');
  return { kind: 'values', width, data: yield* drawMany(steps * width, () => drawNormal(random)) };
}

/** One untrained cell over vectors, or over token ids as one-hot vectors. */
export function* cellAsModel(
  spec: UntrainedSpec,
  input: ScalarInput,
  vocabularySize: number,
  seed: number,
): Generator<void, RecurrentModel> {
  const inputWidth = input.kind === 'ids' ? vocabularySize : input.width;
  const steps = input.kind === 'ids' ? input.ids.length : input.data.length / input.width;
  const forward = yield* drawCell(spec, { inputWidth, units: spec.units, steps }, randomOf(seed, 'weights'));
  const layer: RecurrentStage = { kind: 'recurrent', name: spec.cell, forward, merge: null, returnSequences: true };
  const stages: readonly Stage[] =
    input.kind === 'ids' ? [{ kind: 'oneHot', name: 'one-hot', width: inputWidth }, layer] : [layer];
  return {
    name: spec.cell,
    format: 'bundled',
    input: input.kind === 'ids' ? { kind: 'tokens', vocabularySize } : { kind: 'values', width: inputWidth },
    stages,
    task: 'states',
    notes: [],
  };
}

/**
 * The same model with all its weights drawn anew: recurrent ones by the settings, dense ones by Glorot, embeddings
 * U(+-0.05).
 */
export function* drawTwin(
  model: RecurrentModel,
  settings: InitialisationSettings,
  of: { steps: number; seed: number },
): Generator<void, RecurrentModel> {
  const random = randomOf(of.seed, 'weights');
  const stages: Stage[] = [];
  for (const stage of model.stages) stages.push(yield* drawStage(stage, settings, { steps: of.steps, random }));
  return { ...model, stages };
}

interface DrawContext {
  readonly steps: number;
  readonly random: Random;
}

function* drawStage(stage: Stage, settings: InitialisationSettings, context: DrawContext): Generator<void, Stage> {
  if (stage.kind === 'dense') return yield* drawDense(stage, context.random);
  if (stage.kind === 'embedding') return yield* drawEmbedding(stage, context.random);
  if (stage.kind !== 'recurrent') return stage;
  return {
    ...stage,
    ...(stage.forward !== undefined && { forward: yield* redraw(stage.forward, settings, context) }),
    ...(stage.backward !== undefined && { backward: yield* redraw(stage.backward, settings, context) }),
  };
}

/**
 * Keeps what the cell is (activations, clip, reset, coupled gates) and draws its weights; states and peepholes begin at
 * 0.
 */
function* redraw(
  weights: CellWeights,
  settings: InitialisationSettings,
  { steps, random }: DrawContext,
): Generator<void, CellWeights> {
  const { cell, inputWidth, units, projection } = weights;
  const drawn = yield* drawCell({ cell, ...settings }, { inputWidth, units, steps }, random);
  const { initialH: _h, initialC: _c, peepholes: _p, recurrentBias: _b, ...kept } = weights;
  if (projection === undefined)
    return { ...kept, kernel: drawn.kernel, recurrentKernel: drawn.recurrentKernel, bias: drawn.bias };
  const P = projection.length / units;
  return {
    ...kept,
    kernel: drawn.kernel,
    bias: drawn.bias,
    recurrentKernel: new Float32Array(
      yield* drawMatrix(settings.recurrentInit ?? 'orthogonal', { rows: P, columns: drawn.bias.length }, random),
    ),
    projection: new Float32Array(yield* drawMatrix('glorot', { rows: units, columns: P }, random)),
  };
}

function* drawDense(stage: DenseStage, random: Random): Generator<void, DenseStage> {
  const { inputWidth, outputWidth, bias } = stage;
  const kernel = new Float32Array(yield* drawMatrix('glorot', { rows: inputWidth, columns: outputWidth }, random));
  return { ...stage, kernel, ...(bias !== undefined && { bias: new Float32Array(outputWidth) }) };
}

function* drawEmbedding(stage: EmbeddingStage, random: Random): Generator<void, EmbeddingStage> {
  return {
    ...stage,
    table: new Float32Array(yield* drawMatrix('uniform', { rows: stage.vocabularySize, columns: stage.width }, random)),
  };
}

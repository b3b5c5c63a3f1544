import * as tf from '@tensorflow/tfjs-core';
import { type Disposable } from '../../../base/disposable';
import { withInterrupt } from '../../../base/interrupt';
import { type Random } from '../../../base/random';
import { denseCrossEntropy } from '../../../cells/denseCrossEntropy';
import { hasFusedKernels } from '../../../cells/fusedKernels';
import { type CellKind, type Direction, hasRecurrentKernel, statesOf } from '../../../trace/reading/cellKind';
import { type CrossEntropyTerms, meanCrossEntropy } from './crossEntropy';
import { drawDropoutMask } from './dropout';
import { gatherRows } from './gatherRows';
import { directionsOf, type NamedArray, type NetworkShape } from './networkShape';
import { type PassState, runPass } from './recurrentPass';

/**
 * A batch of token ids, [B, T] row-major. Shorter sequences are filled up at the end; `lengths` are their true lengths.
 */
export interface IdBatch {
  readonly ids: Int32Array;
  readonly size: number;
  readonly steps: number;
  readonly lengths?: Int32Array;
}

/** How a batch is run. */
export interface RunOptions {
  /** State before the first step, a layer each; absent: zeros. */
  readonly states?: readonly PassState[];
  /** Present while training: shares dropped and where the masks come from. */
  readonly dropout?: { readonly input: number; readonly recurrent: number; readonly random: Random };
}

/** What the dense layer reads ([B T, H] or [B, H or 2 H]) and the states after the last step. */
export interface RunResult {
  readonly features: tf.Tensor2D;
  readonly states: readonly PassState[];
}

/** A network whose weights are tfjs variables; {@link NetworkShape} says what it computes. */
export class Network implements Disposable {
  readonly variables: readonly tf.Variable[];
  private readonly byName: ReadonlyMap<string, tf.Variable>;

  constructor(
    readonly shape: NetworkShape,
    weights: readonly NamedArray[],
  ) {
    this.byName = new Map(weights.map(({ name, shape: size, data }) => [name, createVariable(size, data)]));
    this.variables = [...this.byName.values()];
  }

  /** Names of the weights, in the order of `variables`. */
  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** The weights as they are now, in fresh arrays. */
  read(): readonly NamedArray[] {
    return [...this.byName].map(([name, variable]) => ({
      name,
      shape: variable.shape,
      data: Float32Array.from(variable.dataSync<'float32'>()),
    }));
  }

  /** Replaces the weights by those given, in the order of `read`. */
  write(weights: readonly NamedArray[]): void {
    for (const { name, shape, data } of weights) {
      const value = tf.tensor(data.slice(), [...shape]);
      this.variable(name).assign(value);
      value.dispose();
    }
  }

  /** Called between the parts of a run; it throws to end it. */
  interrupt: (() => void) | undefined;

  run(batch: IdBatch, options: RunOptions = {}): RunResult {
    return withInterrupt(this.interrupt, () => this.runLayers(batch, options));
  }

  private runLayers(batch: IdBatch, options: RunOptions): RunResult {
    const states: PassState[] = [];
    let x: tf.Tensor3D | tf.Tensor2D = this.embed(batch, options);
    for (let layer = 0; layer < this.shape.layers; layer++) {
      const outputs = directionsOf(this.shape).map((direction) =>
        this.runLayer({ layer, direction, x, batch, options }),
      );
      states.push((outputs[0] as DirectionResult).last);
      x =
        outputs.length === 1
          ? (outputs[0] as DirectionResult).sequence
          : (tf.concat(
              outputs.map(({ sequence }) => sequence),
              2,
            ) as tf.Tensor3D);
    }
    return { features: this.featuresOf(x as tf.Tensor3D, batch), states };
  }

  dispose(): void {
    for (const variable of this.variables) variable.dispose();
  }

  private variable(name: string): tf.Variable {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`The network has no weight "${name}".`);
    return found;
  }

  /** features W + b of the dense layer, [N, outputs]. */
  logitsOf(features: tf.Tensor2D): tf.Tensor2D {
    return tf.add(
      tf.matMul(features, this.variable('dense.kernel') as unknown as tf.Tensor2D),
      this.variable('dense.bias'),
    );
  }

  /** Weighted mean of -log p(target), as a differentiable scalar. */
  lossOf(features: tf.Tensor2D, terms: CrossEntropyTerms): tf.Scalar {
    if (terms.weights !== undefined || !hasFusedKernels()) return meanCrossEntropy(this.logitsOf(features), terms);
    const kernel = this.variable('dense.kernel') as unknown as tf.Tensor2D;
    const bias = this.variable('dense.bias') as unknown as tf.Tensor1D;
    return denseCrossEntropy({ h: features, kernel, bias, targets: tf.tensor1d(terms.targets, 'int32') });
  }

  /**
   * Rows of the embedding [B, T, D]; of one-hot vectors the ids [B, T], or the vectors where a mask or a reversal needs
   * them.
   */
  private embed({ ids, size, steps }: IdBatch, { dropout }: RunOptions): tf.Tensor3D | tf.Tensor2D {
    const { embeddingWidth, vocabularySize, bidirectional } = this.shape;
    if (embeddingWidth === null) {
      if (!bidirectional && (dropout?.input ?? 0) === 0) return tf.tensor2d(ids, [size, steps], 'int32');
      // Not tf.oneHot: on WASM it gives int32 bits whatever type is asked for.
      const vectors = new Float32Array(ids.length * vocabularySize);
      ids.forEach((id, at) => (vectors[at * vocabularySize + id] = 1));
      return tf.tensor3d(vectors, [size, steps, vocabularySize]);
    }
    return tf.reshape<tf.Rank.R3>(gatherRows(this.variable('embedding') as unknown as tf.Tensor2D, ids), [
      size,
      steps,
      embeddingWidth,
    ]);
  }

  private runLayer({ layer, direction, x, batch, options }: LayerRun): DirectionResult {
    const { cell, units, activation, resetAfter = false } = this.shape;
    const weight = (name: string): tf.Tensor2D =>
      this.variable(`${layer}.${direction}.${name}`) as unknown as tf.Tensor2D;
    const { input = 0, recurrent = 0, random } = options.dropout ?? {};
    const draw = (width: number, rate: number): tf.Tensor2D | null =>
      random !== undefined && rate > 0 ? drawDropoutMask(batch.size, width, { rate, random }) : null;
    const inputMask = draw(weight('kernel').shape[0], input);
    const recurrentMask = draw(units, recurrent);
    const oriented = direction === 'forward' ? x : reverse(x as tf.Tensor3D, batch);
    const entering = inputMask === null ? oriented : tf.mul(oriented, tf.expandDims(inputMask, 1));
    const { sequence, last } = runPass({
      cell,
      activation,
      resetAfter,
      x: entering as tf.Tensor3D | tf.Tensor2D,
      kernel: weight('kernel'),
      recurrentKernel: hasRecurrentKernel(cell)
        ? weight('recurrentKernel')
        : tf.zeros<tf.Rank.R2>([0, weight('kernel').shape[1]]),
      bias: weight('bias'),
      initial: options.states?.[layer] ?? zeroStates(cell, [batch.size, units]),
      ...(recurrentMask === null ? {} : { recurrentMask }),
    });
    return { last, sequence: direction === 'forward' ? sequence : reverse(sequence, batch) };
  }

  private featuresOf(sequence: tf.Tensor3D, batch: IdBatch): tf.Tensor2D {
    if (!this.shape.answersEveryStep) return lastStates(sequence, batch, this.shape);
    return tf.reshape<tf.Rank.R2>(sequence, [batch.size * batch.steps, sequence.shape[2]]);
  }
}

function zeroStates(cell: CellKind, shape: [number, number]): PassState {
  return Object.fromEntries(statesOf(cell).map((state) => [state, tf.zeros(shape)])) as unknown as PassState;
}

interface LayerRun {
  readonly layer: number;
  readonly direction: Direction;
  readonly x: tf.Tensor3D | tf.Tensor2D;
  readonly batch: IdBatch;
  readonly options: RunOptions;
}

interface DirectionResult {
  /** [B, T, H], in reading order of the text. */
  readonly sequence: tf.Tensor3D;
  readonly last: PassState;
}

function createVariable(shape: readonly number[], data: Float32Array): tf.Variable {
  const value = tf.tensor(data.slice(), [...shape]);
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}

/** Each sequence turned round within its own length, the filling left at the end; its own inverse. */
function reverse(x: tf.Tensor3D, { size, steps, lengths }: IdBatch): tf.Tensor3D {
  const sources = new Int32Array(size * steps);
  for (let row = 0; row < size; row++) {
    const length = lengths?.[row] ?? steps;
    for (let t = 0; t < steps; t++) sources[row * steps + t] = row * steps + (t < length ? length - 1 - t : t);
  }
  return tf.reshape(gatherRows(tf.reshape<tf.Rank.R2>(x, [size * steps, x.shape[2]]), sources), x.shape);
}

/** What the classifier sees: of each direction the state after its own last step, [B, H or 2 H]. */
function lastStates(
  sequence: tf.Tensor3D,
  { size, steps, lengths }: IdBatch,
  { units, bidirectional }: NetworkShape,
): tf.Tensor2D {
  const width = sequence.shape[2];
  const flat = tf.reshape<tf.Rank.R2>(sequence, [size * steps, width]);
  const ends = Int32Array.from({ length: size }, (_, row) => row * steps + (lengths?.[row] ?? steps) - 1);
  const atEnd = gatherRows(flat, ends);
  if (!bidirectional) return atEnd;
  const atStart = gatherRows(
    flat,
    Int32Array.from({ length: size }, (_, row) => row * steps),
  );
  return tf.concat(
    [tf.slice(atEnd, [0, 0], [size, units]), tf.slice(atStart, [0, units], [size, units])],
    1,
  ) as tf.Tensor2D;
}

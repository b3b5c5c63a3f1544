import * as tf from '@tensorflow/tfjs-core';
// tf.layers calls ops as methods of tensors (rMat.flatten()), which tfjs-core alone does not give them.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import * as layers from '@tensorflow/tfjs-layers';
import { type CellKind, gatesOf } from '../../src/trace/reading/cellKind';
import { type Activation } from '../../src/cells/cellWeights';
import { type CellAttributes, hasFusedKernels, recurrentSequence } from '../../src/cells/fusedKernels';

/** What tfjs's own recurrent cells hold; the part that we read. */
interface LayersCell {
  readonly units: number;
  readonly useBias: boolean;
  readonly kernel: layers.LayerVariable;
  readonly recurrentKernel: layers.LayerVariable;
  readonly bias: layers.LayerVariable | null;
  readonly activation: { getClassName(): string };
  readonly recurrentActivation?: { getClassName(): string };
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly dropoutFunc?: (x: tf.Tensor, rate: number) => tf.Tensor;
}

interface LayersRnn extends layers.RNN {
  readonly cell: layers.RNN['cell'] & LayersCell;
  readonly stateful: boolean;
}

type LayerArguments = layers.LSTMLayerArgs &
  layers.GRULayerArgs & { readonly resetAfter?: boolean; readonly seed?: number };
type LayerClass = (new (args: LayerArguments) => LayersRnn) & tf.serialization.SerializableConstructor<LayersRnn>;

const activations: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  hardSigmoid: 'hard_sigmoid',
};

/**
 * A tf.layers class like `Base` (tfjs's own LSTM, GRU or SimpleRNN: same config, weights and class name, so that a
 * saved model loads in plain tfjs), whose sequences run through the fused kernels where the backend has them. A mask,
 * or an activation that the kernels do not know, takes tfjs's own path.
 */
function fuse(Base: LayerClass, kind: CellKind): LayerClass {
  return class extends Base {
    private readonly seed: number | undefined;
    private draws = 0;

    constructor(args: LayerArguments) {
      super(args);
      this.seed = args.seed;
    }

    override call(
      inputs: tf.Tensor | tf.Tensor[],
      kwargs: { mask?: tf.Tensor; training?: boolean; initialState?: tf.Tensor[] },
    ): tf.Tensor | tf.Tensor[] {
      const attributes = cellAttributes(this.cell, kind);
      if (!attributes || kwargs?.mask || !hasFusedKernels()) return super.call(inputs, kwargs ?? {});
      return tf.tidy(() => {
        const given = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
        const read = this.goBackwards ? tf.reverse(given, 1) : given;
        const training = kwargs?.training ?? false;
        const x = this.dropOut(read, [read.shape[0], 1, read.shape[2]], training ? this.cell.dropout : 0);
        const [h, c] = (kwargs?.initialState ??
          (this.stateful ? this.states : this.zeroStates(given.shape[0]))) as tf.Tensor2D[];
        const mask =
          training && this.cell.recurrentDropout > 0
            ? this.drawMask(h as tf.Tensor2D, this.cell.recurrentDropout)
            : undefined;
        const outputs = recurrentSequence(
          {
            x,
            kernel: this.cell.kernel.read() as tf.Tensor2D,
            recurrentKernel: this.cell.recurrentKernel.read() as tf.Tensor2D,
            bias: this.cell.bias?.read() ?? tf.zeros([gatesOf(kind).length * this.cell.units]),
            h: h as tf.Tensor2D,
            ...(kind === 'lstm' && { c: c as tf.Tensor2D }),
            ...(mask && { mask }),
          },
          { ...attributes, returnSequences: this.returnSequences, trainWeights: this.trainable },
        );
        const states = outputs.c ? [outputs.h, outputs.c] : [outputs.h];
        if (this.stateful) this.resetStates(states, training);
        return this.returnState ? [outputs.y, ...states] : outputs.y;
      });
    }

    /** As getInitialState, which adds up the whole input and tiles the sums to find as many zeros. */
    private zeroStates(batch: number): tf.Tensor2D[] {
      return Array.from({ length: kind === 'lstm' ? 2 : 1 }, () => tf.zeros([batch, this.cell.units]));
    }

    /** One mask for all steps, as Keras draws it. */
    private dropOut(x: tf.Tensor3D, maskShape: [number, number, number], rate: number): tf.Tensor3D {
      return rate > 0 ? tf.mul(x, this.drawMask(tf.ones(maskShape), rate)) : x;
    }

    private drawMask<T extends tf.Tensor>(like: T, rate: number): T {
      const ones = tf.onesLike(like);
      if (this.cell.dropoutFunc) return this.cell.dropoutFunc(ones, rate) as T;
      const seed = this.seed === undefined ? undefined : this.seed + 7919 * this.draws++;
      return tf.dropout(ones, rate, undefined, seed) as T;
    }
  };
}

function cellAttributes(cell: LayersCell, kind: CellKind): CellAttributes | undefined {
  const activation = activations[cell.activation.getClassName()];
  const recurrentActivation = activations[cell.recurrentActivation?.getClassName() ?? 'linear'];
  if (activation === undefined || recurrentActivation === undefined) return undefined;
  return { cell: kind, activation, recurrentActivation, resetAfter: false };
}

function classOf(layer: layers.layers.Layer): LayerClass {
  return layer.constructor as LayerClass;
}

function register(Base: LayerClass, kind: CellKind): LayerClass {
  const Fused = fuse(Base, kind);
  tf.serialization.registerClass(Fused as never);
  return Fused;
}

const Lstm = register(classOf(layers.layers.lstm({ units: 1 })), 'lstm');
const Gru = register(classOf(layers.layers.gru({ units: 1, recurrentActivation: 'sigmoid' })), 'gru');
const SimpleRnn = register(classOf(layers.layers.simpleRNN({ units: 1 })), 'rnn');

/** Like tf.layers.lstm. Also what tf.loadLayersModel makes of class name LSTM once this file is imported. */
export function lstmLayer(args: layers.LSTMLayerArgs & { readonly seed?: number }): layers.RNN {
  return new Lstm(args as LayerArguments);
}

/** Like tf.layers.gru. */
export function gruLayer(args: layers.GRULayerArgs & { readonly seed?: number }): layers.RNN {
  return new Gru(args as LayerArguments);
}

/** Like tf.layers.simpleRNN. */
export function rnnLayer(args: layers.SimpleRNNLayerArgs & { readonly seed?: number }): layers.RNN {
  return new SimpleRnn(args as LayerArguments);
}

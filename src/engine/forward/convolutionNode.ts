import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../cells/activations';
import { type ConvolutionStage } from '../../models/recurrentModel';
import { type SequenceNode } from './sequenceNode';

/** A convolution over the steps of a sequence, computed when rows are asked for. A mask ends here, as in Keras. */
export function createConvolutionNode(input: SequenceNode, stage: ConvolutionStage): SequenceNode {
  const { steps } = input;
  const ahead = stage.first + (stage.taps - 1) * stage.dilation;
  return {
    steps,
    width: stage.outputWidth,
    isCausal: input.isCausal && ahead <= 0,
    unchanged: {
      prefix: Math.max(0, input.unchanged.prefix - Math.max(0, ahead)),
      suffix: Math.max(0, input.unchanged.suffix + Math.min(0, stage.first)),
    },
    rows: (from, to) =>
      to > from ? convolve(stage, gatherTaps(input, stage, [from, to]), to - from) : new Float32Array(0),
  };
}

/** What each of the steps [from, to) looks at, side by side, zeros beyond the ends: [to - from, taps D]. */
function gatherTaps(
  input: SequenceNode,
  { taps, first, dilation }: ConvolutionStage,
  [from, to]: readonly [number, number],
): Float32Array {
  const { width, steps } = input;
  const start = Math.max(0, from + first);
  const end = Math.min(steps, to + first + (taps - 1) * dilation);
  const rows = end > start ? input.rows(start, end) : new Float32Array(0);
  const out = new Float32Array((to - from) * taps * width);
  for (let t = from; t < to; t++) {
    for (let tap = 0; tap < taps; tap++) {
      const at = t + first + tap * dilation;
      if (at >= start && at < end)
        out.set(rows.subarray((at - start) * width, (at - start + 1) * width), ((t - from) * taps + tap) * width);
    }
  }
  return out;
}

function convolve(
  { kernel, bias, taps, inputWidth, outputWidth, activation }: ConvolutionStage,
  gathered: Float32Array,
  count: number,
): Float32Array {
  const output = tf.tidy(() => {
    const product = tf.matMul<tf.Tensor2D>(
      tf.tensor2d(gathered, [count, taps * inputWidth]),
      tf.tensor2d(kernel, [taps * inputWidth, outputWidth]),
    );
    return activate(bias === undefined ? product : tf.add<tf.Tensor2D>(product, bias), activation); // [count, N]
  });
  const values = (output.dataSync() as Float32Array).slice();
  output.dispose();
  return values;
}

import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../cells/activations';
import { addRows } from '../../cells/cellSums';
import { activateBlock } from '../../cells/scalarActivation';
import { type ConvolutionStage, type StepWindow } from '../recurrentModel';
import { refuseBack, type ReferenceNode, remember } from '../referenceNode';
import { type SequenceNode } from '../sequenceNode';
import { isCausalWindow, placeWindows, reachOf, unchangedWindows } from './stepWindows';

/** A convolution over the steps of a sequence, computed when rows are asked for. A mask ends here, as in Keras. */
export function createConvolutionNode(input: SequenceNode, stage: ConvolutionStage): SequenceNode {
  const { window } = stage;
  return {
    steps: placeWindows(window, input.steps).count,
    width: stage.outputWidth,
    isCausal: input.isCausal && isCausalWindow(window),
    unchanged: unchangedWindows(window, input.steps, input.unchanged),
    rows: (from, to) =>
      to > from ? convolve(stage, gatherWindows(input, window, [from, to]), to - from) : new Float32Array(0),
  };
}

/** What each of the windows [from, to) looks at, side by side, zeros beyond the ends: [to - from, size D]. */
function gatherWindows(input: SequenceNode, window: StepWindow, [from, to]: readonly [number, number]): Float32Array {
  const { width, steps } = input;
  const { size, stride, dilation } = window;
  const { first } = placeWindows(window, steps);
  const start = Math.max(0, from * stride + first);
  const end = Math.min(steps, (to - 1) * stride + first + reachOf(window));
  const rows = end > start ? input.rows(start, end) : new Float32Array(0);
  const out = new Float32Array((to - from) * size * width);
  for (let t = from; t < to; t++) {
    for (let k = 0; k < size; k++) {
      const at = t * stride + first + k * dilation;
      if (at >= start && at < end)
        out.set(rows.subarray((at - start) * width, (at - start + 1) * width), ((t - from) * size + k) * width);
    }
  }
  return out;
}

function convolve(
  { kernel, bias, window, inputWidth, outputWidth, activation }: ConvolutionStage,
  gathered: Float32Array,
  count: number,
): Float32Array {
  const output = tf.tidy(() => {
    const product = tf.matMul<tf.Tensor2D>(
      tf.tensor2d(gathered, [count, window.size * inputWidth]),
      tf.tensor2d(kernel, [window.size * inputWidth, outputWidth]),
    );
    return activate(bias === undefined ? product : tf.add<tf.Tensor2D>(product, bias), activation); // [count, N]
  });
  const values = (output.dataSync() as Float32Array).slice();
  output.dispose();
  return values;
}

/** The same in float64; no gradient leads back through it. */
export function createConvolutionReference(input: ReferenceNode, stage: ConvolutionStage): ReferenceNode {
  const { kernel, bias, window, inputWidth, outputWidth, activation, name } = stage;
  const { count, first } = placeWindows(window, input.steps);
  const row = (t: number): Float64Array => {
    const y = bias === undefined ? new Float64Array(outputWidth) : Float64Array.from(bias);
    for (let k = 0; k < window.size; k++) {
      const at = t * window.stride + first + k * window.dilation;
      if (at < 0 || at >= input.steps) continue;
      const span = { width: outputWidth, from: 0, count: outputWidth };
      addRows(y, input.row(at), kernel.subarray(k * inputWidth * outputWidth), span);
    }
    activateBlock(activation, y, 0, outputWidth);
    return y;
  };
  return { steps: count, width: outputWidth, row: remember(row), back: () => refuseBack(name) };
}

import * as tf from '@tensorflow/tfjs-core';
import { type TfjsHeap } from './heap';
import { scatterAddKernel } from './scatterAdd';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Register = (name: string, compute: (heap: TfjsHeap, inputs: Inputs, attributes: never) => tf.TensorInfo | tf.TensorInfo[]) => void;

/** Registers what training needs beside the cells. */
export function registerTrainingKernels(register: Register): void {
  register(tf.UnsortedSegmentSum, scatterAddKernel);
}

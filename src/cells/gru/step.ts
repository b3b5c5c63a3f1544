import * as tf from '@tensorflow/tfjs-core';
import { activate, clipKeepingNaN } from '../activations';
import { type CellState, type StepTensors, type StepFields } from '../cell';

/**
 * One step of a GRU (Cho et al. 2014): z = s(a_z), r = s(a_r), h = z h[t-1] + (1 - z) n, with the candidate
 * n = act(x W_n + b_n + (r h[t-1]) U_n), or, with `resetAfter` (cuDNN, PyTorch, Keras reset_after),
 * n = act(x W_n + b_n + r (h[t-1] U_n + b'_n)).
 */
export function stepGru(cell: StepTensors, projected: tf.Tensor2D, state: CellState): StepFields {
  const { weights } = cell;
  const clip = (x: tf.Tensor2D): tf.Tensor2D =>
    weights.clip === undefined ? x : clipKeepingNaN(x, -weights.clip, weights.clip);
  const gates = weights.resetAfter ? gatesResetAfter : gatesResetBefore;
  const { sumZ, sumR, sumN } = gates(cell, projected, state.h);
  const z = activate(clip(sumZ), weights.recurrentActivation);
  const r = activate(clip(sumR), weights.recurrentActivation);
  const n = activate(clip(sumN(r)), weights.activation);
  const h = tf.add<tf.Tensor2D>(tf.mul(z, state.h), tf.mul(tf.sub(1, z), n)); // [B, H]
  return { z, r, n, h };
}

interface GateSums {
  readonly sumZ: tf.Tensor2D;
  readonly sumR: tf.Tensor2D;
  readonly sumN: (r: tf.Tensor2D) => tf.Tensor2D;
}

function gatesResetAfter(cell: StepTensors, projected: tf.Tensor2D, h: tf.Tensor2D): GateSums {
  const product = tf.matMul<tf.Tensor2D>(h, cell.recurrentKernel); // [B, 3H]
  const recurrent = cell.recurrentBias ? tf.add<tf.Tensor2D>(product, cell.recurrentBias) : product;
  const [xZ, xR, xN] = splitGates(projected);
  const [hZ, hR, hN] = splitGates(recurrent);
  return { sumZ: tf.add(xZ, hZ), sumR: tf.add(xR, hR), sumN: (r) => tf.add(xN, tf.mul(r, hN)) };
}

function gatesResetBefore(cell: StepTensors, projected: tf.Tensor2D, h: tf.Tensor2D): GateSums {
  const H = cell.weights.units;
  const kernelZR = tf.slice(cell.recurrentKernel, [0, 0], [-1, 2 * H]);
  const kernelN = tf.slice(cell.recurrentKernel, [0, 2 * H], [-1, H]);
  const [xZ, xR, xN] = splitGates(projected);
  const [hZ, hR] = tf.split(tf.matMul(h, kernelZR), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  return { sumZ: tf.add(xZ, hZ), sumR: tf.add(xR, hR), sumN: (r) => tf.add(xN, tf.matMul(tf.mul(r, h), kernelN)) };
}

function splitGates(x: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] {
  return tf.split(x, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
}

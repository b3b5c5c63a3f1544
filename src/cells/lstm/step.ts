import * as tf from '@tensorflow/tfjs-core';
import { activate, clipKeepingNaN } from '../activations';
import { type CellState, type StepTensors, type StepFields } from '../cell';

/**
 * One step of an LSTM (Gers, Schmidhuber and Cummins 2000; peepholes: Gers and Schmidhuber 2000; projection: Sak et al.
 * 2014; clip and inputForget: ONNX operator LSTM): a = x W + b + h[t-1] U, i = s(a_i + p_i c[t-1]), f = s(a_f + p_f
 * c[t-1]), g = act(a_g), c = f c[t-1] + i g, o = s(a_o + p_o c), h = (o act(c)) P.
 */
export function stepLstm(cell: StepTensors, projected: tf.Tensor2D, state: CellState): StepFields {
  const { weights } = cell;
  const previousC = state.c ?? tf.zeros<tf.Rank.R2>([projected.shape[0], weights.units]);
  const sum = tf.add<tf.Tensor2D>(projected, tf.matMul(state.h, cell.recurrentKernel)); // [B, 4H]
  const [sumI, sumF, sumG, sumO] = tf.split(sum, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const [peepI, peepF, peepO] = cell.peepholes ? tf.split(cell.peepholes, 3, 0) : [];
  const gate = (value: tf.Tensor2D, peephole: tf.Tensor | undefined, c: tf.Tensor2D): tf.Tensor2D =>
    activate(
      clipped(peephole ? tf.add<tf.Tensor2D>(value, tf.mul(peephole, c)) : value, weights.clip),
      weights.recurrentActivation,
    );

  const i = gate(sumI, peepI, previousC);
  const f = weights.inputForget ? tf.sub<tf.Tensor2D>(1, i) : gate(sumF, peepF, previousC);
  const g = activate(clipped(sumG, weights.clip), weights.activation);
  const c = tf.add<tf.Tensor2D>(tf.mul(f, previousC), tf.mul(i, g));
  const o = gate(sumO, peepO, c);
  const hidden = tf.mul<tf.Tensor2D>(o, activate(c, weights.outputActivation ?? weights.activation)); // [B, H]
  const h = cell.projection ? tf.matMul<tf.Tensor2D>(hidden, cell.projection) : hidden; // [B, P]
  return { i, f, g, o, c, h };
}

function clipped(x: tf.Tensor2D, clip: number | undefined): tf.Tensor2D {
  return clip === undefined ? x : clipKeepingNaN(x, -clip, clip);
}

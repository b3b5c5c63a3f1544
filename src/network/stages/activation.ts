import { activate } from '../../cells/activations';
import { type Activation } from '../../cells/cellWeights';
import { activateBlock, multiplySoftmaxJacobian, slopeNeedsInput, slopeOf } from '../../cells/scalarActivation';
import { type ActivationStage } from '../recurrentModel';
import { type RowResult, type RowRule } from './rowRule';

/** y = activation(x). */
export const activationRule: RowRule<ActivationStage> = {
  float32: (stage, x) => activate(x, stage.activation),
  float64: (stage, x) => activated(x.slice(), stage.activation),
  back: (stage, { result }, dy) => backActivation(stage.activation, result, dy),
};

/** An activation of one vector. */
export function activated(before: Float64Array, activation: Activation): RowResult {
  const y = before.slice();
  activateBlock(activation, y, 0, y.length);
  return { before, y };
}

/** dL/da of an activation from dL/dy. */
export function backActivation(activation: Activation, { before, y }: RowResult, dy: Float64Array): Float64Array {
  const da = dy.slice();
  const slope = slopeOf(activation);
  if (slope === null) {
    multiplySoftmaxJacobian(da, 0, { data: y, at: 0, count: y.length });
    return da;
  }
  const values = slopeNeedsInput(activation) ? before : y;
  return da.map((value, j) => value * slope(values[j] as number));
}

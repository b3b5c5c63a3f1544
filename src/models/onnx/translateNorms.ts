import { refuse, type Walk } from './pathWalk';
import { nameOfNode } from './recurrentNodes';
import { type PathStep } from './walkBack';

/** The features stand in the second axis, as ONNX has it. */
export function translateBatchNorm({ node }: PathStep, walk: Walk): void {
  const values = [1, 2, 3, 4].map((input) => walk.scope.constant(node.inputs[input])?.data);
  const [gamma, beta, mean, variance] = values;
  const isFeature = walk.axes === null || walk.axes[1] === 'F' || walk.axes.length === 2;
  if (!gamma || !beta || !mean || !variance || !isFeature) return refuse(walk, node);
  const epsilon = node.attributes.get('epsilon')?.float ?? 1e-5;
  const scale = Float32Array.from(gamma, (value, unit) => value / Math.sqrt((variance[unit] ?? NaN) + epsilon));
  const shift = Float32Array.from(beta, (value, unit) => value - (mean[unit] ?? NaN) * (scale[unit] ?? NaN));
  walk.stages.push({ kind: 'scaleShift', name: nameOfNode(node), scale, shift });
}

/** Over the last axis only. */
export function translateLayerNorm({ node }: PathStep, walk: Walk): void {
  const gamma = walk.scope.constant(node.inputs[1]);
  const beta = walk.scope.constant(node.inputs[2]);
  const axis = node.attributes.get('axis')?.int ?? -1;
  const isLast = axis === -1 || (walk.axes !== null && axis === walk.axes.length - 1);
  if (gamma === null || !isLast) return refuse(walk, node);
  walk.stages.push({
    kind: 'layerNorm',
    name: nameOfNode(node),
    gamma: Float32Array.from(gamma.data),
    beta: beta === null ? new Float32Array(gamma.data.length) : Float32Array.from(beta.data),
    epsilon: node.attributes.get('epsilon')?.float ?? 1e-5,
  });
}

/** Of ones in zeros only. */
export function translateOneHot({ node }: PathStep, walk: Walk): void {
  const depth = walk.scope.constant(node.inputs[1])?.data[0];
  const values = walk.scope.constant(node.inputs[2])?.data;
  if (depth === undefined || values?.[0] !== 0 || values[1] !== 1) return refuse(walk, node);
  walk.stages.push({ kind: 'oneHot', name: nameOfNode(node), width: depth });
}

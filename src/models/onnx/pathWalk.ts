import { type InspectorError } from '../../base/errors';
import { type Stage } from '../../network/recurrentModel';
import { type OnnxScope } from './constants';
import { type OnnxNode } from './onnxProto';
import { nameOfNode } from './recurrentNodes';
import { type Axis } from './reshapeSizes';
import { type PathStep } from './walkBack';

/** What is known of the value that a path has reached. */
export interface Walk {
  readonly stages: Stage[];
  readonly notes: string[];
  readonly failures: InspectorError[];
  readonly scope: OnnxScope;
  /** Null before the first recurrent node, where axes need not be known. */
  axes: readonly Axis[] | null;
  /** Directions of the last recurrent node. */
  directions: number;
  stopped: boolean;
}

/** Turns one kind of node into stages at the end of the walk, or refuses it. */
export type Translator = (step: PathStep, walk: Walk) => void;

/** Ends the walk at a node that is not understood; `why` where more is known than its operation. */
export function refuse(walk: Walk, node: OnnxNode, why?: string): void {
  const name = nameOfNode(node);
  walk.stages.push({ kind: 'unsupported', name, why: why ?? `the operation ${node.operation} "${name}"` });
  walk.stopped = true;
}

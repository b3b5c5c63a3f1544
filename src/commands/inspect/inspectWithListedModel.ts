import { type Inspection } from '../../session/inspection';
import { type ModelNode } from '../../trees/modelsTree';
import { type CommandContext } from '../commandContext';
import { inspect } from './inspect';
import { inspectWithModelFile } from './inspectWithModelFile';

/** The button of a model in the tree "LSTM Models". */
export function inspectWithListedModel(context: CommandContext, given: unknown): Promise<Inspection | null> {
  const node = given as ModelNode | undefined;
  if (node?.kind !== 'model') return inspect(context);
  return node.uri ? inspectWithModelFile(context, node.uri) : inspect(context, { model: node.name });
}

import { type Activation } from '../cells/cellWeights';
import { type OutputKind } from '../trace/reading/outputKind';
import { type RecurrentModel, type Stage } from './recurrentModel';

type HeadOf = Pick<RecurrentModel, 'task' | 'stages'>;

/** What the numbers of the last layer are, by the model's task and that layer: the one place that decides it. */
export function outputKindOf({ task, stages }: HeadOf): OutputKind {
  if (task === 'regress' || task === 'states') return 'numbers';
  const { last, isPooledByMaximum } = findLast(stages);
  if (last?.kind === 'logSoftmax') return isPooledByMaximum ? 'numbers' : 'log-probabilities';
  if (last?.kind !== 'dense' && last?.kind !== 'activation') return 'numbers';
  if (last.activation === 'sigmoid') return task === 'classify' ? 'probabilities' : 'numbers';
  // The largest of several softmaxes do not sum to one.
  if (last.activation === 'softmax') return isPooledByMaximum ? 'numbers' : 'probabilities';
  return last.activation === 'linear' ? 'logits' : 'numbers';
}

/**
 * What makes probabilities of an output; null where it is shown as it is. A softmax of log-probabilities is their exp.
 */
export function shownActivation(kind: OutputKind, outputs: number): Extract<Activation, 'softmax' | 'sigmoid'> | null {
  if (kind === 'log-probabilities') return 'softmax';
  if (kind === 'logits') return outputs === 1 ? 'sigmoid' : 'softmax';
  return null;
}

/** Says that what is shown is not what the last layer gives, where that is so. */
export function outputNotes(head: HeadOf, outputs: number): readonly string[] {
  const kind = outputKindOf(head);
  const activation = shownActivation(kind, outputs);
  if (activation === null) return [];
  const made = kind === 'logits' ? `their ${activation}` : 'their exponentials';
  return [`The model gives ${kind}; the probabilities shown are ${made}.`];
}

function findLast(stages: readonly Stage[]): { readonly last?: Stage; readonly isPooledByMaximum: boolean } {
  let isPooledByMaximum = false;
  for (const stage of [...stages].reverse()) {
    if (stage.kind === 'pool' && stage.how !== 'flatten') isPooledByMaximum ||= stage.how === 'max';
    else if (stage.kind !== 'identity') return { last: stage, isPooledByMaximum };
  }
  return { isPooledByMaximum };
}

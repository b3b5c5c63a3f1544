import { type TransferKind } from '../../trace/lab/transferEvents';
import { type LabSettings } from '../training/labSettings';

/**
 * Which of the three kinds of transfer a lab file asks for. `canAnswer`: the source knows the target's labels; a source
 * with others cannot label the target's texts, so that pseudo-labels do nothing.
 */
export function kindsOf({ task, transfer }: LabSettings, canAnswer = true): readonly TransferKind[] {
  if (task === 'next-token') return ['unsupervised'];
  const isTransductive = (canAnswer && transfer?.pseudoLabels !== undefined) || transfer?.adaptLanguage !== undefined;
  const isInductive = transfer?.labels?.length !== 0;
  return [...(isTransductive ? (['transductive'] as const) : []), ...(isInductive ? (['inductive'] as const) : [])];
}

import { type TransferKind } from '../../trace/lab/transferEvents';
import { type LabSettings } from '../training/labSettings';

/** Which of the three kinds of transfer a lab file asks for. */
export function kindsOf({ task, transfer }: LabSettings): readonly TransferKind[] {
  if (task === 'next-token') return ['unsupervised'];
  const isTransductive = transfer?.pseudoLabels !== undefined || transfer?.adaptLanguage !== undefined;
  const isInductive = transfer?.labels?.length !== 0;
  return [...(isTransductive ? (['transductive'] as const) : []), ...(isInductive ? (['inductive'] as const) : [])];
}

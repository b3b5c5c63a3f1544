import path from 'node:path';
import { type Reach, resolveWithin } from '../../files/reach';
import { reachOf } from '../../lab/training/labReach';
import { openNodeFolder } from '../../lab/training/nodeFolder';
import { transferLab } from '../../lab/transfer/transferLab';
import { isBundledName } from '../../models/bundled';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type ModelReference } from '../../protocol/modelReference';
import { type Handler } from '../workerContext';

/** Transfers a trained model; cancelled, it keeps what is finished and goes on from there the next time. */
export const transfer: Handler<'transfer'> = async (
  context,
  { outFolder, ...data },
  { id, signal, turn, interrupt },
) => {
  const reach = reachOf(data);
  const open = async (source: string, home: string, vocabulary?: string): Promise<RecurrentModel> => {
    const lease = await context.models.lease(referenceOf(source, vocabulary, { home, reach }), signal);
    try {
      return lease.prepared.model;
    } finally {
      lease.dispose();
    }
  };
  const order = { ...data, folder: openNodeFolder(outFolder, reach), open };
  await transferLab(order, {
    signal,
    now: () => performance.now(),
    breathe: turn,
    interrupt,
    tell: (event) => context.post({ type: 'lab', id, event }),
  });
  return null;
};

/** Where the lab file lies, and what it may name. */
interface LabHome {
  readonly home: string;
  readonly reach: Reach;
}

function referenceOf(source: string, vocabulary: string | undefined, { home, reach }: LabHome): ModelReference {
  if (isBundledName(source)) return { kind: 'bundled', name: source };
  const place = (named: string): string => resolveWithin(path.resolve(home, named), reach);
  // A vocabulary's path may have the key of a list behind it.
  const [, file = '', key = ''] = /^(.*?)(#[^#/\\]*)?$/s.exec(vocabulary ?? '') ?? [];
  return {
    kind: 'file',
    path: place(source),
    ...(vocabulary === undefined ? {} : { vocabularyPath: place(file) + key }),
  };
}

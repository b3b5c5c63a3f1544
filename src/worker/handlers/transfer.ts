import path from 'node:path';
import { openNodeFolder } from '../../lab/training/nodeFolder';
import { transferLab } from '../../lab/transfer/transferLab';
import { isBundledName } from '../../models/bundled';
import { type RecurrentModel } from '../../models/recurrentModel';
import { type ModelReference } from '../../protocol/modelReference';
import { type Handler } from '../workerContext';

/** Transfers a trained model; cancelled, it keeps what is finished and goes on from there the next time. */
export const transfer: Handler<'transfer'> = async (
  context,
  { settingsPath, outFolder, dataFolder },
  { id, signal, turn, interrupt },
) => {
  const open = async (source: string, home: string, vocabulary?: string): Promise<RecurrentModel> => {
    const lease = await context.models.lease(referenceOf(source, home, vocabulary), signal);
    try {
      return lease.prepared.model;
    } finally {
      lease.dispose();
    }
  };
  const order = {
    settingsPath,
    folder: openNodeFolder(outFolder),
    open,
    ...(dataFolder === undefined ? {} : { dataFolder }),
  };
  await transferLab(order, {
    signal,
    now: () => performance.now(),
    breathe: turn,
    interrupt,
    tell: (event) => context.post({ type: 'lab', id, event }),
  });
  return null;
};

function referenceOf(source: string, home: string, vocabulary: string | undefined): ModelReference {
  if (isBundledName(source)) return { kind: 'bundled', name: source };
  return {
    kind: 'file',
    path: path.resolve(home, source),
    ...(vocabulary === undefined ? {} : { vocabularyPath: path.resolve(home, vocabulary) }),
  };
}

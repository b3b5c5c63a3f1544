import { openNodeFolder } from '../../lab/training/nodeFolder';
import { transferLab } from '../../lab/transfer/transferLab';
import { type Handler } from '../workerContext';

/** Transfers a trained model; cancelled, nothing is written. */
export const transfer: Handler<'transfer'> = async (context, { settingsPath, outFolder, dataFolder }, { id, signal }) => {
  const open = async (path: string) => {
    const lease = await context.models.lease({ kind: 'file', path }, signal);
    try {
      return lease.prepared.model;
    } finally {
      lease.dispose();
    }
  };
  const order = { settingsPath, folder: openNodeFolder(outFolder), modelsFolder: context.modelsFolder, open, ...(dataFolder === undefined ? {} : { dataFolder }) };
  await transferLab(order, {
    signal,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    tell: (event) => context.post({ type: 'lab', id, event }),
  });
  return null;
};

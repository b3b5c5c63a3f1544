import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { readWithin } from '../../files/foreignFiles';
import { isThere } from '../../files/regularFile';
import { kerasH5Layout } from '../../models/keras/kerasH5Layout';
import { type Handler } from '../workerContext';
import { writeH5 } from '../writeH5';

/** What the lab writes is far smaller. */
const mostBytes = 2 ** 31;

/** A model that the lab has written, as a .h5 file of Keras. */
export const exportH5: Handler<'exportH5'> = async (_context, { folder }) => {
  const read = (name: string): Promise<Buffer> =>
    readWithin(path.join(folder, name), [folder], mostBytes).catch((cause: unknown) => {
      if (isThere(path.join(folder, name))) throw cause;
      throw new InspectorError('file', `${path.join(folder, name)} is not there; train first.`, { cause });
    });
  return writeH5(kerasH5Layout((await read('model.json')).toString('utf8'), await read('weights.bin')));
};

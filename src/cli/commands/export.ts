import path from 'node:path';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';
import { writeWhole } from '../../files/writeWhole';
import { formatOf } from '../outputFormat';

/** Writes a model that the lab trained as a .h5 file of Keras. */
export const exportCommand: Command = {
  name: 'export',
  usage: 'export FOLDER|FOLDER/model.json --out FILE.h5',
  summary: 'a model that train, search or transfer wrote, as a .h5 file that Keras 2 and 3 load',
  async run(args, context) {
    const parsed = parseArguments(args, { out: 'string' });
    const [given, ...more] = parsed.positionals;
    if (given === undefined) throw new UsageError('Which model? The folder that train wrote.');
    if (more.length > 0) throw new UsageError(`"${more[0]}" is too much.`);
    const out = parsed.text('out');
    formatOf(out, ['h5']);
    const folder = path.basename(given) === 'model.json' ? path.dirname(given) : given;
    writeWhole(out as string, await ask(context, 'exportH5', { folder: path.resolve(folder) }));
    context.print(`Written to ${out}.`);
  },
};

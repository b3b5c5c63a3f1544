import path from 'node:path';
import { type LabOrder } from '../protocol/requestParams';
import { parseArguments } from './arguments';
import { UsageError } from './command';

/** The arguments of every lab command. */
export const labUsage = 'SETTINGS.lstm-lab.json [--out DIR] [--data FOLDER] [--allow PATH]';

/**
 * Reads {@link labUsage}. What the lab file names lies in its own folder, or in what the person names here. The folder
 * for results is named like the lab file, or lies `inside` that, unless another is given.
 */
export function parseLabOrder(args: readonly string[], inside = ''): LabOrder {
  const parsed = parseArguments(args, { out: 'string', data: 'string', allow: 'strings' });
  const [settings, ...more] = parsed.positionals;
  if (settings === undefined) throw new UsageError('Which settings file?');
  if (more.length > 0) throw new UsageError(`"${more[0]}" is too much.`);
  const settingsPath = path.resolve(settings);
  const data = parsed.text('data');
  const out = parsed.text('out');
  const ownFolder = path.join(
    path.dirname(settingsPath),
    path.basename(settingsPath).replace(/(\.lstm-lab)?\.json$/, ''),
    inside,
  );
  return {
    settingsPath,
    outFolder: path.resolve(out ?? ownFolder),
    reach: [...(out === undefined ? [] : [out]), ...parsed.texts('allow')].map((folder) => path.resolve(folder)),
    ...(data === undefined ? {} : { dataFolder: path.resolve(data) }),
  };
}

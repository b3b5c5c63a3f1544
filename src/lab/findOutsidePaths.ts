import path from 'node:path';
import { isWithin, realPathOf } from '../files/reach';
import { isBundledName } from '../models/bundled';
import { type OutsidePath } from '../trace/lab/outsidePath';
import { trialsFolderOf } from './search/trialsFolder';
import { type DataOrder, dataPlaceOf, reachOf } from './training/labReach';
import { type LabSettings, parseLabSettings } from './training/labSettings';
import { readLabFile } from './training/readLabFile';

/**
 * What a lab file names outside of what it may reach: its data, its journal, the model it transfers, the folder of its
 * results.
 */
export function findOutsidePaths(order: DataOrder & { readonly outFolder: string }): readonly OutsidePath[] {
  const settings = parseLabSettings(readLabFile(order.settingsPath), path.basename(order.settingsPath));
  const reach = reachOf(order);
  const named = [
    ...namedForReading(order, settings).map((file) => ({ path: file, use: 'read' as const })),
    ...namedForWriting(order, settings).map((file) => ({ path: file, use: 'write' as const })),
  ];
  return named.filter(({ path: file }) => !isWithin(file, reach)).map(withTarget);
}

function namedForReading(order: DataOrder, settings: LabSettings): readonly string[] {
  const { data, transfer } = settings;
  const { folder } = dataPlaceOf(order, data.folder);
  const home = path.dirname(order.settingsPath);
  const source = transfer === undefined || isBundledName(transfer.source) ? [] : [transfer.source];
  // A vocabulary's path may have the key of a list behind it.
  const vocabulary = transfer?.sourceVocabulary?.replace(/#[^#/\\]*$/, '');
  return [
    ...data.files.map((file) => path.resolve(folder, file.path)),
    ...[...source, ...(vocabulary === undefined ? [] : [vocabulary])].map((file) => path.resolve(home, file)),
  ];
}

function namedForWriting({ outFolder }: { readonly outFolder: string }, { search }: LabSettings): readonly string[] {
  if (search === undefined) return [outFolder];
  const journal = path.resolve(outFolder, search.journal);
  return [outFolder, journal, ...(search.keepModels ? [trialsFolderOf(journal)] : [])];
}

function withTarget({ path: named, use }: OutsidePath): OutsidePath {
  const real = realPathOf(named);
  return { path: named, use, ...(real === null || real === named ? {} : { leadsTo: real }) };
}

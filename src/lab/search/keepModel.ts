import path from 'node:path';
import { type DataPlace } from '../../data/dataPlace';
import { type LabSettings } from '../training/labSettings';
import { openNodeFolder } from '../training/nodeFolder';
import { packTrialModel, type TrialNetwork } from './trialModel';
import { trialsFolderOf } from './trialsFolder';

/** The attribute of a trial that names its model's folder, relative to the journal's. */
export const modelAttribute = 'lstm_inspector_model';

/**
 * Writes a trial's model into its number's folder of {@link trialsFolderOf}, with a lab file that trains it alone (and
 * so says how it does on the test part).
 */
export function createModelKeeper(
  journalPath: string,
  settings: LabSettings,
  { folder: dataFolder, reach }: DataPlace,
) {
  const trials = trialsFolderOf(journalPath);
  return async (
    number: number,
    network: TrialNetwork,
    description: string,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const place = path.join(trials, String(number));
    const folder = openNodeFolder(place, reach);
    for (const [name, contents] of Object.entries(packTrialModel(network, description)))
      await folder.write(name, contents);
    await folder.write(
      `${settings.name}.lstm-lab.json`,
      formatTrialSettings(network.settings, path.relative(place, dataFolder)),
    );
    return { [modelAttribute]: `${path.basename(trials)}/${number}` };
  };
}

function formatTrialSettings(settings: LabSettings, dataFolder: string): string {
  const { search: _search, transfer: _transfer, data, ...rest } = settings;
  return `${JSON.stringify({ ...rest, data: { ...data, folder: dataFolder.split(path.sep).join('/') } }, null, 2)}\n`;
}

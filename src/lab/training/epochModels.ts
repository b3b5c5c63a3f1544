import { formatInspectorSettings } from '../../models/inspectorSettings';
import { writeTfjs } from '../../models/tfjs/writeTfjs';
import { type TrainingEvent } from '../../trace/lab/trainingEvents';
import { layersOfNetwork } from './network/exportNetwork';
import { type NamedArray } from './network/networkShape';
import { type PreparedTraining } from './prepareTraining';
import { type TrainingFolder } from './trainingFolder';

/** Over so many epochs only every second, fourth, ... one is kept, so that the disk holds at most about this many. */
const mostKept = 100;

/** Where the models of epochs go, and who hears of them. */
export interface EpochKeeping {
  readonly prepared: PreparedTraining;
  readonly folder: TrainingFolder;
  readonly tell: (event: TrainingEvent) => void;
}

/**
 * Writes the model as it is after an epoch (0: before training) into a folder of its own, which can be inspected like
 * any other.
 */
export async function keepEpoch(
  { prepared, folder, tell }: EpochKeeping,
  epoch: number,
  weights: readonly NamedArray[],
): Promise<void> {
  const { settings, shape, corpus, steps, problem } = prepared;
  const epochs = Math.ceil(steps / problem.stepsPerEpoch);
  const stride = 2 ** Math.max(0, Math.ceil(Math.log2(epochs / mostKept)));
  if (epoch % stride !== 0) return;
  const name = `epoch-${String(epoch).padStart(4, '0')}`;
  const { modelJson, weights: bytes } = writeTfjs(settings.name, layersOfNetwork(shape, weights, settings));
  const inspector = formatInspectorSettings({
    ...corpus.inspector,
    description: `${settings.name} after ${epoch} epochs`,
  });
  const target = folder.inside(name);
  await target.write('weights.bin', bytes);
  await target.write('inspector.json', inspector);
  await target.write('model.json', modelJson);
  tell({ type: 'epoch-kept', epoch, folder: name });
}

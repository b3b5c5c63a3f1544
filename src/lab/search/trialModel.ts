import { applySettings } from '../../models/applySettings';
import { createModelFiles } from '../../models/fileAccess';
import { formatInspectorSettings } from '../../models/inspectorSettings';
import { readJsonModel } from '../../models/tfjs/readJsonModel';
import { type RecurrentModel } from '../../network/recurrentModel';
import { writeTfjs } from '../../models/tfjs/writeTfjs';
import { type Corpus } from '../training/corpus';
import { layersOfNetwork } from '../training/network/exportNetwork';
import { type LabSettings } from '../training/labSettings';
import { type NamedArray, type NetworkShape } from '../training/network/networkShape';

/** A trained network with what it was trained as. */
export interface TrialNetwork {
  readonly settings: LabSettings;
  readonly shape: NetworkShape;
  readonly weights: readonly NamedArray[];
  readonly corpus: Corpus;
}

/** The files of a model that plain TensorFlow.js loads, by name; `description` is its line in a picker. */
export function packTrialModel(
  { settings, shape, weights, corpus }: TrialNetwork,
  description: string,
): Readonly<Record<string, string | Uint8Array>> {
  const { modelJson, weights: bytes } = writeTfjs(settings.name, layersOfNetwork(shape, weights, settings));
  return {
    'weights.bin': bytes,
    'model.json': modelJson,
    'inspector.json': formatInspectorSettings({ ...corpus.inspector, description }),
  };
}

/** The network as the inspector would open it, so that what is measured of a trial is what the inspector shows. */
export function openTrialModel(network: TrialNetwork): RecurrentModel {
  const files = packTrialModel(network, '');
  const bytes = Object.fromEntries(
    Object.entries(files).map(([name, contents]) => [
      name,
      typeof contents === 'string' ? new TextEncoder().encode(contents) : contents,
    ]),
  );
  return applySettings(readJsonModel(createModelFiles('model.json', bytes)), network.corpus.inspector);
}

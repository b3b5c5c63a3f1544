import { InspectorError } from '../../base/errors';
import { type ModelFiles } from '../fileAccess';
import { type Hdf5File, openHdf5 } from './hdf5File';
import { createKerasH5Weights } from './kerasH5Weights';
import { createKerasV3Weights, isKerasV3Layout } from './kerasV3Weights';
import { type KerasWeights } from './kerasWeights';
import { isContainer } from './network';
import { parseKerasMajor, readKerasModel } from './readKerasModel';
import { type RecurrentModel } from '../../network/recurrentModel';
import { matchByOrder } from './weightOrder';
import {
  checkDepth,
  getObject,
  getOwn,
  getString,
  isJsonObject,
  type JsonObject,
  parseJson,
  parseJsonText,
} from '../untrustedJson';

/** How weights without an architecture are opened. */
export interface KerasH5Options {
  /** The JSON that `model.to_json()` gave, for a file of weights only; by its path beside the model file. */
  readonly architecture?: string;
}

/**
 * Reads a Keras .h5 / .hdf5 file: a whole model of Keras 1, 2 or 3, or weights with the architecture's JSON beside
 * them.
 */
export async function readKerasH5(files: ModelFiles, options: KerasH5Options = {}): Promise<RecurrentModel> {
  const file = await openHdf5(files.main);
  try {
    const config = file.text('', 'model_config');
    const architecture = config === undefined ? findArchitecture(files, options) : parseTopology(config);
    const version =
      file.text('', 'keras_version') ?? file.text('model_weights', 'keras_version') ?? architecture.version;
    const model = readKerasModel({
      name: files.name,
      format: 'keras-h5',
      topology: architecture.topology,
      kerasMajor: parseKerasMajor(version),
      weights: findWeights(file, config === undefined ? architecture.topology : undefined),
    });
    if (config === undefined || options.architecture === undefined) return model;
    return { ...model, notes: [...model.notes, unusedArchitecture] };
  } finally {
    file.close();
  }
}

const unusedArchitecture =
  'The settings have "architecture", which has no effect here: the file says its architecture itself.';

interface Architecture {
  readonly topology: JsonObject;
  readonly version?: string | undefined;
}

function parseTopology(text: string): Architecture {
  return checkArchitecture(parseJsonText(text, 'its model_config'), 'its model_config');
}

function checkArchitecture(parsed: unknown, what: string): Architecture {
  checkDepth(parsed);
  const outer = isJsonObject(parsed) ? parsed : {};
  const inner = getObject(outer, 'model_config') ?? getObject(outer, 'modelTopology') ?? outer;
  if (getOwn(inner, 'config') === undefined) throw new InspectorError('model-damaged', `${what} describes no model.`);
  return { topology: inner, version: getString(outer, 'keras_version') ?? getString(inner, 'keras_version') };
}

/** `topology`: the architecture of a file of weights only, which go by order. */
function findWeights(file: Hdf5File, topology: JsonObject | undefined): KerasWeights {
  if (isKerasV3Layout(file.datasets)) return createKerasV3Weights(file.datasets);
  const hasGroup = file.datasets.some(({ path }) => path.startsWith('model_weights/'));
  const root = hasGroup ? 'model_weights' : '';
  const start = root === '' ? '' : `${root}/`;
  const saved = file
    .texts(root, 'layer_names')
    .filter((name) => file.texts(`${start}${name}`, 'weight_names').length > 0);
  const names = topology === undefined || saved.length === 0 ? undefined : matchByOrder({ saved, topology });
  return createKerasH5Weights(file, root, names);
}

/** Weights only: the architecture is a JSON of the same name, or one whose name is usual, beside the file. */
function findArchitecture(files: ModelFiles, options: KerasH5Options): Architecture {
  const stem = files.name.replace(/(\.weights)?\.(h5|hdf5|keras|hdf)$/i, '');
  const names =
    options.architecture === undefined
      ? [
          `${stem}.json`,
          `${stem}.config.json`,
          `${stem}_architecture.json`,
          `${stem}_config.json`,
          'model.json',
          'architecture.json',
          'config.json',
          'model_config.json',
        ]
      : [options.architecture];
  for (const name of names) {
    const reader = files.sibling(name);
    if (reader === null || reader.size > 64 * 2 ** 20) continue;
    const parsed = parseJson(reader.read(0, reader.size), name);
    const architecture = checkArchitecture(parsed, name);
    if (isContainer(architecture.topology)) return architecture;
  }
  throw new InspectorError(
    'model-needs-answer',
    `it holds weights only. Which architecture do they belong to? Put the text of model.to_json() beside it as ${stem}.json, or name it: "architecture" in ${files.name}.inspector.json.`,
  );
}

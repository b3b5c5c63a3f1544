import { checkSteps } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { openHdf5 } from './hdf5File';
import { createKerasH5Weights } from './kerasH5Weights';
import { createKerasV3Weights, isKerasV3Layout } from './kerasV3Weights';
import { parseKerasNetwork } from './network';
import { parseKerasMajor, readKerasModel } from './readKerasModel';
import { type RecurrentModel } from '../../network/recurrentModel';
import { checkDepth, getList, getNumber, getString, isJsonObject, type JsonObject, parseJson } from '../untrustedJson';
import { oddityOfTextVectorization, parseTextVectorization } from '../vocabulary/parseVocabulary';
import { type ZipFile } from '../zipFile';

/** Whether a zip is a model that Keras 3 (or 2.12 and later) saved. */
export function isKerasZip(zip: ZipFile): boolean {
  return findEntry(zip, 'config.json') !== null && findEntry(zip, 'model.weights.h5') !== null;
}

/** Reads a `.keras` zip: the configuration, the version, and weights named by class and counter. */
export async function readKerasV3(zip: ZipFile, name: string): Promise<RecurrentModel> {
  const topology = readObject(zip, 'config.json');
  const metadata = findEntry(zip, 'metadata.json') === null ? {} : readObject(zip, 'metadata.json');
  const weights = zip.open(findEntry(zip, 'model.weights.h5') ?? '');
  if (weights === null) throw new InspectorError('model-damaged', 'there is no model.weights.h5 in it.');
  const file = await openHdf5(weights);
  try {
    const source = isKerasV3Layout(file.datasets)
      ? createKerasV3Weights(file.datasets)
      : createKerasH5Weights(file, '');
    const kerasMajor = parseKerasMajor(getString(metadata, 'keras_version') ?? '3.0');
    return withOwnVocabulary(
      readKerasModel({ name, format: 'keras-v3', topology, kerasMajor, weights: source }),
      topology,
      zip,
    );
  } finally {
    file.close();
  }
}

/** A TextVectorization layer keeps its list in the configuration or, adapted to a text, among the assets. */
function withOwnVocabulary(model: RecurrentModel, topology: JsonObject, zip: ZipFile): RecurrentModel {
  const layer = parseKerasNetwork(topology)
    .calls.map((call) => call.layer)
    .find(({ className }) => className === 'TextVectorization');
  if (layer === undefined || model.input.kind !== 'tokens') return model;
  const listed = getList(layer.config, 'vocabulary').filter((word) => typeof word === 'string');
  const asset = zip.names.find((name) => /(^|\/)assets\/.*vocabulary\.txt$/.test(name));
  const reader = asset === undefined ? null : zip.open(asset);
  const words =
    listed.length > 0 || reader === null ? listed : new TextDecoder().decode(reader.read(0, reader.size)).split('\n');
  const { window: _, ...rest } = model;
  const length = getNumber(layer.config, 'output_sequence_length');
  const window =
    length === undefined
      ? {}
      : {
          window: checkSteps(length, `the output_sequence_length of "${layer.name}"`),
          paddingSide: 'right' as const,
          readsOneWindow: true,
        };
  const oddity = oddityOfTextVectorization(layer.config);
  if (oddity !== null)
    return {
      ...rest,
      ...window,
      notes: [...model.notes, `The text is not split as "${layer.name}" does: ${oddity}. Give token ids (--ids).`],
    };
  if (words.length === 0) return { ...rest, ...window };
  return { ...rest, ...window, ownVocabulary: parseTextVectorization(layer.config, words) };
}

/** The entry of a name at the root, or in the one folder that somebody zipped. */
function findEntry(zip: ZipFile, name: string): string | null {
  return zip.names.find((entry) => entry === name) ?? zip.names.find((entry) => entry.endsWith(`/${name}`)) ?? null;
}

function readObject(zip: ZipFile, name: string): JsonObject {
  const reader = zip.open(findEntry(zip, name) ?? '');
  const value = reader === null ? null : parseJson(reader.read(0, reader.size), name);
  checkDepth(value);
  if (!isJsonObject(value)) throw new InspectorError('model-damaged', `${name} in it is no object.`);
  return value;
}
